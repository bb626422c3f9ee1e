"""Writing: the folder of a Builder export, compiled and checked, or nothing at all."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from experiments.building import Study
from experiments.interface import interface
from experiments.online.builder.cells import table
from experiments.online.builder.javascript import check_script, check_translator
from experiments.online.builder.pages import pages_of
from experiments.online.builder.readme import readme
from experiments.online.builder.showing import BLANK, pictures_of
from experiments.online.builder.tables import Tables, tables_of
from experiments.online.exporting import (
    ExportError,
    copy_pictures,
    order,
    whole_or_nothing,
)

if TYPE_CHECKING:
    from psychopy.experiment import Experiment


def write_builder(
    study: Study,
    folder: Path,
    mode: str = "",
    language: str = "",
    slots: int | None = None,
    advance: Callable[[], object] = lambda: None,
) -> Path:
    """Write a Builder export.

    Parameters
    ----------
    folder
        Where to write it; must not hold anything.
    mode, language
        Default: the protocol's primary mode and first language.
    slots
        How many slots of the allocation list (default: all).
    advance
        Called after each slot, to show progress.

    Returns
    -------
    Path
        The ``.psyexp``.

    Raises
    ------
    ExportError
        If the study has what Builder cannot show, if the translator is missing, or if PsychoPy's
        JavaScript does not stand our checks.
    """
    asked = order(study, "static", mode, (language or study.protocol.languages[0],), slots)
    language = asked.languages[0]
    if interface(language).direction == "rtl":
        raise ExportError(
            f"Builder cannot show '{language}': its buttons have no direction, and the order of words breaks."
            " Export another language, or use `compassion run` or the target static, which can."
        )
    check_translator()
    planned = study.slots(asked.mode)[: asked.slots]
    pictures: dict[str, str] = {}
    pages = []
    for slot in planned:
        timeline = study.timeline(slot, language)
        pictures |= pictures_of(timeline.screens)
        pages.append(pages_of(timeline))
        advance()
    tables = tables_of(planned, pages)
    name = f"{study.protocol.study}_{asked.mode}"
    with whole_or_nothing(folder) as unfinished:
        copy_pictures(pictures, unfinished / "media")
        _write(unfinished, name, tables, language)
        if study.protocol.path is not None:
            shutil.copyfile(study.protocol.path, unfinished / "protocol.yaml")
        note = readme(study.protocol, asked.mode, language, len(planned), name)
        (unfinished / "README.md").write_text(note, encoding="utf-8")
    return folder / f"{name}.psyexp"


def _write(folder: Path, name: str, tables: Tables, language: str) -> None:
    """Write the tables, the experiment, and both scripts, as compiled from the experiment read again."""
    # PsychoPy takes seconds to import, and nothing else here needs it.
    from psychopy.experiment import Experiment

    from experiments.online.builder.compiling import experiment_of
    from experiments.online.builder.components import font_of
    from experiments.online.builder.routines import Words

    for file, rows in (("slots.csv", tables.slots), ("screens.csv", tables.screens)):
        (folder / file).write_text(table(rows), encoding="utf-8-sig", newline="")
    (folder / BLANK).parent.mkdir(exist_ok=True)
    Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(folder / BLANK)
    texts = interface(language).texts
    words = Words(
        skip=texts["skip"],
        leave=texts["leave"],
        leave_confirm=texts["leave_confirm"],
        number=texts["whole_number"],
        thanks=texts["thanks_title"],
        font=font_of(language),
    )
    path = experiment_of(name, tables, words).saveToXML(str(folder / f"{name}.psyexp"))
    read_again = Experiment.fromFile(path)
    python = _compiled(read_again, folder / f"{name}.py", "PsychoPy")
    compile(python, f"{name}.py", "exec")
    javascript = _compiled(read_again, folder / f"{name}.js", "PsychoJS")
    check_script(javascript, folder, ["slots.csv", "screens.csv", *tables.media])


def _compiled(experiment: Experiment, path: Path, target: str) -> str:
    script: str = experiment.writeScript(str(path), target=target)
    # Where it was compiled is of no use to anybody, and tells of the machine.
    script = script.replace(str(path), path.name).replace(str(path.parent), ".")
    path.write_text(script, encoding="utf-8", newline="\n")
    return script
