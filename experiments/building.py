"""Building: a protocol with its stimuli and scales, its slots, and the timeline of each slot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from experiments.composing import Composer
from experiments.design import Slot, slots
from experiments.interface import interface
from experiments.protocol import Protocol, load
from experiments.scales import Scale, load_scale
from experiments.screen import Screen
from experiments.stimuli import StimulusSet, load_set
from experiments.tasks.presenting import Presenting
from experiments.tasks.scale import ScaleStep
from experiments.timeline import Timeline
from experiments.version import code_version


@dataclass(frozen=True)
class Study:
    """A protocol with everything it refers to."""

    protocol: Protocol
    sets: Mapping[str, StimulusSet]
    """Stimulus set of each use, and of each pool of pictures."""
    scales: Mapping[str, Scale]

    @cached_property
    def _slots(self) -> dict[str, list[Slot]]:
        return {}

    def slots(self, mode: str) -> list[Slot]:
        """Return the allocation list of a mode."""
        if mode not in self._slots:
            items = {
                name: use.items or tuple(item.id for item in self.sets[name].items)
                for name, use in self.protocol.stimuli.items()
            }
            self._slots[mode] = slots(self.protocol, mode, items)
        return self._slots[mode]

    def timeline(self, slot: Slot, language: str | None = None) -> Timeline:
        """Compose the timeline of a slot."""
        return compose(self, slot, language or self.protocol.languages[0])


def open_study(path: str | Path) -> Study:
    """Read a protocol and everything it refers to.

    Raises
    ------
    FaultyFile
        With every fault of the protocol, its stimuli and its scales.
    """
    protocol = load(path)
    return Study(protocol, load_sets(protocol), load_scales(protocol))


def load_sets(protocol: Protocol) -> dict[str, StimulusSet]:
    """Load the stimulus sets that a protocol uses."""
    beside = protocol.path.parent if protocol.path else None
    sets = {name: load_set(use.set, beside) for name, use in protocol.stimuli.items()}
    for pool in pools(protocol):
        sets.setdefault(pool, load_set(pool, beside))
    return sets


def pools(protocol: Protocol) -> set[str]:
    """Return the sets that pictures are taken from."""
    return {
        step.pictures.pool
        for step in protocol.flow
        if isinstance(step, Presenting) and step.pictures and step.pictures.pool
    }


def load_scales(protocol: Protocol) -> dict[str, Scale]:
    """Load the scales that a protocol shows."""
    beside = protocol.path.parent if protocol.path else None
    return {
        step.scale: load_scale(step.scale, beside)
        for step in protocol.flow
        if isinstance(step, ScaleStep)
    }


def compose(study: Study, slot: Slot, language: str) -> Timeline:
    """Compose all screens of one slot in one language."""
    protocol, texts = study.protocol, interface(language)
    composer = Composer(protocol, slot, language, texts, study.sets, study.scales)
    screens: list[Screen] = []
    exit_to = ""
    for step in protocol.steps(slot.mode, slot.cells):
        made = list(step.screens(composer))
        if step.phase == "debrief" and not exit_to:
            exit_to = made[0].id
        screens += made
    # Closing screens stand before the last one's end can reach them only by a rule.
    screens += composer.closing
    return Timeline(
        study=protocol.study,
        title=protocol.title
        if language == protocol.languages[0]
        else protocol.texts[language].get("title", protocol.title),
        protocol_version=protocol.version,
        protocol_hash=protocol.hash,
        code_version=code_version(),
        mode=slot.mode,
        slot=slot.number,
        language=language,
        direction=texts.direction,
        interface=texts.texts,
        exit=exit_to,
        screens=tuple(screens),
    )
