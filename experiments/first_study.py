"""The study: a protocol with its stimuli and scales, the slots of each mode and the timeline of each slot."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from experiments.design.slots import Slot, slots
from experiments.errors import UserError
from experiments.files.parsing import parse
from experiments.files.reading import Fault, InvalidFileError, Source, nearest, read
from experiments.files.references import Level
from experiments.interface import interface
from experiments.marked_text import TextError
from experiments.measures.stakes import Stakes
from experiments.places import find
from experiments.protocol.checking import faults, unfinished
from experiments.protocol.edition import is_second_edition
from experiments.protocol.protocol import Protocol
from experiments.screen import Screen
from experiments.stimuli.scales import Scale, load_scale
from experiments.stimuli.sets import StimulusSet, load_set
from experiments.tasks.scale import ScaleStep
from experiments.tasks.step import Composer
from experiments.timeline.timeline import Timeline
from experiments.version import code_version


@dataclass(frozen=True)
class Study:
    """A protocol with the stimulus sets and scales it uses."""

    protocol: Protocol
    sets: Mapping[str, StimulusSet]
    """Entry under the protocol's ``stimuli`` -> stimulus set."""
    scales: Mapping[str, Scale]

    @cached_property
    def _slots(self) -> dict[str, list[Slot]]:
        return {}

    @property
    def study(self) -> str:
        """Name of the study."""
        return self.protocol.study

    @property
    def version(self) -> str:
        """Version of the protocol."""
        return self.protocol.version

    @property
    def hash(self) -> str:
        """Hash of the protocol's content."""
        return self.protocol.hash

    @property
    def title(self) -> str:
        """Title, as participants see it."""
        return self.protocol.title

    @property
    def modes(self) -> tuple[str, ...]:
        """Names of the modes."""
        return tuple(self.protocol.modes)

    @property
    def languages(self) -> tuple[str, ...]:
        """Languages of the texts; the first is the default."""
        return self.protocol.languages

    @property
    def levels(self) -> dict[str, tuple[Level, ...]]:
        """Factor -> its levels, in order."""
        return {name: factor.levels for name, factor in self.protocol.factors.items()}

    @property
    def minutes(self) -> float:
        """Planned duration of a session."""
        return self.protocol.minutes

    def title_in(self, language: str) -> str:
        """Return the title in a language."""
        return self.protocol.texts[language].get("title", self.protocol.title)

    def stakes(self, mode: str) -> Stakes:
        """Return the stakes of a mode."""
        return self.protocol.modes[mode].stakes

    def unfinished(self, languages: Collection[str]) -> list[str]:
        """Return what a lab must still fill in before the first participant, as one sentence each."""
        return unfinished(self.protocol, languages)

    def mode(self, name: str | None = None) -> str:
        """Return the name of a mode, by default that of the primary mode.

        Raises
        ------
        UserError
            If the protocol has no such mode.
        """
        known = self.protocol.modes
        if name and name not in known:
            raise UserError(f"there is no mode '{name}'. The modes are {', '.join(known)}.")
        return name or self.protocol.primary_mode

    def language(self, code: str | None = None) -> str:
        """Return the code of a language, by default that of the protocol's first language.

        Raises
        ------
        UserError
            If the protocol has no texts in this language.
        """
        known = self.protocol.languages
        if code and code not in known:
            raise UserError(
                f"the protocol has no texts in '{code}'. Its languages are {', '.join(known)}."
            )
        return code or known[0]

    def slots(self, mode: str) -> list[Slot]:
        """Return the allocation list of a mode."""
        if mode not in self._slots:
            self._slots[mode] = slots(self.protocol, mode, self._items())
        return self._slots[mode]

    def _items(self) -> dict[str, tuple[str, ...]]:
        return {
            name: use.items or tuple(item.id for item in self.sets[name].trials)
            for name, use in self.protocol.stimuli.items()
        }

    def first_slots(self, mode: str) -> list[Slot]:
        """Return the first slot of each cell of a mode, in the order of the allocation list.

        Each block contains every cell, so the first block is enough; generating the whole list takes seconds.
        """
        first: dict[tuple[tuple[str, Level], ...], Slot] = {}
        for slot in slots(self.protocol, mode, self._items(), blocks=1):
            first.setdefault(tuple(sorted(slot.cells.items())), slot)
        return list(first.values())

    def timeline(self, slot: Slot, language: str | None = None) -> Timeline:
        """Compose the timeline of a slot in a language, by default the protocol's first language."""
        protocol, language = self.protocol, self.language(language)
        texts = interface(language)
        composer = Composer(protocol, slot, language, texts, self.sets, self.scales)
        main: list[Screen] = []
        for step in protocol.steps(slot.mode, slot.cells):
            composer.composed[step.name] = list(step.screens(composer))
            main += composer.composed[step.name]
        return Timeline(
            study=protocol.study,
            title=protocol.title if language == protocol.languages[0] else self.title_in(language),
            protocol_version=protocol.version,
            protocol_hash=protocol.hash,
            code_version=code_version(),
            mode=slot.mode,
            slot=slot.number,
            language=language,
            direction=texts.direction,
            interface=texts.texts,
            exit=next((screen.id for screen in main if screen.phase == "debrief"), ""),
            screens=(*main, *composer.closing),
        )


def load(path: str | Path) -> Protocol:
    """Read a protocol without its stimuli and scales.

    Raises
    ------
    InvalidFileError
        Listing every fault in the file.
    """
    protocol, source = _read(path)
    if problems := faults(protocol, source):
        raise InvalidFileError(problems)
    return protocol


def open_study(path: str | Path) -> Study:
    """Read a protocol with its stimuli and scales.

    Raises
    ------
    InvalidFileError
        Listing every fault in the protocol, its stimuli and its scales.
    """
    protocol, source = _read(path)
    sets, of_sets = _load_sets(protocol, source)
    if problems := [*faults(protocol, source), *of_sets]:
        raise InvalidFileError(problems)
    beside = source.path.resolve().parent
    scales = {
        step.scale: load_scale(step.scale, beside)
        for step in protocol.flow
        if isinstance(step, ScaleStep)
    }
    study = Study(protocol, sets, scales)
    if problems := _composing_faults(study, source):
        raise InvalidFileError(problems)
    return study


def _read(path: str | Path) -> tuple[Protocol, Source]:
    source = read(path)
    try:
        protocol = parse(Protocol, source)
    except InvalidFileError:
        if is_second_edition(Path(path)):
            found = (
                f"{path} is written in the second edition of the protocol language, which this command"
                " cannot run yet"
            )
            remedy = "Check it with `compassion check`, or use a protocol of the first edition."
            raise InvalidFileError([Fault(str(path), 1, 1, "", found, remedy)]) from None
        raise
    protocol._path = source.path.resolve()
    return protocol, source


def _load_sets(protocol: Protocol, source: Source) -> tuple[dict[str, StimulusSet], list[Fault]]:
    """Load the stimulus sets of a protocol; return them with the faults of the entries that name them."""
    sets: dict[str, StimulusSet] = {}
    found: list[Fault] = []
    for name, use in protocol.stimuli.items():
        try:
            folder = find(use.set, "stimuli", source.path.resolve().parent)
        except FileNotFoundError as error:
            remedy = "Name a folder in stimuli/, or one beside the protocol."
            found.append(source.fault(("stimuli", name, "set"), str(error), remedy))
            continue
        sets[name] = load_set(folder)
        ids = [item.id for item in sets[name].items]
        found += [
            source.fault(
                ("stimuli", name, "items"), f"there is no item '{item}'", nearest(item, ids)
            )
            for item in use.items
            if item not in ids
        ]
        available = len(use.items or sets[name].trials)
        for mode in protocol.modes:
            if not 1 <= use.taken(mode, available) <= available:
                problem = (
                    f"found 'take: {use.taken(mode, available)}', but there are {available} items"
                )
                remedy = f"Take 1 to {available} items."
                found.append(source.fault(("stimuli", name, "take"), problem, remedy))
    return sets, found


def _composing_faults(study: Study, source: Source) -> list[Fault]:
    """Compose the timeline of every cell, mode and language; return the faults of their texts."""
    found: dict[tuple[str, str], Fault] = {}
    for mode in study.protocol.modes:
        for slot in study.first_slots(mode):
            for language in study.protocol.languages:
                try:
                    study.timeline(slot, language)
                except TextError as fault:
                    key = tuple(fault.key.split("."))
                    located = source.fault(key, fault.found, fault.remedy)
                    found.setdefault((fault.key, fault.found), located)
    return list(found.values())
