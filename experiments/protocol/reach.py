"""What can come where: the levels that a ``by`` must have a value for, and the names that conditions and braces use."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import product

from experiments.files.faults import Findings, UnknownName, nearest
from experiments.language.braces import parse_text
from experiments.language.by import By
from experiments.language.conditions import Condition
from experiments.language.phrases import PhraseError
from experiments.protocol.loops import holds
from experiments.protocol.measures import Measure
from experiments.protocol.names import LAB_VALUES, OF_RECEIPTS, AddressError
from experiments.protocol.opened import OpenedStudy
from experiments.protocol.outside_loops import no_level
from experiments.protocol.places import Place, places
from experiments.protocol.tested import Known, Tested, levels_of

IN_EVERY_TEXT = ("minutes", "chance", "mode", "session")
OF_A_ROW = ("item", "trial", "occasion", "participant", "step")
"""What every row knows besides its factors."""
WITHOUT_LEVEL = "Move this into the loop, or write it so that it does not depend on the factor."
"""What to do where a factor has no level."""


class Reach:
    """What can occur at each place of a study."""

    def __init__(self, opened: OpenedStudy) -> None:
        self.names = opened.names
        self.tested = Tested(opened)
        self.fields: dict[str, set[str]] = {}
        """Name of a loop -> names that its texts, conditions and ``by`` use."""

    def faults(self) -> Findings:
        """Yield the faults of every ``by``, condition and brace of the flow."""
        for place, found in places(self.names.study):
            if isinstance(found, By):
                yield from self._by(place, found)
            elif isinstance(found, Condition):
                yield from self._condition(place, found)
            else:
                yield from self._text(place, found)

    def use(self, name: str, place: Place) -> None:
        """Note that a place uses a name."""
        if place.loop is not None:
            self.fields.setdefault(place.loop.name, set()).add(name)

    def possible(self, name: str, place: Place) -> Sequence[str] | None:
        """Return the values that a name can have at a place; None if they cannot be listed."""
        self.use(name, place)
        levels = self._values(name, place)
        if levels is None:
            return None
        own = self._earlier(name, place)
        where = place.loop.step.where if place.loop is not None else None
        for condition in (*place.given, *([] if where is None else [where])):
            for test in condition.tests:
                if test.name == name or (
                    own is not None and own == self._earlier(test.name, place)
                ):
                    levels = [level for level in levels if holds(test, level)]
        return levels

    def _values(self, name: str, place: Place) -> Sequence[str] | None:
        levels = self.names.levels(name)
        if levels is not None:
            return levels
        fields = self._fields(place)
        if name in fields:
            return sorted(set(fields[name]))
        measure = self._earlier(name, place)
        if measure is None:
            return None
        return ["yes", "no"] if measure.part == "correct" else levels_of(measure)

    def _fields(self, place: Place) -> Mapping[str, Sequence[str]]:
        """Return the fields of the item at a place, with the values that they can have."""
        items = None if place.loop is None else self.names.items_of(place.loop)
        return {} if items is None else items.fields

    def _earlier(self, name: str, place: Place) -> Measure | None:
        """Return the earlier answer that a name is at a place; None if there is none."""
        try:
            return self.answer(name, place)
        except AddressError:
            return None

    def answer(self, name: str, place: Place) -> Measure:
        """Return the earlier answer that a name is at a place.

        Raises
        ------
        AddressError
            If there is none, or it is asked later.
        """
        fitting = self.names.fitting(name)
        here = [each for each in fitting if each.session == place.session] or fitting
        if len(here) != 1:
            return self.names.measure(name)
        (measure,) = here
        if not self._before(measure, place):
            raise AddressError(
                f"'{name}' is asked only after this place",
                "Move the question, or name an earlier one.",
            )
        return measure

    def _before(self, measure: Measure, place: Place) -> bool:
        """Return whether a question is asked before a place."""
        if measure.session != place.session:
            sessions = list(self.names.study.flow)
            return sessions.index(measure.session) < sessions.index(place.session)
        if measure.screen != place.screen:
            return measure.screen < place.screen
        # A question with a condition is on a screen of its own, after the earlier questions of its step.
        if "ask" not in place.key or (place.key[-1] != "when" and not place.given):
            return False
        own = place.key[: place.key.index("ask") + 2]
        places = [each.key for each in self.names.measures.values()]
        return own in places and places.index(measure.key) < places.index(own)

    def _by(self, place: Place, by: By[object]) -> Findings:
        key = (*place.key, "by")
        possible: list[Sequence[str]] = []
        for name in by.by:
            if found := no_level(self.names, name, place):
                if place.key[-1] != "take":  # What is wrong there is said by the checks of loops.
                    yield key, found, WITHOUT_LEVEL
                return
            if not self._is_known(name, place):
                found = UnknownName(f"'{name}' is nothing that a value can differ by")
                yield key, found, self.nearest(name, place, self._is_known)
                return
            values = self.possible(name, place)
            if values is None:
                if self._earlier(name, place) is not None:
                    found = f"the answer '{name}' has no levels that could be listed"
                    yield key, found, "Use a factor, the mode, a field of the item, or a choice."
                return
            possible.append(values)
        missing = by.missing(possible)
        anywhere = [self._values(name, place) or () for name in by.by]
        known = [" ".join(each) for each in product(*anywhere)]
        misspelt = {level: nearest(level, known) for level in by.impossible(possible)}
        missing = [
            level for level in missing if f"Did you mean '{level}'?" not in misspelt.values()
        ]
        if missing:
            shown = ", ".join(f"'{level}'" for level in missing[:6])
            found = f"there is no value for {' and '.join(by.by)} = {shown}"
            yield key, found, f"Add '{missing[0]}: ...' or 'else: ...'."
        for level, remedy in misspelt.items():
            found = f"{' and '.join(by.by)} has no level '{level}'"
            if level in known:
                found = f"'{level}' cannot come here"
                remedy = "Remove it, or change the condition of the step."
            yield (*place.key, level), found, remedy

    def _condition(self, place: Place, condition: Condition) -> Findings:
        for test in condition.tests:
            self.use(test.name, place)
            if found := no_level(self.names, test.name, place.under(condition)):
                yield place.key, found, WITHOUT_LEVEL
                continue
            if not self._is_known(test.name, place):
                found = UnknownName(f"'{test.name}' is nothing that is known here")
                yield place.key, found, self.nearest(test.name, place, self._is_known)
                continue
            for found, remedy in self.tested.faults(test, self._known(test.name, place)):
                yield place.key, found, remedy

    def _known(self, name: str, place: Place) -> Known:
        """Return what a name can be at a place."""
        measure = self._earlier(name, place)
        if self.names.levels(name) is not None:
            return self.tested.known(name)
        if measure is None or name in self._fields(place):
            return Known(self._values(name, place))
        if measure.part == "correct":
            return Known(["yes", "no"])
        return self.tested.of_measures([measure])

    def _text(self, place: Place, text: str) -> Findings:
        try:
            filled = parse_text(text)
        except PhraseError as error:
            yield place.key, error.found, error.remedy
            return
        for name in filled.names:
            self.use(name, place)
            if found := no_level(self.names, name, place):
                yield place.key, found, WITHOUT_LEVEL
            elif not self.can_fill(name, place):
                found = UnknownName(f"'{{{name}}}' is nothing that can be put into a text here")
                yield place.key, found, self.nearest(name, place)

    def can_fill(self, name: str, place: Place) -> bool:
        """Return whether something can be put in for a name in braces at a place."""
        study = self.names.study
        if name == "endowment":
            return study.stakes is not None
        if name in (*IN_EVERY_TEXT, *LAB_VALUES, *study.values, *place.fills):
            return True
        if name in OF_RECEIPTS:
            return place.key[-1] in ("paid", "drawn", "not_drawn", "unpaid")
        if place.loop is not None:
            items, fields = self.names.items_of(place.loop), self._fields(place)
            if name in ("item", "trial") or self.names.is_unwritten(place.loop):
                return True
            if name == "text" and items is not None:
                of_variants = any(field.startswith("text.") for field in fields)
                return bool(items.texts) or of_variants or name in fields
            if items is not None and name in (*fields, *items.texts):
                return True
        if name in self.names.factors:
            return not no_level(self.names, name, place)
        return self._earlier(name, place) is not None

    def _is_known(self, name: str, place: Place) -> bool:
        """Return whether a name is something on which a condition can depend at a place."""
        if name in self.names.factors:
            return not no_level(self.names, name, place)
        return (
            self.names.levels(name) is not None
            or name in OF_A_ROW
            or (place.loop is not None and self.names.is_unwritten(place.loop))
            or name in self._fields(place)
            or self._earlier(name, place) is not None
        )

    def nearest(
        self, name: str, place: Place, possible: Callable[[str, Place], bool] | None = None
    ) -> str:
        """Return what a name that cannot be used at a place may have been meant to be.

        Parameters
        ----------
        possible
            Whether a name can be used there; None if it is used in a text.
        """
        if found := no_level(self.names, name, place):
            return f"{found}. {WITHOUT_LEVEL}"
        if self.names.fitting(name):
            try:
                self.answer(name, place)
            except AddressError as error:
                return f"{str(error)[0].upper()}{str(error)[1:]}. {error.remedy}"
        known = [*place.fills, *self.names.factors, "mode", *self.names.study.values, *LAB_VALUES]
        known += [m.question for m in self.names.measures.values() if m.question and not m.part]
        if place.loop is not None and (items := self.names.items_of(place.loop)):
            known += [*items.fields, *items.texts]
        possible = possible or self.can_fill
        return nearest(name, [each for each in dict.fromkeys(known) if possible(each, place)])
