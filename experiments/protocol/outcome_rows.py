"""The rows of an outcome: how often each participant answers, for which items, and at which levels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from experiments.files.faults import Key
from experiments.language.columns import Import
from experiments.language.conditions import Condition
from experiments.protocol.loops import (
    Cells,
    Offer,
    between_cells,
    can_hold,
    cells_of,
    offer,
)
from experiments.protocol.measures import Measure
from experiments.protocol.names import Names

Row = Mapping[str, str]
"""Levels, fields of the item, ``item``, ``session``, ``step`` and ``occasion`` of one row."""


@dataclass(frozen=True)
class Rows:
    """Where the rows of an outcome come from."""

    sources: tuple[Measure, ...]
    """What is asked, or the periods that are marked. Empty if it has one value for each participant, such as a mean."""
    where: tuple[Condition, ...] = ()
    """Conditions that its rows meet."""

    @property
    def per_participant(self) -> bool:
        """Whether it is one value for each participant."""
        return not self.sources

    @property
    def loops(self) -> set[Key]:
        """The places of the loops that ask it."""
        return {source.loop.key for source in self.sources if source.loop}


class OutcomeRows:
    """The rows of a study's measures and columns."""

    def __init__(self, names: Names) -> None:
        self.names = names

    def of(self, name: str, stacked: bool = False) -> Rows:
        """Return where the rows of a measure or column come from.

        Parameters
        ----------
        stacked
            Whether the name may fit several measures, because the formula has ``session`` or ``step``.

        Raises
        ------
        AddressError
            If the name fits no measure, or several.
        """
        if name in self.names.study.columns:
            return self._of_column(name, stacked)
        measures = self.names.fitting(name) if stacked else []
        return Rows(tuple(measures or [self.names.measure(name)]))

    def _of_column(self, name: str, stacked: bool) -> Rows:
        of = self.names.study.columns[name].of
        where = () if of.where is None else (of.where,)
        if isinstance(of.value, Import):
            return Rows(self._of_periods(where), where)
        if of.aggregates:
            return Rows(())
        found: list[Rows] = []
        for each in of.row_names:
            if not (self._is_known(each) or each in ("trial", "occasion")):
                found.append(self.of(each, stacked))
        # What is asked once spreads over the rows of what is asked for each item.
        having = [rows for rows in found if rows.loops] or [r for r in found if r.sources]
        if not having:
            return Rows(())
        rows = having[0]
        where = (*rows.where, *where)
        imported = any(self._is_import(each) for each in of.row_names)
        return Rows(self._of_periods(where) if imported else rows.sources, where)

    def _is_known(self, name: str) -> bool:
        """Return whether rows know a name by their design: a factor, or a field of the item."""
        fields = (items.fields for items in self.names.items.values())
        return self.names.levels(name) is not None or any(name in each for each in fields)

    def _is_import(self, name: str) -> bool:
        columns = self.names.study.columns
        if name not in columns:
            return False
        of = columns[name].of
        return isinstance(of.value, Import) or any(map(self._is_import, of.row_names))

    def _of_periods(self, where: Sequence[Condition]) -> tuple[Measure, ...]:
        """Return the steps that mark a period, those alone that the conditions are about."""
        return tuple(
            period
            for period in self.names.periods.values()
            if can_hold(where, {"period": period.question, "session": period.session})
        )

    def participants(self, rows: Rows, mode: str) -> Iterator[tuple[Cells, list[Row]]]:
        """Yield, for each cell of the between-factors, the rows of one participant."""
        for between in between_cells(self.names, mode):
            found: list[Row] = []
            for source in rows.sources:
                found += self._rows(source, rows.where, mode, between, every_item=False)
            yield between, found

    def items_met(self, rows: Rows, mode: str) -> dict[tuple[str, str], list[Row]]:
        """Return each item with the levels at which participants of a mode meet it, in any cell.

        Returns
        -------
        dict
            (Source of the items, item) -> levels of all factors, with ``session`` and ``step``.
        """
        found: dict[tuple[str, str], list[Row]] = {}
        for between in between_cells(self.names, mode):
            for source in rows.sources:
                loop = source.loop or source.knows
                if loop is None or loop.name not in self.names.items:
                    continue
                for row in self._rows(source, rows.where, mode, between, every_item=True):
                    found.setdefault((loop.step.each, row["item"]), []).append({**between, **row})
        return found

    def _rows(
        self,
        source: Measure,
        where: Sequence[Condition],
        mode: str,
        between: Cells,
        every_item: bool,
    ) -> Iterator[Row]:
        known = {**between, "mode": mode, "session": source.session}
        conditions = [*source.given, *where]
        if not can_hold(conditions, known):
            return
        series = self.names.study.sessions.get(source.session)
        loop = source.loop or source.knows
        rows: list[dict[str, str]] = [{}]
        if loop is not None and (loop.name in self.names.items or source.loop is not None):
            of = offer(self.names, loop, mode, between)
            rows = _all_rows(of) if every_item else of.rows()
            if source.loop is None:
                # Asked after the loop, so it knows the item, and no level of its trial.
                rows = [{"item": row["item"]} for row in rows]
        for occasion in range(series.times if series is not None else 1):
            where_and_when = {
                "session": source.session,
                "step": source.step,
                "occasion": str(occasion + 1),
            }
            for row in rows:
                if can_hold(conditions, {**known, **row}):
                    yield {**row, **where_and_when}


def _all_rows(of: Offer) -> list[dict[str, str]]:
    """Return every combination of an entry and a cell in which participants can meet it."""
    cells = cells_of({**of.rotated, **of.crossed, **of.together})
    return [{**entry.fields, **cell} for entry in of.entries for cell in cells]
