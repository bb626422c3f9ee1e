"""The study: its file with everything that it uses, the slots of each mode, and the timeline of each slot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from experiments.answer_range import Range
from experiments.errors import UserError
from experiments.files.faults import Fault, Key
from experiments.interface import Interface, interface
from experiments.language.by import values
from experiments.marked_text import TextError
from experiments.protocol.allocated import Slots
from experiments.protocol.check import read_collected, read_study
from experiments.protocol.entry import answered_factors
from experiments.protocol.lab import APPROVAL
from experiments.protocol.media_gaps import demand_media, gaps
from experiments.protocol.names import Names
from experiments.protocol.opened import OpenedStudy
from experiments.protocol.places import steps_of
from experiments.protocol.ranges import Ranges
from experiments.protocol.slots import AllocationList, Slot
from experiments.protocol.study_file import StudyFile
from experiments.protocol.translation_checks import Translation, languages, translations
from experiments.protocol.translations import translated
from experiments.protocol.values import not_filled_in, without_wording
from experiments.questions.stakes import NOTHING, Stakes
from experiments.steps.compose import Composed, compose
from experiments.steps.going_back import faults_of_back
from experiments.steps.known import Known
from experiments.steps.not_yet import NotYetError
from experiments.steps.session import Session
from experiments.steps.timing import minutes
from experiments.timeline.timeline import Timeline
from experiments.version import code_version

SECRET = "allocation.secret"
"""File with the secret, beside the study file of a collection or an export."""


@dataclass(frozen=True)
class Study:
    """A study that can be previewed, run and simulated."""

    opened: OpenedStudy
    secret: str = ""
    """What the allocation is drawn from besides the study's name; '' in previews and simulations.

    Each collection has its own, so that nobody can compute who gets what.
    """

    @cached_property
    def _known(self) -> Known:
        return {}

    @cached_property
    def _slots(self) -> dict[str, Slots]:
        return {}

    @property
    def file(self) -> StudyFile:
        """The study file, with its parts written out."""
        return self.opened.study

    @property
    def names(self) -> Names:
        """The names of the study: its factors, measures and columns."""
        return self.opened.names

    @property
    def study(self) -> str:
        """Name of the study."""
        return self.file.study

    @property
    def version(self) -> str:
        """Version of the study file."""
        return self.file.version

    @property
    def hash(self) -> str:
        """First 16 hex digits of the SHA-256 of the expansion."""
        return self.opened.expansion.hash

    @property
    def path(self) -> Path:
        """The study file."""
        return self.opened.source.path.resolve()

    @property
    def title(self) -> str:
        """Title, as participants see it."""
        return self.file.title

    @property
    def modes(self) -> tuple[str, ...]:
        """Names of the modes; the first is the primary one."""
        return tuple(self.file.modes)

    @cached_property
    def translations(self) -> tuple[Translation, ...]:
        """The study in its own language and in those of its PO files, complete or not.

        Raises
        ------
        InvalidFileError
            With every mistake in a PO file.
        """
        return tuple(translations(self.opened))

    @property
    def languages(self) -> tuple[str, ...]:
        """Languages in which the study can be shown; the first is that of the study file."""
        return tuple(languages(self.translations))

    @property
    def incomplete(self) -> list[Translation]:
        """The languages of PO files in which something is missing or fuzzy."""
        return [each for each in self.translations[1:] if each.gaps]

    @property
    def levels(self) -> dict[str, tuple[str, ...]]:
        """Factor -> its levels, in order."""
        return {name: tuple(factor.levels) for name, factor in self.names.factors.items()}

    def allocated(self, secret: str) -> Study:
        """Return the study with the allocation lists of a collection."""
        return replace(self, secret=secret)

    @property
    def minutes(self) -> float:
        """Planned duration of a session; of the longest one if they differ."""
        written = self.file.minutes
        if written is not None:
            return max(float(each) for each in values(written))
        timelines = (self.timeline(slot) for mode in self.modes for slot in self.first_slots(mode))
        return float(max(minutes(timeline.screens) for timeline in timelines))

    def title_in(self, language: str) -> str:
        """Return the title in a language."""
        return translated(self.opened, language).study.title

    def stakes(self, mode: str) -> Stakes:
        """Return the stakes of a mode; without any, decisions are imagined."""
        return self.opened.study.stakes_in(mode) or NOTHING

    def range(self, name: str, mode: str) -> Range | None:
        """Return the range of a measure, an item, a score, a column or a factor in a mode.

        Returns
        -------
        Range or None
            None if its values are no numbers, or their range does not follow from the study.

        Raises
        ------
        AddressError
            If the study has nothing of this name, or several measures fit it.
        """
        return Ranges(self.opened, mode).of(name)

    @property
    def unfinished(self) -> list[str]:
        """What a lab must still fill in before the first participant, as one sentence each."""
        missing = not_filled_in(self.opened)
        keys = {name: f"values: {name}" for name in missing} | {
            APPROVAL: f"{APPROVAL}: {self.study}"
        }
        values = [f"{keys[name]}: {what} is not filled in" for name, what in missing.items()]
        wordings = without_wording(self.opened).items()
        return values + [
            f"scale: {name}: its wording is not shipped; {how}" for name, how in wordings
        ]

    def media_gaps(self, mode: str, languages: Sequence[str] = ()) -> list[str]:
        """What a lab must still supply of the pictures, films and sounds of a mode, as one sentence each."""
        return gaps(self.opened, mode, languages or self.languages)

    def demand_media(self, mode: str, languages: Sequence[str] = ()) -> None:
        """Refuse a mode in which participants would miss a picture, film or sound.

        Raises
        ------
        UserError
            With all that a laboratory must supply.
        """
        demand_media(self.opened, mode, languages or self.languages)

    def mode(self, name: str | None = None) -> str:
        """Return the name of a mode, by default that of the primary mode.

        Raises
        ------
        UserError
            If the study has no such mode.
        """
        known = self.modes
        if name and name not in known:
            raise UserError(f"there is no mode '{name}'. The modes are {', '.join(known)}.")
        return name or known[0]

    def language(self, code: str | None = None) -> str:
        """Return the code of a language, by default that of the study file.

        Raises
        ------
        UserError
            If the study has no texts in this language, or not all of them, or a PO file has mistakes.
        """
        code = code or self.file.language
        found = next((each for each in self.translations if each.language == code), None)
        if found is None:
            known = ", ".join(each.language for each in self.translations)
            raise UserError(f"the study has no texts in '{code}'. Its languages are {known}.")
        if found.gaps:
            more = f" ({len(found.gaps) - 1} more)" if len(found.gaps) > 1 else ""
            raise UserError(f"the texts in '{code}' are not complete: {found.gaps[0]}{more}")
        return code

    def slots(self, mode: str, least: int = 0) -> Slots:
        """Return the allocation list of a mode; each slot is drawn when it is first asked for.

        Parameters
        ----------
        least
            Number of slots needed at least. The list goes on beyond the planned sample if it is shorter, as simulations
            need; it begins with the same slots.
        """
        if len(self._slots.get(mode, ())) < max(least, 1):
            self._slots[mode] = Slots(self.opened, mode, self.secret, least)
        return self._slots[mode]

    def first_slots(self, mode: str) -> list[Slot]:
        """Return the first slot of each cell of a mode, in the order of the allocation list."""
        first: dict[tuple[tuple[str, str], ...], Slot] = {}
        for slot in AllocationList(self.opened, mode, self.secret).slots(blocks=1):
            first.setdefault(tuple(sorted(slot.levels.items())), slot)
        return list(first.values())

    def timeline(self, slot: Slot, language: str | None = None) -> Timeline:
        """Compose the timeline of a slot in a language, by default that of the study file.

        Raises
        ------
        NotYetError
            With all that cannot be shown yet.
        UserError
            If a text is missing, such as the wording of an instrument, or there are no interface texts in the language.
        """
        language = language or self.file.language
        try:
            texts = interface(language)
        except KeyError as error:
            raise UserError(str(error.args[0])) from error
        composed = self._composed(slot, language, texts)
        return Timeline(
            study=self.study,
            title=self.title_in(language),
            protocol_version=self.version,
            protocol_hash=self.hash,
            code_version=code_version(),
            mode=slot.mode,
            slot=slot.number,
            language=language,
            direction=texts.direction,
            interface=texts.of_session(self.file.pays),
            exit=composed.exit,
            screens=composed.screens,
            entry=composed.entry,
        )

    def _composed(self, slot: Slot, language: str, texts: Interface) -> Composed:
        self._can_run()
        try:
            return compose(Session(self.opened, slot, language, texts, known=self._known))
        except TextError as error:
            raise UserError(str(error)) from error

    @cached_property
    def faults_of_back(self) -> list[Fault]:
        """The steps whose Back button (``back: yes``) would lead nowhere; none as long as the study cannot be shown."""
        if not any(getattr(step, "back", False) for _, step in steps_of(self.file)):
            return []
        slots = (slot for mode in self.modes for slot in self.first_slots(mode))
        try:
            texts = interface(self.file.language)
            ways = [self._composed(slot, self.file.language, texts).ways_back for slot in slots]
        except (KeyError, UserError):
            return []
        return faults_of_back(ways, self.opened.source)

    def entry(self, mode: str, language: str | None = None) -> Timeline | None:
        """Return the timeline with which sessions of a mode begin; None if they begin with a slot.

        Its slot is 0, and it ends where the slot is taken. What comes after that is the first slot's, and not shown.
        """
        if not answered_factors(self.names, mode):
            return None
        timeline = self.timeline(self.slots(mode)[0], language)
        assert timeline.entry is not None
        decisions = tuple(replace(each, level="") for each in timeline.entry.decisions)
        return replace(timeline, slot=0, entry=replace(timeline.entry, decisions=decisions))

    def timeline_at(self, mode: str, number: int, language: str | None = None) -> Timeline:
        """Return the timeline of a slot by its number; that of the entry for 0.

        Raises
        ------
        UserError
            If the mode has no such slot.
        """
        entry = None if number else self.entry(mode, language)
        if entry is not None:
            return entry
        slots = self.slots(mode)
        if not 1 <= number <= len(slots):
            raise UserError(f"the place {number} is not in the allocation list of '{mode}'.")
        return self.timeline(slots[number - 1], language)

    def _can_run(self) -> None:
        study, source = self.opened.study, self.opened.source
        given: dict[Key, tuple[object, str]] = {
            ("sessions",): (study.sessions, "several sessions cannot be run yet"),
            ("factors", "sealed"): (study.factors.sealed, "sealed factors cannot be run yet"),
        }
        found = [
            source.fault(key, what, "A later version of compassion can.")
            for key, (value, what) in given.items()
            if value
        ]
        if found:
            raise NotYetError("\n".join(map(str, found)))


def open_study(path: str | Path) -> Study:
    """Read a study file, and everything that it uses.

    Raises
    ------
    InvalidFileError
        With every fault of the file, and of all that it uses.
    """
    return Study(read_study(path), secret_in(Path(path).parent))


def open_collected(path: str | Path) -> Study:
    """Read the study that is kept with a collection, a package or an export, with the allocation lists.

    Rules of the language that came after it was written are not applied.

    Raises
    ------
    InvalidFileError
        If it cannot be read at all.
    """
    return Study(read_collected(path), secret_in(Path(path).parent))


def secret_in(folder: Path) -> str:
    """Return the secret of the allocation lists in a folder; empty if there is none."""
    path = folder / SECRET
    return path.read_text(encoding="ascii").strip() if path.exists() else ""
