"""What can come where: the levels that a ``by`` must have a value for, and the names that conditions and braces use."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from experiments.files.faults import Findings, nearest
from experiments.language.braces import parse_text
from experiments.language.by import By
from experiments.language.conditions import Condition, IsNot, IsOneOf, Wrong
from experiments.language.phrases import PhraseError
from experiments.protocol.loops import holds
from experiments.protocol.measures import Measure
from experiments.protocol.names import LAB_VALUES, AddressError, Names
from experiments.protocol.places import Place, places

RESULTS = ("right", "wrong", "late")
"""What ``.result`` of a key press can be."""

IN_EVERY_TEXT = ("minutes", "chance", "mode", "session")
OF_A_ROW = ("item", "trial", "occasion", "participant", "step")
"""What every row knows besides its factors."""


class Reach:
    """What can occur at each place of a study."""

    def __init__(self, names: Names) -> None:
        self.names = names
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

    def _use(self, name: str, place: Place) -> None:
        if place.loop is not None:
            self.fields.setdefault(place.loop.name, set()).add(name)

    def possible(self, name: str, place: Place) -> Sequence[str] | None:
        """Return the values that a name can have at a place; None if they cannot be listed."""
        self._use(name, place)
        levels = self._values(name, place)
        if levels is None:
            return None
        where = place.loop.step.where if place.loop is not None else None
        for condition in (*place.given, *([] if where is None else [where])):
            for test in condition.tests:
                if test.name == name or self._same(test.name, name, place):
                    levels = [level for level in levels if holds(test, level)]
        return levels

    def _same(self, one: str, other: str, place: Place) -> bool:
        """Return whether two names are the same answer."""
        try:
            return self.answer(one, place) == self.answer(other, place)
        except AddressError:
            return False

    def _values(self, name: str, place: Place) -> Sequence[str] | None:
        levels = self.names.levels(name)
        if levels is not None:
            return levels
        items = self.names.items.get(place.loop.name) if place.loop is not None else None
        if items is not None and name in items.fields:
            return sorted(set(items.fields[name]))
        try:
            measure = self.answer(name, place)
        except AddressError:
            return None
        if measure.part == "result":
            return list(RESULTS)
        if measure.part == "correct":
            return ["yes", "no"]
        return list(getattr(measure.asked, "options", {})) or None

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
            if self._is_unknown(name, place):
                yield (
                    key,
                    f"'{name}' is nothing that a value can differ by",
                    self._nearest(name, place),
                )
                return
            values = self.possible(name, place)
            if values is None:
                if self._is_answer(name, place):
                    found = f"the answer '{name}' has no levels that could be listed"
                    yield key, found, "Use a factor, the mode, a field of the item, or a choice."
                return
            possible.append(values)
        missing = by.missing(possible)
        if missing:
            what = " and ".join(by.by)
            shown = ", ".join(f"'{level}'" for level in missing[:6])
            yield (
                key,
                f"there is no value for {what} = {shown}",
                f"Add '{missing[0]}: ...' or 'else: ...'.",
            )
        anywhere = [self._values(name, place) or () for name in by.by]
        for level in by.impossible(possible):
            at = (*place.key, level)
            if level in {" ".join(each) for each in product(*anywhere)}:
                yield (
                    at,
                    f"'{level}' cannot come here",
                    "Remove it, or change the condition of the step.",
                )
            else:
                known = [" ".join(each) for each in product(*anywhere)]
                yield at, f"{' and '.join(by.by)} has no level '{level}'", nearest(level, known)

    def _condition(self, place: Place, condition: Condition) -> Findings:
        for test in condition.tests:
            self._use(test.name, place)
            if self._is_unknown(test.name, place):
                yield (
                    place.key,
                    f"'{test.name}' is nothing that is known here",
                    self._nearest(test.name, place),
                )
                continue
            if isinstance(test, Wrong) and not self._can_be_wrong(test.name, place):
                found = f"'{test.name}' has no correct answer"
                yield place.key, found, "Add 'correct:' to the question."
            if isinstance(test, (IsOneOf, IsNot)):
                levels = self._values(test.name, place)
                given = test.levels if isinstance(test, IsOneOf) else (test.level,)
                for level in given:
                    if levels is not None and level not in levels:
                        found = f"'{test.name}' has no level '{level}'"
                        yield place.key, found, nearest(level, levels)

    def _can_be_wrong(self, name: str, place: Place) -> bool:
        return getattr(self.answer(name, place).asked, "correct", None) is not None

    def _text(self, place: Place, text: str) -> Findings:
        try:
            filled = parse_text(text)
        except PhraseError as error:
            yield place.key, error.found, error.remedy
            return
        for name in filled.names:
            self._use(name, place)
            if not self._can_fill(name, place):
                yield (
                    place.key,
                    f"'{{{name}}}' is nothing that can be put into a text here",
                    self._nearest(name, place),
                )

    def _can_fill(self, name: str, place: Place) -> bool:
        study = self.names.study
        if name == "endowment":
            return study.stakes is not None
        if (
            name in IN_EVERY_TEXT
            or name in LAB_VALUES
            or name in study.values
            or name in place.fills
        ):
            return True
        if name in ("given", "kept"):
            return place.key[-1] in ("paid", "drawn", "not_drawn", "unpaid")
        if place.loop is not None:
            if name in ("item", "trial"):
                return True
            items = self.names.items.get(place.loop.name)
            if name == "text" and items is not None:
                of_variants = any(field.startswith("text.") for field in items.fields)
                return bool(items.texts) or of_variants or name in items.fields
            if items is not None and (name in items.fields or name in items.texts):
                return True
            if items is None and place.loop.step.each not in self.names.factors:
                # The items are still to be written.
                return True
        return name in self.names.factors or self._is_answer(name, place)

    def _is_answer(self, name: str, place: Place) -> bool:
        try:
            self.answer(name, place)
        except AddressError:
            return False
        return True

    def _is_unknown(self, name: str, place: Place) -> bool:
        if self.names.levels(name) is not None or name in OF_A_ROW:
            return False
        if place.loop is not None:
            items = self.names.items.get(place.loop.name)
            if items is None and place.loop.step.each not in self.names.factors:
                return False
            if items is not None and name in items.fields:
                return False
        return not self._is_answer(name, place)

    def _nearest(self, name: str, place: Place) -> str:
        if self.names.fitting(name):
            try:
                self.answer(name, place)
            except AddressError as error:
                return f"{str(error)[0].upper()}{str(error)[1:]}. {error.remedy}"
        known = [*self.names.factors, "mode", *self.names.study.values, *LAB_VALUES]
        known += [
            each.question
            for each in self.names.measures.values()
            if each.question and not each.part
        ]
        if place.loop is not None and (items := self.names.items.get(place.loop.name)):
            known += [*items.fields, *items.texts]
        return nearest(name, dict.fromkeys(known))
