"""The kinds of files that researchers write, told apart by their keys, and the check of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from analysis.foreign.mapping import ForeignMap, load_map
from experiments.files.faults import InvalidFileError
from experiments.files.model import Model, keys_of
from experiments.files.parsing import parse
from experiments.files.reading import read
from experiments.online.recruitment import Recruitment
from experiments.protocol.lab import FILE, Lab, read_lab
from experiments.protocol.parts import Part, load_part
from experiments.protocol.study_file import StudyFile
from experiments.protocol.translations import texts_of_part
from experiments.protocol.values import faults_of_lab
from experiments.stimuli.media import MANIFEST, MediaFolder, load_media
from experiments.stimuli.scale import ItemTexts, Scale
from experiments.stimuli.scales import load_scale
from experiments.stimuli.sets import load_set
from experiments.stimuli.stimulus_set import StimulusSet


@dataclass(frozen=True)
class Kind:
    """A kind of file."""

    what: str
    """What it is, as in "a part"."""
    model: type[Model]
    check: Callable[[Path], object]
    """Raises ``InvalidFileError`` with every fault of a file."""


def _lab(path: Path) -> None:
    if faults := faults_of_lab(read_lab(path)):
        raise InvalidFileError(faults)


def _form_of(model: type[Model]) -> Callable[[Path], object]:
    return lambda path: parse(model, read(path))


def _set(path: Path) -> object:
    # A set is the folder of a file of this name.
    if path.name == "set.yaml":
        return load_set(path.resolve().parent)
    return parse(StimulusSet, read(path))


def _media(path: Path) -> object:
    # A folder of media is the folder of a file of this name.
    if path.name == MANIFEST:
        return load_media(path.resolve().parent)
    return parse(MediaFolder, read(path))


KINDS = {
    "part": Kind("a part", Part, lambda path: texts_of_part(load_part(path))),
    "lab": Kind("the texts of the laboratory", Lab, _lab),
    "set": Kind("a stimulus set", StimulusSet, _set),
    "media": Kind("a folder of media", MediaFolder, _media),
    "scale": Kind("an instrument", Scale, lambda path: load_scale(str(path.resolve()))),
    "wording": Kind("the wording of an instrument", ItemTexts, _form_of(ItemTexts)),
    "map": Kind("a map of a published table", ForeignMap, load_map),
    "recruitment": Kind(
        "the settings of a recruitment platform", Recruitment, _form_of(Recruitment)
    ),
}
"""Name -> kind, without studies. A file of this name is of the kind if its keys do not say otherwise."""


def kind_of(path: Path) -> Kind | None:
    """Return what kind of file this is; None if it is a study, or cannot be told."""
    if path.name == FILE:
        return KINDS["lab"]
    try:
        keys = set(read(path).tree)
    except InvalidFileError:
        return None
    study = len(keys & keys_of(StudyFile).keys()), False
    fitting, best = max(
        ((len(keys & keys_of(kind.model).keys()), name == path.stem), name)
        for name, kind in KINDS.items()
    )
    return KINDS[best] if fitting > study else None
