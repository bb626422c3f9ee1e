"""What a task needs to compose its screens: the protocol, one slot, one language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from experiments.interface import Interface
from experiments.marked_text import blocks
from experiments.measures import Context, Measure
from experiments.numbers import money
from experiments.screen import Ask, Block, Screen

if TYPE_CHECKING:
    from experiments.design import Cells, Slot, Trial
    from experiments.protocol import Protocol
    from experiments.scales import Scale
    from experiments.step import Step
    from experiments.stimulus_set import StimulusSet

_PLACE = re.compile(r"\{(\w+)\}")


class TextFault(Exception):
    """A text that is missing, or that asks for a value nobody gives."""

    def __init__(self, key: str, found: str, remedy: str) -> None:
        self.key, self.found, self.remedy = key, found, remedy
        super().__init__(f"{key}: {found} {remedy}")


@dataclass
class Composer:
    """Composes the screens of one slot in one language."""

    protocol: Protocol
    slot: Slot
    language: str
    interface: Interface
    sets: Mapping[str, StimulusSet]
    """Stimulus set of each use that the protocol names."""
    scales: Mapping[str, Scale]
    closing: list[Screen] = field(default_factory=list)
    """Screens off the main path (declined, not eligible), put behind it."""
    composed: dict[str, list[Screen]] = field(default_factory=dict)
    """Screens of the steps composed so far, by the step's name."""

    @property
    def mode(self) -> str:
        return self.slot.mode

    def cells(self, trial: Trial | None = None) -> Cells:
        """Return the levels that hold: the slot's, and the trial's."""
        return {**self.slot.cells, **(trial.cells if trial else {})}

    def text(
        self, key: str, values: Mapping[str, object] | None = None, cells: Cells | None = None
    ) -> str:
        """Return a text of the protocol with its ``{places}`` filled in.

        A place is a value given, a setting of the protocol's ``values``, or the label of a factor's level.
        """
        texts = self.protocol.texts[self.language]
        if key not in texts:
            raise TextFault(
                f"texts.{self.language}",
                f"the text '{key}' is missing.",
                f"Add '{key}:' to the texts of '{self.language}'.",
            )
        return self.fill(texts[key], f"texts.{self.language}.{key}", values, cells)

    def fill(
        self,
        text: str,
        key: str,
        values: Mapping[str, object] | None = None,
        cells: Cells | None = None,
    ) -> str:
        """Fill the ``{places}`` of a text."""
        known = {**self.protocol.values.get(self.language, {}), **self._money(), **(values or {})}
        for factor, level in (self.cells() if cells is None else cells).items():
            known.setdefault(factor, self.label(factor, level))

        def put(match: re.Match[str]) -> str:
            if match[1] not in known:
                raise TextFault(
                    key,
                    f"'{{{match[1]}}}' stands in the text, but nothing gives it.",
                    f"What is given here: {', '.join(sorted(known))}.",
                )
            return str(known[match[1]])

        return _PLACE.sub(put, text)

    def label(self, factor: str, level: str | int) -> str:
        """Return how a level is written in the language (default: numbers with commas, else the level)."""
        labels = self.protocol.factors[factor].labels.get(self.language, {})
        if level in labels:
            return labels[level]
        return f"{level:,}" if isinstance(level, int) else str(level)

    def _money(self) -> dict[str, str]:
        stakes = self.protocol.modes[self.mode].stakes
        written = stakes.money.written()
        chance = "" if stakes.probability is None else f"{stakes.probability:.0%}"
        return {"endowment": money(stakes.endowment, written), "chance": chance}

    blocks = staticmethod(blocks)

    def pictures(self, pictures: Iterable[Mapping[str, str]]) -> tuple[Block, ...]:
        """Return a block of pictures side by side, or nothing where there are none."""
        shown = tuple(dict(picture) for picture in pictures)
        return (Block("images", images=shown),) if shown else ()

    def fields_of(self, use: str, stimulus: str) -> dict[str, object]:
        """Return the fields of a stimulus item in the session's language."""
        item = self.sets[use].item(stimulus)
        return {name: item.field(name, self.language) for name in item.fields}

    def pictures_of(self, use: str, stimulus: str) -> list[dict[str, str]]:
        """Return the pictures of a stimulus item, in the order that a picture rule takes them."""
        stimuli = self.sets[use]
        return [
            {"src": stimuli.src(picture), "alt": picture.alt.get(self.language, "")}
            for picture in stimuli.item(stimulus).images
        ]

    def ask(
        self, name: str, cells: Cells | None = None, values: Mapping[str, object] | None = None
    ) -> Ask:
        """Make the question of a declared measure."""
        return self.question(name, self.protocol.measures[name], cells, values)

    def question(
        self,
        name: str,
        measure: Measure,
        cells: Cells | None = None,
        values: Mapping[str, object] | None = None,
    ) -> Ask:
        """Make the question of a measure."""
        where = self.cells() if cells is None else cells
        context = Context(
            lambda key: self.text(key, values, where),
            where,
            self.protocol.modes[self.mode].stakes,
            self.interface.texts,
        )
        return measure.ask(name, context)

    def asks(
        self,
        names: Sequence[str],
        cells: Cells | None = None,
        values: Mapping[str, object] | None = None,
    ) -> tuple[Ask, ...]:
        """Make the questions of one page."""
        return tuple(self.ask(name, cells, values) for name in names)

    def ending(self, step: Step, ends: Literal["declined", "ineligible"], text: str) -> str:
        """Put a screen that ends the session behind the main path; return its id."""
        screen = Screen(
            id=f"{step.name}.{ends}",
            kind="read",
            phase=step.phase,
            task=step.task,
            ends=ends,
            content=self.blocks(self.text(text)),
            proceed=self.interface.texts["finish"],
        )
        self.closing.append(screen)
        return screen.id

    def kind(self, names: Sequence[str]) -> str:
        """Return the screen kind of a page of measures (checked to be one)."""
        return self.protocol.measures[names[0]].kind
