"""What a collection keeps of a study: its file, and stimuli and instruments that do not come with compassion."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from functools import singledispatch
from pathlib import Path

from experiments.places import find, shipped_folder
from experiments.protocol.lab import FILE as LAB
from experiments.protocol.protocol import Protocol
from experiments.protocol.steps import LoopStep
from experiments.protocol.steps import ScaleStep as Instrument
from experiments.protocol.study_file import all_steps
from experiments.second_study import Study
from experiments.stimuli.conditions_file import is_conditions_file
from experiments.stimuli.scales import scale_file
from experiments.study import Study as FirstStudy
from experiments.tasks.scale import ScaleStep

KEPT = "protocol.yaml"


@singledispatch
def keep(study: object, folder: Path) -> None:
    """Copy a study into the folder of a collection, so that the folder is complete.

    Raises
    ------
    OSError
        If a file cannot be written.
    """
    raise TypeError(f"'{type(study).__name__}' is no study")


@keep.register
def _(study: Protocol, folder: Path) -> None:
    if study.path is None:
        return
    (folder / KEPT).write_bytes(study.path.read_bytes())
    beside = study.path.parent
    used = [find(use.set, "stimuli", beside) for use in study.stimuli.values()]
    names = [step.scale for step in study.flow if isinstance(step, ScaleStep)]
    _copy([*used, *_instruments(names, beside)], folder)


@keep.register
def _(study: FirstStudy, folder: Path) -> None:
    keep(study.protocol, folder)


@keep.register
def _(study: Study, folder: Path) -> None:
    # The expansion says everything, also what parts and defaults supply, and reading it gives the same study.
    (folder / KEPT).write_text(study.opened.expansion.yaml, encoding="utf-8")
    beside = study.path.parent
    if (beside / LAB).exists():
        shutil.copyfile(beside / LAB, folder / LAB)
    used: list[Path] = []
    for _, step in all_steps(study.opened.study):
        if isinstance(step, Instrument):
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
