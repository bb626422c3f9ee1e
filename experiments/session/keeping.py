"""What a collection keeps of a study: its file, and stimuli and instruments that do not come with compassion."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from experiments.places import find, shipped_folder
from experiments.protocol.lab import FILE as LAB
from experiments.protocol.steps import LoopStep, ScaleStep
from experiments.protocol.study_file import all_steps
from experiments.stimuli.conditions_file import is_conditions_file
from experiments.stimuli.scales import scale_file
from experiments.study import Study

KEPT = "protocol.yaml"


def keep(study: Study, folder: Path) -> None:
    """Copy a study into the folder of a collection, so that the folder is complete.

    Raises
    ------
    OSError
        If a file cannot be written.
    """
    # The expansion says everything, also what parts and defaults supply, and reading it gives the same study.
    (folder / KEPT).write_text(study.opened.expansion.yaml, encoding="utf-8")
    beside = study.path.parent
    if (beside / LAB).exists():
        shutil.copyfile(beside / LAB, folder / LAB)
    used: list[Path] = []
    for _, step in all_steps(study.opened.study):
        if isinstance(step, ScaleStep):
            used += _instruments([step.scale], beside)
        elif isinstance(step, LoopStep) and is_conditions_file(step.each):
            target = folder / step.each
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(find(step.each, "protocols", beside), target)
        elif isinstance(step, LoopStep) and step.each not in study.opened.names.factors:
            used.append(find(step.each, "stimuli", beside))
    _copy(used, folder)


def _instruments(names: Iterable[str], beside: Path) -> list[Path]:
    """Return the files of instruments, with those of their items."""
    found: list[Path] = []
    for name in names:
        found.append(find(scale_file(name), "stimuli", beside))
        found += beside.glob(f"**/{found[-1].stem}.items.yaml")
    return found


def _copy(used: Iterable[Path], folder: Path) -> None:
    shipped = shipped_folder("stimuli").resolve()
    for path in dict.fromkeys(used):
        if path.resolve().is_relative_to(shipped):
            continue
        target = folder / "stimuli" / ("scales" if path.is_file() else "") / path.name
        target.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            shutil.copytree(path, target, dirs_exist_ok=True)
        else:
            shutil.copyfile(path, target)
