"""Building: a protocol with its stimuli and scales, its slots, and the timeline of each slot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from experiments.composing import Composer, TextFault
from experiments.design import Slot, slots
from experiments.errors import UserError
from experiments.interface import interface
from experiments.protocol import Protocol, load
from experiments.reading import Fault, FaultyFile, Source, nearest, read
from experiments.scales import Scale, load_scale
from experiments.screen import Screen
from experiments.stimuli import load_set
from experiments.stimulus_set import StimulusSet
from experiments.tasks.scale import ScaleStep
from experiments.timeline import Timeline
from experiments.version import code_version


@dataclass(frozen=True)
class Study:
    """A protocol with everything it refers to."""

    protocol: Protocol
    sets: Mapping[str, StimulusSet]
    """Stimulus set of each use that the protocol names."""
    scales: Mapping[str, Scale]

    @cached_property
    def _slots(self) -> dict[str, list[Slot]]:
        return {}

    def mode(self, wished: str | None = None) -> str:
        """Return a mode of the protocol; the primary one where none is wished.

        Raises
        ------
        UserError
            If the protocol has no such mode.
        """
        known = self.protocol.modes
        if wished and wished not in known:
            raise UserError(f"there is no mode '{wished}'; there are {', '.join(known)}.")
        return wished or self.protocol.primary_mode

    def language(self, wished: str | None = None) -> str:
        """Return a language of the protocol; its first where none is wished.

        Raises
        ------
        UserError
            If the protocol has no texts in it.
        """
        known = self.protocol.languages
        if wished and wished not in known:
            raise UserError(f"the protocol has no texts in '{wished}'; it has {', '.join(known)}.")
        return wished or known[0]

    def slots(self, mode: str) -> list[Slot]:
        """Return the allocation list of a mode."""
        if mode not in self._slots:
            items = {
                name: use.items or tuple(item.id for item in self.sets[name].trials)
                for name, use in self.protocol.stimuli.items()
            }
            self._slots[mode] = slots(self.protocol, mode, items)
        return self._slots[mode]

    def timeline(self, slot: Slot, language: str | None = None) -> Timeline:
        """Compose the timeline of a slot."""
        return compose(self, slot, self.language(language))


def open_study(path: str | Path) -> Study:
    """Read a protocol and everything it refers to.

    Raises
    ------
    FaultyFile
        With every fault of the protocol, its stimuli and its scales.
    """
    source = read(path)
    protocol = load(path)
    study = Study(protocol, load_sets(protocol, source), load_scales(protocol, source))
    if faults := composing_faults(study, source):
        raise FaultyFile(faults)
    return study


def composing_faults(study: Study, source: Source) -> list[Fault]:
    """Compose every cell of every mode in every language once; return what cannot be composed."""
    faults: dict[tuple[str, str], Fault] = {}
    for mode in study.protocol.modes:
        met: set[tuple[tuple[str, str | int], ...]] = set()
        for slot in study.slots(mode):
            cell = tuple(sorted(slot.cells.items()))
            if cell in met:
                continue
            met.add(cell)
            for language in study.protocol.languages:
                try:
                    study.timeline(slot, language)
                except TextFault as fault:
                    key = tuple(fault.key.split("."))
                    faults.setdefault(
                        (fault.key, fault.found), source.fault(key, fault.found, fault.remedy)
                    )
    return list(faults.values())


def load_sets(protocol: Protocol, source: Source) -> dict[str, StimulusSet]:
    """Load the stimulus sets that a protocol uses."""
    sets: dict[str, StimulusSet] = {}
    faults: list[Fault] = []
    for name, use in protocol.stimuli.items():
        try:
            sets[name] = load_set(use.set, source.path.resolve().parent)
        except FileNotFoundError as error:
            faults.append(
                source.fault(
                    ("stimuli", name, "set"),
                    str(error),
                    "Name a folder of stimuli/, or one beside the protocol.",
                )
            )
            continue
        ids = [item.id for item in sets[name].items]
        faults += [
            source.fault(
                ("stimuli", name, "items"), f"there is no item '{item}'", nearest(item, ids)
            )
            for item in use.items
            if item not in ids
        ]
        available = len(use.items or sets[name].trials)
        for mode in protocol.modes:
            if not 1 <= use.taken(mode, available) <= available:
                found = f"found {use.taken(mode, available)} of {available} items to take"
                faults.append(
                    source.fault(("stimuli", name, "take"), found, f"Take 1 to {available}.")
                )
    if faults:
        raise FaultyFile(faults)
    return sets


def load_scales(protocol: Protocol, source: Source) -> dict[str, Scale]:
    """Load the scales that a protocol shows."""
    scales: dict[str, Scale] = {}
    for place, step in enumerate(protocol.flow):
        if isinstance(step, ScaleStep):
            try:
                scales[step.scale] = load_scale(step.scale, source.path.resolve().parent)
            except FileNotFoundError as error:
                fault = source.fault(
                    ("flow", place, "scale"), str(error), "Name a file of stimuli/scales."
                )
                raise FaultyFile([fault]) from error
    return scales


def compose(study: Study, slot: Slot, language: str) -> Timeline:
    """Compose all screens of one slot in one language."""
    protocol, texts = study.protocol, interface(language)
    composer = Composer(protocol, slot, language, texts, study.sets, study.scales)
    screens: list[Screen] = []
    exit_to = ""
    for step in protocol.steps(slot.mode, slot.cells):
        made = list(step.screens(composer))
        composer.composed[step.name] = made
        if step.phase == "debrief" and not exit_to:
            exit_to = made[0].id
        screens += made
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
