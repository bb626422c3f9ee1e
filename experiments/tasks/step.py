"""The step: one entry of a protocol's flow. Each task is a subclass of ``Step`` that composes its screens.

A step is a frozen part of the protocol. The composer knows the slot and the language of one session, and makes the
screens of the steps.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import Field

from experiments.design.declared import Declarations
from experiments.design.slots import Cells, Slot, Trial
from experiments.files.reading import Distinct, Findings, Key, Model
from experiments.files.references import (
    AskedMeasure,
    Level,
    Levels,
    ModeName,
    NameOf,
    every_level,
    references,
)
from experiments.interface import Interface
from experiments.marked_text import TextError, blocks
from experiments.measures import Context, Measure
from experiments.numbers import money
from experiments.screen import Ask, Phase, Screen
from experiments.stimuli.scales import Scale
from experiments.stimuli.sets import StimulusSet

_PLACEHOLDER = re.compile(r"\{(\w+)\}")


class Step(Model):
    """Base class of all entries of a flow."""

    task: str
    """Name of the task."""
    id: str = ""
    """Name of the step; needed if the task occurs more than once in the flow (default: the task's name)."""
    phase: Phase
    """Part of the session that the step belongs to."""
    modes: tuple[ModeName, ...] = ()
    """Modes in which the step is shown (default: all)."""
    when: Levels = {}
    """Between-factor -> levels at which the step is shown (default: always)."""

    @property
    def name(self) -> str:
        """Name of the step, with which the ids of its screens begin."""
        return self.id or self.task

    def measures(self) -> list[str]:
        """Return the names of the declared measures that this step asks."""
        return [name for _, mark, name in references(self) if mark == NameOf("measure", asked=True)]

    def own_measures(self) -> Mapping[str, Measure]:
        """Return the measures that belong to the task and are not declared in the protocol."""
        return {}

    def screens(self, composer: Composer) -> Iterable[Screen]:
        """Compose the screens of this step for one slot."""
        raise NotImplementedError

    def faults(self, protocol: Outline, key: Key) -> Findings:
        """Yield the faults that the types of the keys cannot find; ``key`` is the step's position in the file."""
        for name, factor in self.by_level().items():
            if factor in protocol.factors:
                levels = self.when.get(factor, protocol.factors[factor].levels)
                yield from every_level((*key, name), getattr(self, name), levels)

    def by_level(self) -> Mapping[str, str]:
        """Return the keys that must have an entry for each level of a factor, with that factor."""
        return {}


class Outline(Declarations):
    """The declarations of a study, and the flow of its steps."""

    flow: Annotated[tuple[Step, ...], Field(min_length=1)]

    def steps(self, mode: str, cells: dict[str, Level]) -> list[Step]:
        """Return the steps of the flow in a cell of a mode."""
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
    """The composer: makes the screens of one participant's slot in one language."""

    protocol: Outline
    slot: Slot
    language: str
    interface: Interface
    sets: Mapping[str, StimulusSet]
    """Entry of the protocol's ``stimuli`` -> stimulus set."""
    scales: Mapping[str, Scale]
    closing: list[Screen] = field(default_factory=list)
    """Screens outside the normal order (declined, not eligible), appended at the end."""
    composed: dict[str, list[Screen]] = field(default_factory=dict)
    """Name of each step composed so far -> its screens."""

    def cells(self, trial: Trial | None = None) -> Cells:
        """Return the levels of the slot's and the trial's factors."""
        return {**self.slot.cells, **(trial.cells if trial else {})}

    def text(
        self, key: str, values: Mapping[str, object] | None = None, cells: Cells | None = None
    ) -> str:
        """Return a text of the protocol with its ``{placeholders}`` replaced.

        Their values are those given, those of the protocol's ``values``, and the labels of the factors' levels.
        """
        known = {**self._values, **(values or {})}
        for factor, level in (self.cells() if cells is None else cells).items():
            known.setdefault(factor, self.label(factor, level))

        def put(match: re.Match[str]) -> str:
            if match[1] not in known:
                raise TextError(
                    f"texts.{self.language}.{key}",
                    f"the text has '{{{match[1]}}}', for which there is no value.",
                    f"Placeholders with a value here: {', '.join(sorted(known))}.",
                )
            return str(known[match[1]])

        return _PLACEHOLDER.sub(put, self.protocol.texts[self.language][key])

    def label(self, factor: str, level: str | int) -> str:
        """Return the label of a level in the language (default: the level itself, numbers with commas)."""
        labels = self.protocol.factors[factor].labels.get(self.language, {})
        if level in labels:
            return labels[level]
        return f"{level:,}" if isinstance(level, int) else str(level)

    @cached_property
    def _values(self) -> dict[str, object]:
        """Values for the placeholders of every text: those that the lab filled in, and the mode's stakes."""
        stakes = self.protocol.modes[self.slot.mode].stakes
        chance = "" if stakes.probability is None else f"{stakes.probability:.0%}"
        endowment = money(stakes.endowment, stakes.money.format())
        values = self.protocol.values.get(self.language, {})
        return {**values, "endowment": endowment, "chance": chance}

    def fields_of(self, stimuli: str, stimulus: str) -> dict[str, object]:
        """Return the fields of a stimulus item in the session's language."""
        item = self.sets[stimuli].item(stimulus)
        return {name: item.field(name, self.language) for name in item.fields}

    def pictures_of(self, stimuli: str, stimulus: str) -> tuple[dict[str, str], ...]:
        """Return the pictures of a stimulus item, in the order in which picture rules use them."""
        of_set = self.sets[stimuli]
        return tuple(
            {"src": of_set.src(picture), "alt": picture.alt.get(self.language, "")}
            for picture in of_set.item(stimulus).images
        )

    def ask(
        self,
        name: str,
        cells: Cells | None = None,
        values: Mapping[str, object] | None = None,
        measure: Measure | None = None,
    ) -> Ask:
        """Return the question of a declared measure, or of ``measure`` if it is given."""
        cells = self.cells() if cells is None else cells
        context = Context(
            lambda key: self.text(key, values, cells),
            cells,
            self.protocol.modes[self.slot.mode].stakes,
            self.interface.texts,
        )
        return (measure or self.protocol.measures[name]).ask(name, context)

    def own_questions(self, step: Step) -> tuple[Ask, ...]:
        """Return the questions of the task's own measures."""
        return tuple(
            self.ask(name, measure=measure) for name, measure in step.own_measures().items()
        )

    def screen(self, step: Step, suffix: str, kind: str, **fields: Any) -> Screen:
        """Make a screen of a step, with a "continue" button unless ``proceed`` is given.

        Parameters
        ----------
        suffix
            The part of the screen's id after the name of the step.
        fields
            Further fields of the screen.
        """
        fields = {"proceed": self.interface.texts["continue"], **fields}
        return Screen(step.name + suffix, kind, step.phase, step.task, **fields)

    def page(self, step: Step, suffix: str, text: str, **fields: Any) -> Screen:
        """Make a screen with a text of the protocol."""
        return self.screen(step, suffix, "read", content=blocks(self.text(text)), **fields)

    def questions(
        self,
        step: Step,
        suffix: str,
        names: Sequence[str],
        values: Mapping[str, object] | None = None,
        **fields: Any,
    ) -> Screen:
        """Make a screen that asks declared measures of one kind."""
        asks = tuple(self.ask(name, fields.get("cells"), values) for name in names)
        kind = self.protocol.measures[names[0]].kind
        return self.screen(step, f"{suffix}.{names[0]}", kind, asks=asks, **fields)

    def ending(self, step: Step, ends: Literal["declined", "ineligible"], text: str) -> str:
        """Append a screen that ends the session; return its id."""
        finish = self.interface.texts["finish"]
        screen = self.page(step, f".{ends}", text, ends=ends, proceed=finish)
        self.closing.append(screen)
        return screen.id


class AskingStep(Step):
    """Base class of steps that ask pages of declared measures."""

    asks: Annotated[
        tuple[Annotated[tuple[AskedMeasure, ...], Field(min_length=1), Distinct], ...],
        Field(min_length=1),
    ]
    """Pages of measures; all measures of a page are of the same kind."""

    def faults(self, protocol: Outline, key: Key) -> Findings:
        yield from super().faults(protocol, key)
        for number, page in enumerate(self.asks):
            asked = [protocol.measures[name] for name in page if name in protocol.measures]
            kinds = sorted({measure.kind for measure in asked})
            if len(kinds) > 1:
                found = f"the page has measures of the kinds {', '.join(kinds)}"
                yield (
                    (*key, "asks", number),
                    found,
                    "Split it into pages with measures of one kind.",
                )
            elif len(page) > 1 and not all(measure.shares_page for measure in asked):
                found = f"the page has {len(page)} measures of the kind '{kinds[0]}'"
                yield (*key, "asks", number), found, "Put each of them on a separate page."
