"""What a collection keeps of a study: everything, so that its data can be read with any later version of compassion."""

from __future__ import annotations

import shutil
from pathlib import Path

from experiments.places import find
from experiments.protocol.kept_translations import keep_translations
from experiments.protocol.lab import FILE as LAB
from experiments.protocol.steps import LoopStep
from experiments.protocol.study_file import all_steps
from experiments.protocol.used_files import files_of_items, named_files
from experiments.stimuli.conditions_file import is_conditions_file
from experiments.stimuli.scales import find_scale, wording_file
from experiments.stimuli.stimulus_set import StimulusSet
from experiments.study import Study

KEPT = "protocol.yaml"
STIMULI = "stimuli"


def keep(study: Study, folder: Path) -> None:
    """Write a study into the folder of a collection: its expansion with translations, and all that it shows.

    Raises
    ------
    OSError
        If a file cannot be written.
    """
    # The expansion says everything, also what parts and defaults supply, and reading it gives the same study.
    (folder / KEPT).write_text(study.opened.expansion.yaml, encoding="utf-8")
    beside = study.path.parent
    if (beside / LAB).exists():
        _place(beside / LAB, folder / LAB)
    for _, step in all_steps(study.file):
        if isinstance(step, LoopStep) and is_conditions_file(step.each):
            _place(find(step.each, "protocols", beside), folder / step.each)
    files = (
        *named_files(study.file, beside),
        *files_of_items(study.file, study.opened.items, beside),
    )
    for _, name, path in files:
        if path is not None:
            _place(path, folder / name)
    for stimuli in (*study.opened.sets.values(), *study.opened.groups.values()):
        _keep_set(stimuli, folder / STIMULI)
    for name in study.opened.scales:
        file = find_scale(name, beside)
        named = Path(name).suffix != ""
        _place(file, folder / (name if named else f"{STIMULI}/scales/{file.name}"))
        wording = wording_file(Path(name).stem, beside)
        if wording is not None:
            _place(wording, folder / STIMULI / "scales" / wording.name)
    keep_translations(study.opened, folder / KEPT)


def _keep_set(stimuli: StimulusSet, folder: Path) -> None:
    """Copy a set with its pictures, and what it borrows from other sets, with what these say about their licence."""
    homes = {stimuli.folder.resolve()}
    for picture in (image for item in stimuli.items for image in item.images):
        path = stimuli.path(picture)
        home = next(each for each in path.parents if (each / "set.yaml").is_file())
        homes.add(home)
        _place(path, folder / home.name / path.relative_to(home))
    for home in homes:
        for path in (home / "set.yaml", *home.glob("README*"), *home.glob("LICEN[CS]E*")):
            _place(path, folder / home.name / path.name)


def _place(path: Path, target: Path) -> None:
    # The study can be in the folder of its collection.
    if path.resolve() != target.resolve():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
