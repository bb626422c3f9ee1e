"""The names of a study: one namespace, and the addresses of its measures.

The address of a measure is ``session.step.question``, then what the answer has besides its value (``.time``, an
item, a score). Any of it may be left out while one measure fits.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from experiments.files.faults import Key, nearest
from experiments.interface import REFERENCE, interface
from experiments.language.by import Varied
from experiments.language.conditions import IsOneOf
from experiments.protocol.design_sections import Answered
from experiments.protocol.measures import Instrument, Measure, measures_of, periods_of
from experiments.protocol.places import Loop
from experiments.protocol.steps import EndStep, PartStep
from experiments.protocol.study_file import StudyFile, all_steps, entry_key

OF_ROWS = (
    "participant",
    "session",
    "occasion",
    "step",
    "item",
    "trial",
    "mode",
    "duration",
    "period",
)
"""Names that every row knows."""
OF_RECEIPTS = ("given", "kept", "boxes")
"""Names of amounts of the decision that is paid, in the texts of its receipt."""
RESERVED = (*OF_ROWS, "text", "minutes", "endowment", "chance", *OF_RECEIPTS)
"""Names with a fixed meaning in every study."""

AGREES = "yes"
"""The answer with which participants consent."""

LAB_VALUES = interface(REFERENCE).lab
"""Values that every laboratory sets, for texts, and what they are."""

Varies = Literal["between", "within", "counterbalanced", "answered", "sealed"]


@dataclass(frozen=True)
class Factor:
    """A factor of the study."""

    name: str
    varies: Varies
    levels: Mapping[str, Varied[str] | None]
    """Level -> its words; empty if the factor is answered and its question is unknown."""
    key: Key

    def varies_in(self, study: StudyFile, mode: str) -> Varies:
        """Return how the factor varies in a mode."""
        return "within" if self.name in study.modes[mode].within else self.varies

    @property
    def numbers(self) -> dict[str, float] | None:
        """The levels as numbers; None if one of them is not a number."""
        try:
            return {level: float(level) for level in self.levels}
        except ValueError:
            return None


class AddressError(LookupError):
    """An address fits no measure, or several; the message says what was found, ``remedy`` what to do."""

    def __init__(self, found: str, remedy: str) -> None:
        super().__init__(found)
        self.remedy = remedy


@dataclass(frozen=True)
class Items:
    """The items that a loop can draw: rows of a conditions file or items of a set."""

    names: tuple[str, ...]
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Field -> its value for each item."""
    texts: tuple[str, ...] = ()
    """Names of the texts that each item has, besides its fields."""


class Names:
    """The names of one study with everything written out.

    Parameters
    ----------
    items
        Name of a loop -> the items that it can draw; loops over the levels of a factor have no entry.
    """

    def __init__(
        self,
        study: StudyFile,
        instruments: Mapping[str, Instrument],
        items: Mapping[str, Items],
    ) -> None:
        self.study = study
        self.instruments = instruments
        self.items = items

    def items_of(self, loop: Loop) -> Items | None:
        """Return the items that a loop can draw; None if it runs over the levels of a factor."""
        return self.items.get(loop.name)

    def is_unwritten(self, loop: Loop) -> bool:
        """Return whether the items of a loop are still to be written, so that they can have any field."""
        return loop.name not in self.items and loop.step.each not in self.factors

    @cached_property
    def _asked(self) -> list[Measure]:
        """All measures, in the order in which they are asked."""
        return list(measures_of(self.study, self.instruments))

    @cached_property
    def measures(self) -> dict[str, Measure]:
        """Full address -> measure, in the order in which they are asked."""
        found: dict[str, Measure] = {}
        for measure in self._asked:
            found.setdefault(measure.address, measure)
        return found

    @cached_property
    def periods(self) -> dict[Key, Measure]:
        """Place of each step that marks a period -> the period, whose name is the question of the measure."""
        return {period.key: period for period in periods_of(self.study)}

    @cached_property
    def repeated(self) -> list[Measure]:
        """Measures whose address another one already has, one for each question."""
        again = [each for each in self._asked if self.measures[each.address].key != each.key]
        return list({each.key: each for each in reversed(again)}.values())[::-1]

    @cached_property
    def loops(self) -> list[Loop]:
        """All loops, in order."""
        found = {
            measure.loop.key: measure.loop for measure in self.measures.values() if measure.loop
        }
        return list(found.values())

    @cached_property
    def factors(self) -> dict[str, Factor]:
        """Name -> factor."""
        found: dict[str, Factor] = {}
        for factor in self._declared:
            found.setdefault(factor.name, factor)
        return found

    @cached_property
    def _declared(self) -> list[Factor]:
        """The factors as they are written, one of each name and way of varying."""
        factors = self.study.factors
        by_design: dict[Varies, Mapping[str, Mapping[str, Varied[str] | None]]] = {
            "between": factors.between,
            "within": factors.within,
            "counterbalanced": factors.counterbalanced,
            "sealed": factors.sealed,
        }
        found = [
            Factor(name, varies, levels, ("factors", varies, name))
            for varies, named in by_design.items()
            for name, levels in named.items()
        ]
        for name, answered in factors.answered.items():
            levels = self._answers(answered)
            found.append(Factor(name, "answered", levels, ("factors", "answered", name)))
        return found

    def _answers(self, answered: Answered) -> dict[str, Varied[str] | None]:
        """Return the options of a question, except those that lead to an end."""
        try:
            measure = self.measure(answered.from_)
        except AddressError:
            return {}
        options: Mapping[str, Varied[str]] = getattr(measure.asked, "options", {})
        ending = {
            level
            for _, step in all_steps(self.study)
            if isinstance(step, EndStep) and step.when is not None
            for test in step.when.tests
            if isinstance(test, IsOneOf) and measure in self.fitting(test.name)
            for level in test.levels
        }
        return {level: words for level, words in options.items() if level not in ending}

    @property
    def consent(self) -> Measure | None:
        """The first question of the part ``consent``; None if a study asks for no consent."""
        for key, step in all_steps(self.study):
            if isinstance(step, PartStep) and step.part.partition("@")[0] == "consent":
                inside = (each for each in self.measures.values() if each.key[: len(key)] == key)
                return next((measure for measure in inside if not measure.part), None)
        return None

    def levels(self, name: str) -> Sequence[str] | None:
        """Return the values that a factor, the mode or the session can have; None if the name is none of these."""
        if name == "mode":
            return list(self.study.modes)
        if name == "session":
            return list(self.study.flow)
        if name in self.factors:
            return list(self.factors[name].levels)
        return None

    def fitting(self, address: str) -> list[Measure]:
        """Return the measures that a short address fits."""
        words = address.split(".")
        found = [each for each in self.measures.values() if _fits(words, each.words)]
        # `.time` of a question inside an item is only meant if it is written.
        if found:
            return found
        return [
            each
            for each in self.measures.values()
            if not each.part and each.question and _fits(words, each.words[:-1])
        ]

    def measure(self, address: str) -> Measure:
        """Return the measure of an address.

        Raises
        ------
        AddressError
            If none fits, or several.
        """
        found = self.fitting(address)
        if len(found) == 1:
            return found[0]
        if not found:
            known = {each.question or each.step for each in self.measures.values() if not each.part}
            word = address.rpartition(".")[2]
            raise AddressError(
                f"'{address}' is no question of the study", nearest(word, sorted(known))
            )
        which = ", ".join(each.address for each in found)
        raise AddressError(
            f"'{address}' can be {which}",
            "Write the whole address of the one you mean; give its step a name if it has none.",
        )

    def clashes(self) -> Iterator[tuple[Key, str, str]]:
        """Yield the names that could be two things: key, what was found, remedy."""
        kinds: dict[str, list[tuple[str, Key]]] = {}

        def add(name: str, kind: str, key: Key) -> None:
            known = kinds.setdefault(name, [])
            if kind not in {each for each, _ in known}:
                known.append((kind, key))

        for factor in self._declared:
            kind = (
                "a factor"
                if factor is self.factors[factor.name]
                else f"a {factor.varies}-factor too"
            )
            add(factor.name, kind, factor.key)
        for name in self.study.columns:
            add(name, "a column", ("columns", name))
        for name in LAB_VALUES:
            add(name, "a value that laboratories set", ())
        for name in self.study.values:
            add(
                name,
                "a value that laboratories set" if name in LAB_VALUES else "a value",
                ("values", name),
            )
        for measure in self.measures.values():
            if not measure.part and measure.question and measure.kind != "scale":
                add(measure.question, "a question", measure.key)
        steps: dict[tuple[str, str], Key] = {}
        for session, listed in self.study.flow.items():
            for index, step in enumerate(listed):
                steps.setdefault((session, step.address), (*entry_key("flow", session), index))
        for (_, name), key in steps.items():
            # A step can have the name of a question that it asks, or of the factor that it runs over.
            inside = [each for each in self._asked if each.key[: len(key)] == key]
            asks = any(each.question == name for each in inside)
            over = any(each.loop is not None and each.loop.step.each == name for each in inside)
            if name and not asks and not over:
                add(name, "a step", key)
        for name, uses in kinds.items():
            if name in RESERVED:
                kind, key = uses[0]
                yield (
                    key,
                    f"'{name}' has a fixed meaning and cannot be {kind}",
                    "Choose another name.",
                )
            elif len(uses) > 1:
                which = " and ".join(kind for kind, _ in uses)
                key = next(key for _, key in reversed(uses) if key)
                yield key, f"'{name}' is {which}", "Give one of them another name."


def _fits(words: Sequence[str], address: Sequence[str]) -> bool:
    """Return whether the words occur in the address in this order, the last of them at its end."""
    if not address or words[-1] != address[-1]:
        return False
    rest = iter(address)
    return all(word in rest for word in words)
