"""Writing the first version of a study."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable
from pathlib import Path

from experiments.errors import UserError
from experiments.files.faults import InvalidFileError
from experiments.new.table import understood
from experiments.places import find, shipped_folder
from experiments.protocol.check import read_study
from experiments.protocol.lab import FILE, lines_of
from experiments.protocol.names import LAB_VALUES
from experiments.protocol.steps import LoopStep
from experiments.protocol.study_file import all_steps
from experiments.protocol.values import not_filled_in
from experiments.stimuli.conditions_file import is_conditions_file, read_conditions
from experiments.templates import environment

EXAMPLE = "vignettes.csv"
SCHEMA = "study.schema.json"
NAME = r"[a-z][a-z0-9_]*"
_LAB = """\
# What your laboratory tells participants, once for all studies in this folder. Before the first participant, replace
# everything that is in [brackets]; for every further study, add a line under "approval".
"""
_NOT_COPIED = ("evidence", "values", "version", "files")
"""Sections that a copy does not take over: what is known about another claim, and what was approved."""


def new_study(name: str, folder: Path) -> list[Path]:
    """Write the smallest complete study, with its items.

    Returns
    -------
    list of Path
        The files written, the study first.

    Raises
    ------
    UserError
        If this cannot be the name of a study, or a file already exists.
    """
    study, items = _target(name, folder), folder / EXAMPLE
    _refuse([items])
    items.write_bytes((Path(__file__).parent / EXAMPLE).read_bytes())
    study.write_text(_template("smallest.yaml.j2", name=name), encoding="utf-8")
    return [study, items, *_lab(study), *_schema(folder)]


def new_study_around(name: str, stimuli: Path, folder: Path) -> list[Path]:
    """Write a first version of a study around stimuli of one's own, in a conditions file.

    Columns with two to six levels become factors that are nested in the items.

    Returns
    -------
    list of Path
        The files written, the study first.

    Raises
    ------
    UserError
        If this cannot be the name of a study, a file already exists, or the table has no column with texts.
    InvalidFileError
        With every fault of the table.
    """
    if not is_conditions_file(stimuli.name):
        raise UserError(f"{stimuli} is no table. Save it as CSV or Excel (.csv, .tsv, .xlsx).")
    if not stimuli.is_file():
        raise UserError(f"There is no file {stimuli}.")
    table = understood(read_conditions(stimuli))
    study, copied = _target(name, folder), folder / stimuli.name
    written = [study]
    if copied.resolve() != stimuli.resolve():
        _refuse([copied])
        shutil.copyfile(stimuli, copied)
        written.append(copied)
    study.write_text(_template("own_stimuli.yaml.j2", name=name, table=table), encoding="utf-8")
    return [*written, *_lab(study), *_schema(folder)]


def copied_study(name: str, template: str, folder: Path) -> list[Path]:
    """Copy the design and the texts of a study, with its translations, but neither its evidence nor its approval.

    Parameters
    ----------
    template
        Name of a study that comes with compassion, or a study file.

    Returns
    -------
    list of Path
        The files written, the study first.

    Raises
    ------
    UserError
        If this cannot be the name of a study, or a file already exists.
    FileNotFoundError
        If there is no such study.
    InvalidFileError
        With every fault of the study that is copied.
    """
    source = find(template if template.endswith(".yaml") else f"{template}.yaml", "protocols")
    opened = read_study(source)
    study = _target(name, folder)
    text = source.read_text(encoding="utf-8")
    for section in _NOT_COPIED:
        text = _without(section, text)
    text = re.sub(r"(?m)^study: .*$", f"study: {name}\nversion: 0.1.0", text, count=1)
    text = re.sub(r"\$schema=\S+", f"$schema={SCHEMA}", text, count=1)
    beside = {
        Path(step.each)
        for _, step in all_steps(opened.study)
        if isinstance(step, LoopStep) and is_conditions_file(step.each)
    }
    copies = {folder / file: source.parent / file for file in sorted(beside)}
    for described, media in opened.folders.items():
        # Folders of media beside the study: their descriptions, which say what each file must show, and the files.
        if media.folder.is_relative_to(source.parent.resolve()):
            copies |= {
                folder / described / each.relative_to(media.folder): each
                for each in sorted(media.folder.rglob("*"))
                if each.is_file()
            }
    copies |= {
        folder / f"{name}{path.name.removeprefix(source.stem)}": path
        for path in sorted(source.parent.glob(f"{source.stem}.*.po"))
    }
    copies = {to: path for to, path in copies.items() if to.resolve() != path.resolve()}
    _refuse(copies)
    study.write_text(text, encoding="utf-8")
    for to, path in copies.items():
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, to)
    return [study, *copies, *_lab(study), *_schema(folder)]


def _without(section: str, text: str) -> str:
    """Remove a section of a study: its line, and the indented lines that follow."""
    return re.sub(rf"(?m)^{section}:.*\n(?:(?:[ \t#-].*)?\n)*?(?=^\S|\Z)", "", text)


def _target(name: str, folder: Path) -> Path:
    if not re.fullmatch(NAME, name):
        raise UserError(
            f"'{name}' cannot be the name of a study: use lower-case letters, digits and underscores (_), starting with"
            " a letter, such as rain_relief."
        )
    target = folder / f"{name}.yaml"
    _refuse([target])
    folder.mkdir(parents=True, exist_ok=True)
    return target


def _refuse(files: Iterable[Path]) -> None:
    for file in files:
        if file.exists():
            raise UserError(
                f"{file} already exists and is not overwritten. Choose another folder with --to, or another name."
            )


def _lab(study: Path) -> list[Path]:
    """Write the laboratory's file with the values that a study needs, to be filled in, unless there is one."""
    target = study.parent / FILE
    if target.exists():
        return []
    try:
        needed = not_filled_in(read_study(study))
    except InvalidFileError:
        needed = dict(LAB_VALUES)
    target.write_text(f"{_LAB}{lines_of(needed, study.stem)}\n", encoding="utf-8")
    return [target]


def _schema(folder: Path) -> list[Path]:
    """Write the schema with which editors complete and explain the keys of a study."""
    target = folder / SCHEMA
    if target.exists():
        return []
    shutil.copyfile(shipped_folder("protocols") / SCHEMA, target)
    return [target]


def _template(file: str, **values: object) -> str:
    return environment("experiments.new").get_template(file).render(values)
