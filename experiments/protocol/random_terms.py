"""The random terms of a study's models, which follow from its design.

They are what Barr, Levy, Scheepers & Tily (2013), J. Mem. Lang. 68:255, ask for the effects that are tested, in the
form without coding of Judd, Westfall & Kenny (2012), J. Pers. Soc. Psychol. 103:54: ``(1 | unit:factors)``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from experiments.language.columns import Import
from experiments.protocol.loops import planned_number
from experiments.protocol.names import AddressError, Names
from experiments.protocol.outcome_rows import OutcomeRows, Row, Rows
from experiments.protocol.planned import PlannedTests, planned_tests
from experiments.protocol.sections import PlannedModel

LEAST_ITEMS = 5
"""Fewest items that vary at random; with fewer, results hold for these items."""

LEAST_ROWS = 2
"""Fewest rows of a unit in each cell of what is tested for it to have a term of its own."""


class RandomTerms:
    """The random terms of a study's models."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.rows = OutcomeRows(names)

    def of(self, model: PlannedModel, outcome: str, mode: str) -> tuple[str, ...]:
        """Return the random terms of a model of one outcome in a mode: those written, else those of the design.

        Raises
        ------
        AddressError
            If the outcome is no measure or column.
        PlanError
            If a contrast does not fit the formula.
        """
        if model.formula.random:
            return tuple(map(str, model.formula.random))
        stacked = bool({"session", "step"} & set(model.formula.predictors))
        rows = self.rows.of(outcome, stacked)
        tests = planned_tests(model, self.names)
        return (
            *self._of_participants(model, tests, rows, mode),
            *self._of_items(model, tests, rows, mode),
        )

    def items_of(self, outcome: str, mode: str, stacked: bool = False) -> int:
        """Return the number of items that participants of a mode meet in the rows of an outcome."""
        return len(self.rows.items_met(self.rows.of(outcome, stacked), mode))

    def _of_participants(
        self, model: PlannedModel, tests: PlannedTests, rows: Rows, mode: str
    ) -> list[str]:
        participants = [each for each in self.rows.participants(rows, mode) if each[1]]
        if max((len(own) for _, own in participants), default=0) < LEAST_ROWS:
            return []
        within = {
            name
            for name in model.formula.predictors
            if self._is_factor(name) and any(_varies(name, own) for _, own in participants)
        }
        slopes = [n for n in self._numbers(tests) if self._varies_in_participant(n, rows, within)]
        terms = [f"({' + '.join(slopes) or 1} | participant)"]
        for effect in self._effects(model, tests, within):
            cells = [Counter(_cell(row, effect) for row in own) for _, own in participants]
            if all(min(count.values()) >= LEAST_ROWS for count in cells):
                terms.append(f"(1 | participant:{':'.join(effect)})")
        return terms

    def _of_items(
        self, model: PlannedModel, tests: PlannedTests, rows: Rows, mode: str
    ) -> list[str]:
        items = list(self.rows.items_met(rows, mode).values())
        if len(items) < LEAST_ITEMS:
            return []
        varying = {
            name
            for name in model.formula.predictors
            if self._is_factor(name)
            and self._varies_by(name) != "counterbalanced"
            and self._varies_in_items(name, items)
        }
        slopes = [n for n in self._numbers(tests) if self._varies_in_item(n, rows, varying)]
        terms = [f"({' + '.join(slopes) or 1} | item)"]
        each_has = self._rows_of_an_item(rows, mode, len(items))
        for effect in self._effects(model, tests, varying):
            cells = max(self._cells_of_item(effect, met) for met in items)
            if each_has / cells >= LEAST_ROWS:
                terms.append(f"(1 | item:{':'.join(effect)})")
        return terms

    def _rows_of_an_item(self, rows: Rows, mode: str, items: int) -> float:
        """Return the number of rows of one item over all planned participants."""
        numbers = [len(own) for _, own in self.rows.participants(rows, mode)]
        return planned_number(self.names, mode) * sum(numbers) / len(numbers) / items

    def _varies_in_items(self, name: str, items: Sequence[Sequence[Row]]) -> bool:
        if self._varies_by(name) == "answered":
            return True
        return sum(_varies(name, met) for met in items) >= LEAST_ITEMS

    def _cells_of_item(self, effect: Sequence[str], met: Sequence[Row]) -> int:
        cells = len({_cell(row, effect) for row in met})
        for name in effect:
            if self._varies_by(name) == "answered":
                cells *= len(self.names.factors[name].levels)
        return cells

    def _effects(
        self, model: PlannedModel, tests: PlannedTests, varying: set[str]
    ) -> Iterable[tuple[str, ...]]:
        """Return, for each test, those of its factors that vary within the unit, each set once."""
        order = list(model.formula.predictors)
        found = (
            tuple(sorted((name for name in names if name in varying), key=order.index))
            for names in tests.effects
        )
        return [effect for effect in dict.fromkeys(found) if effect]

    def _is_factor(self, name: str) -> bool:
        return name in ("session", "step") or name in self.names.factors

    def _varies_by(self, name: str) -> str:
        return self.names.factors[name].varies if name in self.names.factors else ""

    def _numbers(self, tests: PlannedTests) -> list[str]:
        """Return the numbers that a contrast names."""
        named = [name for each in tests.contrasts for name in each.lines]
        return [name for name in dict.fromkeys(named) if not self._is_factor(name)]

    def _varies_in_participant(self, name: str, rows: Rows, within: set[str]) -> bool:
        """Return whether a number differs between the rows of a participant."""
        if name in ("trial", "occasion"):
            return True
        if self._is_factor(name):
            return name in within or self._varies_by(name) == "within"
        columns = self.names.study.columns
        if name in columns:
            of = columns[name].of
            if isinstance(of.value, Import):
                return True
            return any(self._varies_in_participant(each, rows, within) for each in of.row_names)
        own = self._own_rows(name)
        if own is None:
            return self._is_field(name, rows)
        series = {source.session for source in own.sources} & {s.session for s in rows.sources}
        sessions = self.names.study.sessions
        repeated = any(sessions[each].times > 1 for each in series if each in sessions)
        return bool(own.loops & rows.loops) or repeated

    def _varies_in_item(self, name: str, rows: Rows, varying: set[str]) -> bool:
        """Return whether a number differs between the rows of an item, over all participants."""
        if name == "trial":
            return not all(s.loop and s.loop.step.order == "as written" for s in rows.sources)
        if self._is_factor(name):
            return name in varying or self._varies_by(name) not in ("within", "counterbalanced")
        columns = self.names.study.columns
        if name in columns:
            of = columns[name].of
            if isinstance(of.value, Import) or of.aggregates:
                return True
            return any(self._varies_in_item(each, rows, varying) for each in of.row_names)
        return name == "occasion" or self._own_rows(name) is not None

    def _own_rows(self, name: str) -> Rows | None:
        try:
            return self.rows.of(name)
        except AddressError:
            return None

    def _is_field(self, name: str, rows: Rows) -> bool:
        loops = [source.loop for source in rows.sources if source.loop]
        return any(
            name in self.names.items[loop.name].fields
            for loop in loops
            if loop.name in self.names.items
        )


def _cell(row: Row, names: Sequence[str]) -> tuple[str, ...]:
    return tuple(row.get(name, "") for name in names)


def _varies(name: str, rows: Sequence[Row]) -> bool:
    return len({row[name] for row in rows if name in row}) > 1
