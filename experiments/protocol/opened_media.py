"""Opening the pictures, films and sounds that the steps of a study name, and the folders that describe them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath

from experiments.files.faults import Fault, Findings, InvalidFileError, Key, nearest
from experiments.protocol.media import (
    Medium,
    Named,
    described,
    home_of,
    names_of,
    of_set,
    without_description,
    wrong_braces,
)
from experiments.protocol.names import Items
from experiments.protocol.study_file import StudyFile
from experiments.protocol.used_files import hash_of_file, hash_of_media
from experiments.stimuli.media import MANIFEST, MediaFolder, load_media
from experiments.stimuli.stimulus_set import StimulusSet


class OpenedMedia:
    """The media of a study.

    Parameters
    ----------
    folder
        Folder of the study.
    items
        Name of a loop -> the items that it can draw.
    load_set
        Reads a stimulus set, of which a step can show single pictures.
    """

    def __init__(
        self,
        study: StudyFile,
        folder: Path,
        items: Mapping[str, Items],
        load_set: Callable[[str], StimulusSet],
    ) -> None:
        self.study, self.folder, self.items, self._load_set = study, folder, items, load_set
        self.media: dict[tuple[str, str], Medium] = {}
        self.folders: dict[str, MediaFolder] = {}
        self.lenders: dict[str, StimulusSet] = {}
        self.files: dict[str, str] = {}
        """File -> its hash."""
        self.faults: list[Fault] = []
        """Faults in the descriptions of folders."""
        self._faulty: set[str] = set()

    def open(self, named: Named, outside: Callable[[str, Key], bool]) -> Findings:
        """Find what a step names; yield what is wrong with the name.

        Parameters
        ----------
        outside
            Notes a name that leads out of the folder of the study, and returns whether it does.
        """
        loop = named.place.loop
        factors = self.study.factors.within
        if loop is not None and loop.name not in self.items and loop.step.each not in factors:
            # Its items could not be read, which is a fault already.
            return
        if fault := wrong_braces(named, self.items):
            yield named.key, *fault
            return
        for name in names_of(named, self.items, named.modes):
            if name and (name, named.kind) not in self.media and not outside(name, named.key):
                yield from self._open(name, named)

    def _open(self, name: str, named: Named) -> Findings:
        lender, _, item = name.partition("/")
        found = self._described(name, named.kind)
        if found is None and item and not PurePosixPath(item).suffix:
            found = self._lent(name, lender)
            if found is None and lender in self.lenders:
                known = [each.id for each in self.lenders[lender].items if each.images]
                yield named.key, f"the set '{lender}' has no picture '{item}'", nearest(item, known)
        found = found or without_description(name, named.kind, self.folder)
        self.media[name, named.kind] = found
        if lender in self.lenders:
            return
        if found.is_there:
            self.files[name] = hash_of_file(found.path)
        elif name in self.study.files:
            # A collection keeps the descriptions of media, not the media.
            self.files[name] = self.study.files[name]

    def _described(self, name: str, kind: str) -> Medium | None:
        home = home_of(name, self.folder)
        if home is None or home[0] in self._faulty:
            return None
        folder, path = home
        if folder not in self.folders:
            try:
                self.folders[folder] = load_media(path)
            except InvalidFileError as error:
                self.faults += error.faults
                self._faulty.add(folder)
                return None
            self._note(folder, self.folders[folder])
        return described(name, kind, (folder, self.folders[folder]))

    def _note(self, folder: str, media: MediaFolder) -> None:
        """Note the hashes of what a description says, and of its captions."""
        place = PurePosixPath(folder)
        self.files[str(place / MANIFEST)] = hash_of_media(media)
        for slot in media.files.values():
            for file in slot.captions.values():
                if (media.folder / file).is_file():
                    self.files[str(place / file)] = hash_of_file(media.folder / file)

    def _lent(self, name: str, lender: str) -> Medium | None:
        if lender not in self.lenders:
            try:
                self.lenders[lender] = self._load_set(lender)
            except FileNotFoundError:
                return None
        return of_set(name, self.lenders[lender])
