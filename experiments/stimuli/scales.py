"""Finding and reading instruments: ``stimuli/scales/<id>.yaml``, or a table."""

from __future__ import annotations

from pathlib import Path

from experiments.files.faults import InvalidFileError
from experiments.files.parsing import parse
from experiments.files.reading import Reader, read
from experiments.files.source import Source
from experiments.places import find, is_there, shipped_folder
from experiments.stimuli.scale import ItemTexts, Scale
from experiments.stimuli.scale_checks import faults_of_scale, faults_of_wording
from experiments.stimuli.scale_table import read_scale_table

TABLES = ("tsv",)
"""Endings of instruments that are tables."""


def _folders(beside: Path | None) -> list[Path]:
    beside = beside or Path()
    return [
        beside,
        beside / "scales",
        beside / "stimuli" / "scales",
        shipped_folder("stimuli") / "scales",
    ]


def find_scale(name: str, beside: Path | None = None) -> Path:
    """Return the file of a scale, given its path or its name: YAML, or a table (``experiments.stimuli.scale_table``).

    Raises
    ------
    FileNotFoundError
        If there is no such scale.
    """
    if Path(name).suffix.removeprefix(".") in ("yaml", *TABLES):
        return find(name, "stimuli", beside)
    for suffix in TABLES:
        for folder in _folders(beside):
            if is_there(folder / f"{name}.{suffix}"):
                return (folder / f"{name}.{suffix}").resolve()
    return find(f"scales/{name}.yaml", "stimuli", beside)


def scale_names(beside: Path | None) -> list[str]:
    """Return the names of the scales in ``stimuli/scales`` and beside a protocol."""
    folders = _folders(beside)
    found = [file for folder in folders[1:] for file in folder.glob("*.yaml")]
    found += [file for folder in folders for end in TABLES for file in folder.glob(f"*.{end}")]
    names = {file.stem for file in found}
    return sorted(name for name in names if not name.endswith(".items"))


def load_scale(name: str, beside: Path | None = None, read: Reader = read) -> Scale:
    """Read a scale, with the wording supplied by the lab if it is `by_reference`.

    Parameters
    ----------
    name
        Name of a file in ``stimuli/scales`` or beside the protocol, or its path.
    beside
        Folder of the protocol that names the scale, which is searched first.
    read
        Reader of the file.

    Raises
    ------
    FileNotFoundError
        If there is no such scale.
    InvalidFileError
        Listing every fault in the scale, or every scoring example whose scores are wrong.
    """
    path = find_scale(name, beside)
    if path.suffix != ".yaml":
        return Scale.model_validate(read_scale_table(path))
    source = read(path)
    scale = parse(Scale, source)
    if faults := faults_of_scale(scale, source):
        raise InvalidFileError(faults)
    if scale.items_text == "by_reference" and (file := wording_file(scale.id, beside)):
        return _with_wording(scale, read(file))
    return scale


def wording_file(id: str, beside: Path | None) -> Path | None:
    """Return the file with the wording that a lab supplies for a scale; None if there is none."""
    files = (folder / f"{id}.items.yaml" for folder in _folders(beside))
    return next((file for file in files if file.is_file()), None)


def _with_wording(scale: Scale, source: Source) -> Scale:
    texts = parse(ItemTexts, source)
    if faults := list(faults_of_wording(texts, scale, source)):
        raise InvalidFileError(faults)
    items = tuple(item.model_copy(update={"text": texts.items[item.id]}) for item in scale.items)
    update = {"items": items, "instruction": texts.instruction, "anchors": texts.anchors}
    return scale.model_copy(update=update)
