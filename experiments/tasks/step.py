"""The step: one entry of a protocol's flow. Each task is a kind of step and composes its screens.

A step is a frozen part of the protocol; the composer holds what one session adds to it, the slot and the
language, and makes the screens that the step asks for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import Field

from experiments.design.declared import Declared
from experiments.design.slots import Cells, Slot, Trial
from experiments.files.reading import Distinct, Key, Model
from experiments.files.references import (
    Asked,
    Found,
    Level,
    Levels,
    ModeName,
    Refers,
    every_level,
    references,
)
from experiments.interface import Interface
from experiments.marked_text import TextFault, blocks
from experiments.measures import Context, Measure
from experiments.numbers import money
from experiments.screen import Ask, Phase, Screen
from experiments.stimuli.scales import Scale
from experiments.stimuli.sets import StimulusSet

_PLACE = re.compile(r"\{(\w+)\}")


class Step(Model):
    """What all entries of a flow share."""

    task: str
    """Which task this step is."""
    id: str = ""
    """Name of the step, if the flow has the task more than once (default: the task's name)."""
    phase: Phase
    """Part of the session it belongs to."""
    modes: tuple[ModeName, ...] = ()
    """Modes in which the step is shown (default: all)."""
    when: Levels = {}
    """Between-factors and the levels at which the step is shown (default: always)."""

    @property
    def name(self) -> str:
        """Prefix of the ids of this step's screens."""
        return self.id or self.task

    def measures(self) -> list[str]:
        """Return the declared measures this step asks."""
        return [name for _, mark, name in references(self) if mark == Refers("measure", asked=True)]

    def own_measures(self) -> Mapping[str, Measure]:
        """Return the measures this step adds by itself."""
        return {}

    def screens(self, composer: Composer) -> Iterable[Screen]:
        """Compose the screens of this step for one slot."""
        raise NotImplementedError

    def faults(self, protocol: Outline, key: Key) -> Found:
        """Check what the types of the keys do not say; ``key`` is the place of the step in the file."""
        for name, factor in self.by_level().items():
            if factor in protocol.factors:
                levels = self.when.get(factor, protocol.factors[factor].levels)
                yield from every_level((*key, name), getattr(self, name), levels)

    def by_level(self) -> Mapping[str, str]:
        """Return the keys that say something for each level of a factor: key -> factor."""
        return {}


class Outline(Declared):
    """What a study declares, and the flow of its steps."""

    flow: Annotated[tuple[Step, ...], Field(min_length=1)]

    def steps(self, mode: str, cells: dict[str, Level]) -> list[Step]:
        """Return the steps of the flow that a cell of a mode goes through."""
        return [
            step
            for step in self.flow
            if (not step.modes or mode in step.modes)
            and all(cells.get(factor) in levels for factor, levels in step.when.items())
        ]

    def step(self, name: str) -> Step:
        """Return the step with this name."""
        return next(step for step in self.flow if step.name == name)


@dataclass
class Composer:
    """Composes the screens of one slot in one language."""

    protocol: Outline
    slot: Slot
    language: str
    interface: Interface
    sets: Mapping[str, StimulusSet]
    """Stimulus set of each use that the protocol names."""
    scales: Mapping[str, Scale]
    closing: list[Screen] = field(default_factory=list)
    """Screens off the main path (declined, not eligible), put after it."""
    composed: dict[str, list[Screen]] = field(default_factory=dict)
    """Screens of the steps composed so far, by the step's name."""

    def cells(self, trial: Trial | None = None) -> Cells:
        """Return the levels that hold: the slot's, and the trial's."""
        return {**self.slot.cells, **(trial.cells if trial else {})}

    def text(
        self, key: str, values: Mapping[str, object] | None = None, cells: Cells | None = None
    ) -> str:
        """Return a text of the protocol with its ``{places}`` filled in.

        A place is a value given, a setting of the protocol's ``values``, or the label of a factor's level.
        """
        known = {**self._values, **(values or {})}
        for factor, level in (self.cells() if cells is None else cells).items():
            known.setdefault(factor, self.label(factor, level))

        def put(match: re.Match[str]) -> str:
            if match[1] not in known:
                raise TextFault(
                    f"texts.{self.language}.{key}",
                    f"the text has '{{{match[1]}}}', but nothing fills it in.",
                    f"What can be filled in here: {', '.join(sorted(known))}.",
                )
            return str(known[match[1]])

        return _PLACE.sub(put, self.protocol.texts[self.language][key])

    def label(self, factor: str, level: str | int) -> str:
        """Return how a level is written in the language (default: numbers with commas, else the level)."""
        labels = self.protocol.factors[factor].labels.get(self.language, {})
        if level in labels:
            return labels[level]
        return f"{level:,}" if isinstance(level, int) else str(level)

    @cached_property
    def _values(self) -> dict[str, object]:
        """What every text of the session can be filled with: the lab's values, and the mode's stakes."""
        stakes = self.protocol.modes[self.slot.mode].stakes
        chance = "" if stakes.probability is None else f"{stakes.probability:.0%}"
        endowment = money(stakes.endowment, stakes.money.written())
        values = self.protocol.values.get(self.language, {})
        return {**values, "endowment": endowment, "chance": chance}

    def fields_of(self, use: str, stimulus: str) -> dict[str, object]:
        """Return the fields of a stimulus item in the session's language."""
        item = self.sets[use].item(stimulus)
        return {name: item.field(name, self.language) for name in item.fields}

    def pictures_of(self, use: str, stimulus: str) -> tuple[dict[str, str], ...]:
        """Return the pictures of a stimulus item, in the order that a picture rule takes them."""
        stimuli = self.sets[use]
        return tuple(
            {"src": stimuli.src(picture), "alt": picture.alt.get(self.language, "")}
            for picture in stimuli.item(stimulus).images
        )

    def ask(
        self,
        name: str,
        cells: Cells | None = None,
        values: Mapping[str, object] | None = None,
        measure: Measure | None = None,
    ) -> Ask:
        """Return the question of a declared measure, or of one that the step adds."""
        where = self.cells() if cells is None else cells
        context = Context(
            lambda key: self.text(key, values, where),
            where,
            self.protocol.modes[self.slot.mode].stakes,
            self.interface.texts,
        )
        return (measure or self.protocol.measures[name]).ask(name, context)

    def own(self, step: Step) -> tuple[Ask, ...]:
        """Return the questions that a step adds by itself."""
        return tuple(self.ask(name, measure=each) for name, each in step.own_measures().items())

    def screen(self, step: Step, place: str, kind: str, **fields: Any) -> Screen:
        """Make a screen of a step, with a "continue" button unless ``proceed`` says otherwise.

        Parameters
        ----------
        place
            What follows the step's name in the screen's id.
        fields
            Further fields of the screen.
        """
        fields = {"proceed": self.interface.texts["continue"], **fields}
        return Screen(step.name + place, kind, step.phase, step.task, **fields)

    def page(self, step: Step, place: str, text: str, **fields: Any) -> Screen:
        """Make a screen that shows a text of the protocol to be read."""
        return self.screen(step, place, "read", content=blocks(self.text(text)), **fields)

    def questions(
        self,
        step: Step,
        place: str,
        names: Sequence[str],
        values: Mapping[str, object] | None = None,
        **fields: Any,
    ) -> Screen:
        """Make a screen that asks declared measures of one kind."""
        asks = tuple(self.ask(name, fields.get("cells"), values) for name in names)
        kind = self.protocol.measures[names[0]].kind
        return self.screen(step, f"{place}.{names[0]}", kind, asks=asks, **fields)

    def ending(self, step: Step, ends: Literal["declined", "ineligible"], text: str) -> str:
        """Put a screen that ends the session after the main path; return its id."""
        finish = self.interface.texts["finish"]
        screen = self.page(step, f".{ends}", text, ends=ends, proceed=finish)
        self.closing.append(screen)
        return screen.id


class Asking(Step):
    """A step that asks pages of declared measures."""

    asks: Annotated[
        tuple[Annotated[tuple[Asked, ...], Field(min_length=1), Distinct], ...], Field(min_length=1)
    ]
    """Pages of measures; the measures of one page are of one kind."""

    def faults(self, protocol: Outline, key: Key) -> Found:
        yield from super().faults(protocol, key)
        for number, page in enumerate(self.asks):
            asked = [protocol.measures[name] for name in page if name in protocol.measures]
            kinds = sorted({measure.kind for measure in asked})
            if len(kinds) > 1:
                found = f"the page asks measures of the kinds {', '.join(kinds)}"
                yield (*key, "asks", number), found, "Split it into pages of one kind each."
            elif len(page) > 1 and not all(measure.shares_page for measure in asked):
                found = f"the page asks {len(page)} measures of the kind '{kinds[0]}'"
                yield (*key, "asks", number), found, "Put each on a page of its own."
