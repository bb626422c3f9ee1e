"""Opening a study: loading the instruments, items and files that it names."""

from __future__ import annotations

from functools import partial
from pathlib import Path, PurePosixPath, PureWindowsPath

from experiments.files.faults import Fault, InvalidFileError, Key, nearest
from experiments.files.reading_1_0 import as_kept
from experiments.language.by import By, values
from experiments.places import find
from experiments.protocol.loops import can_hold
from experiments.protocol.names import Items
from experiments.protocol.opened import OpenedStudy
from experiments.protocol.opened_media import OpenedMedia
from experiments.protocol.steps import LoopStep, MinimalGroupStep, Practice, ScaleStep
from experiments.protocol.study_file import all_steps
from experiments.protocol.used_files import (
    files_like,
    hash_of_file,
    hash_of_scale,
    hash_of_set,
    named_files,
)
from experiments.stimuli.conditions_file import (
    ITEM,
    SUFFIXES,
    is_conditions_file,
    read_conditions,
)
from experiments.stimuli.scales import load_scale, scale_names
from experiments.stimuli.sets import load_set
from experiments.stimuli.stimulus_set import StimulusSet


class Opening:
    """Loads the instruments, items and files that a study names into it, and collects the faults."""

    def __init__(self, opened: OpenedStudy) -> None:
        self.opened = opened
        self.study = opened.study
        self.folder = opened.source.path.resolve().parent
        self.faults: list[Fault] = []
        for place, step in all_steps(self.study):
            if isinstance(step, ScaleStep):
                if not self._outside(step.scale, (*place, "scale")):
                    self._instrument(step, place)
            elif isinstance(step, MinimalGroupStep):
                self._groups(step)
            elif (
                isinstance(step, LoopStep)
                and step.each not in self.study.factors.within
                and not self._outside(step.each, (*place, "each"))
            ):
                self._items(step, place)
        self._named_files()
        self._media()
        self._expected_files()

    def _fault(self, key: Key, found: str, remedy: str) -> None:
        self.faults.append(self.opened.source.fault(key, found, remedy))

    def _named_files(self) -> None:
        for key, name, path in named_files(self.study, self.folder):
            if self._outside(name, key):
                continue
            if path is None:
                found = f"there is no file '{name}' beside the study or in stimuli/"
                remedy = nearest(name, files_like(name, self.folder))
                self._fault(key, found, remedy)
            else:
                self.opened.files[name] = hash_of_file(path)

    def _media(self) -> None:
        opened = self.opened
        found = OpenedMedia(self.study, self.folder, opened.items, self._loaded_set)
        for named in opened.named_media:
            for key, what, remedy in found.open(named, self._outside):
                self._fault(key, what, remedy)
        self.faults += found.faults
        opened.media.update(found.media)
        opened.folders.update(found.folders)
        opened.lenders.update(found.lenders)
        opened.files.update(found.files)

    def _outside(self, name: str, key: Key) -> bool:
        """Return whether a name leads out of the folder of the study, which a collection could not keep."""
        if not any(path(name).is_absolute() for path in (PurePosixPath, PureWindowsPath)) and (
            ".." not in PureWindowsPath(name).parts
        ):
            return False
        found = f"'{name}' is not in the folder of the study"
        self._fault(key, found, "Copy it there, and write its name.")
        return True

    def _expected_files(self) -> None:
        """Compare the files with the hashes that an expansion has for them."""
        for name, digits in self.study.files.items():
            key: Key = ("files", name)
            if name not in self.opened.files:
                found = f"the study does not use '{name}'"
                self._fault(key, found, nearest(name, self.opened.files))
            elif digits != self.opened.files[name]:
                found = f"'{name}' is not the one that this study was written out with"
                remedy = (
                    f"Restore it, or write {self.opened.files[name]} if the change is intended."
                )
                self._fault(key, found, remedy)

    def _groups(self, step: MinimalGroupStep) -> None:
        kinds = values(step.minimal_group)
        if isinstance(step.minimal_group, By) and not kinds:
            kinds = [mode for mode in self.study.modes if mode in ("dots", "paintings")]
        for kind in kinds:
            self.opened.groups[kind] = self._loaded_set(kind)

    def _loaded_set(self, name: str) -> StimulusSet:
        folder = find(name, "stimuli", self.folder)
        if not (folder / "set.yaml").is_file():
            raise FileNotFoundError(folder)
        load = partial(load_set, folder)
        stimuli = as_kept(load, hash_of_set, self.study.files.get(name))
        self.opened.files[name] = hash_of_set(stimuli)
        return stimuli

    def _instrument(self, step: ScaleStep, key: Key) -> None:
        try:
            load = partial(load_scale, step.scale, self.folder)
            scale = as_kept(load, hash_of_scale, self.study.files.get(step.scale))
        except FileNotFoundError:
            remedy = nearest(step.scale, scale_names(self.folder))
            found = f"there is no instrument '{step.scale}'"
            self._fault((*key, "scale"), found, remedy)
            return
        except InvalidFileError as error:
            self.faults += error.faults
            return
        self.opened.scales[step.scale] = scale
        self.opened.files[step.scale] = hash_of_scale(scale)

    def _items(self, step: LoopStep, key: Key) -> None:
        if PurePosixPath(step.each).suffix and not is_conditions_file(step.each):
            stem = PurePosixPath(step.each).with_suffix("")
            found = f"'{step.each}' is no conditions file: these end in {' or '.join(SUFFIXES)}"
            remedy = "Save the table as a CSV file (UTF-8), and write its name here."
            known = [file for each in SUFFIXES for file in files_like(f"{stem}{each}", self.folder)]
            same = [file for file in known if PurePosixPath(file).with_suffix("") == stem]
            if same:
                remedy = f"Did you mean '{same[0]}'?"
            self._fault((*key, "each"), found, remedy)
            return
        try:
            if is_conditions_file(step.each):
                self.opened.items[step.address] = self._conditions(step, key)
            else:
                self.opened.items[step.address] = self._set(step)
        except FileNotFoundError:
            known = [*self.study.factors.within, *_sets(self.folder)]
            if is_conditions_file(step.each):
                known = files_like(step.each, self.folder) or known
            found = f"there is no factor, stimulus set or file '{step.each}'"
            self._fault((*key, "each"), found, nearest(step.each, known))
        except InvalidFileError as error:
            self.faults += error.faults

    def _conditions(self, step: LoopStep, key: Key) -> Items:
        path = find(step.each, "protocols", self.folder)
        table = self.opened.tables[step.address] = read_conditions(path, step.columns)
        self.opened.files[step.each] = hash_of_file(path)
        if ITEM not in table.columns:
            for column in table.columns:
                cells = table.field(column)
                twice = next(
                    (cell for cell in cells if cells.count(cell) > 1 and len(cell) > 40), ""
                )
                if twice:
                    found = f"two rows of {step.each} have the same '{column}' and the file has no column 'item'"
                    remedy = f"Add a column 'item', or say which it is: columns: {{{ITEM}: {table.columns[0]}}}."
                    self._fault((*key, "each"), found, remedy)
                    break
        fields = {name: table.field(name) for name in table.columns if name != ITEM}
        return Items(table.items, fields)

    def _set(self, step: LoopStep) -> Items:
        stimuli = self._loaded_set(step.each)
        language = self.study.language
        trained = step.practice if isinstance(step.practice, Practice) else None
        trials = {item.id for item in stimuli.trials}
        used: list[tuple[str, dict[str, str]]] = []
        for item in stimuli.items:
            fields = {name: str(item.field(name, language)) for name in item.fields}
            known = {**fields, "item": item.id}
            # What a set has for practice is met in practice only, if this loop practises it.
            if item.id in trials or (trained is not None and can_hold([trained.where], known)):
                used.append((item.id, fields))
        self.opened.sets[step.address] = stimuli
        shared = [name for name in used[0][1] if all(name in fields for _, fields in used)]
        return Items(
            tuple(name for name, _ in used),
            {name: tuple(fields[name] for _, fields in used) for name in shared},
            tuple(stimuli.variants),
        )


def _sets(folder: Path) -> list[str]:
    places = [folder, folder / "stimuli", find("scales", "stimuli").parent]
    return [each.parent.name for place in places for each in sorted(place.glob("*/set.yaml"))]
