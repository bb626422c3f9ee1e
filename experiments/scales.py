"""Read a scale from ``stimuli/scales/<id>.yaml``, and refuse it with all its faults."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import isclose
from pathlib import Path

from pydantic import Field, ValidationError

from experiments.places import find, room
from experiments.reading import Fault, FaultyFile, Key, Model, Source, nearest, parse, read
from experiments.scale import Scale

__all__ = ["Scale", "load_scale"]


class ItemTexts(Model):
    """Wording of a scale's items that a lab brings under its own permission."""

    scale: str
    """Id of the scale."""
    permission: str = Field(min_length=3)
    """Who allowed the use, or which licence does."""
    source: str = Field(min_length=3)
    """Where the wording is from."""
    instruction: dict[str, str] = {}
    """Language -> instruction."""
    anchors: dict[str, dict[int, str]]
    """Language -> point -> label."""
    items: dict[str, dict[str, str]]
    """Item -> language -> wording."""


def load_scale(name: str, beside: Path | None = None) -> Scale:
    """Read a scale, with the wording that a lab brings where it is by reference.

    Parameters
    ----------
    name
        Name of a file in ``stimuli/scales``, or the path of a YAML file.
    beside
        Folder of the protocol that names the scale; looked in first.

    Raises
    ------
    FileNotFoundError
        If there is no such scale.
    FaultyFile
        With every fault of the scale, and every golden vector that it does not give.
    """
    file = name if name.endswith(".yaml") else f"scales/{name}.yaml"
    source = read(find(file, "stimuli", beside))
    scale = parse(Scale, source)
    # The key is tried only where it is whole: each golden vector must give its scores.
    faults = (
        list(_faults(scale, source))
        or list(_faults_of_response(scale, source))
        or list(_faults_of_golden(scale, source))
    )
    if faults:
        raise FaultyFile(faults)
    if scale.items_text == "shipped":
        return scale
    supplied = _supplied(scale, beside)
    return _with_texts(scale, supplied) if supplied else scale


def _supplied(scale: Scale, beside: Path | None) -> Path | None:
    name = f"{scale.id}.items.yaml"
    places = [room("stimuli") / "scales" / name]
    if beside is not None:
        places = [beside / name, beside / "scales" / name, *places]
    return next((place for place in places if place.is_file()), None)


def _with_texts(scale: Scale, file: Path) -> Scale:
    """Put the wording that a lab supplies into a scale."""
    source = read(file)
    texts = parse(ItemTexts, source)
    faults = list(_missing(texts.items, [item.id for item in scale.items], source, ("items",)))
    if texts.scale != scale.id:
        faults.append(
            source.fault(("scale",), f"found '{texts.scale}'", f"Give the texts of '{scale.id}'.")
        )
    for id, wording in texts.items.items():
        faults += _missing(wording, list(scale.languages), source, ("items", id))
    faults += _faults_of_anchors(texts.anchors, scale, source)
    if faults:
        raise FaultyFile(faults)
    items = tuple(item.model_copy(update={"text": texts.items[item.id]}) for item in scale.items)
    update = {"items": items, "instruction": texts.instruction, "anchors": texts.anchors}
    return scale.model_copy(update=update)


def _faults(scale: Scale, source: Source) -> Iterator[Fault]:
    ids = [item.id for item in scale.items]
    if scale.id != source.path.stem:
        yield source.fault(("id",), f"found '{scale.id}'", f"Name it '{source.path.stem}'.")
    if scale.response.low >= scale.response.high:
        yield source.fault(("response",), "the range is empty", "Give `low` below `high`.")
    for id in {id for id in ids if ids.count(id) > 1}:
        yield source.fault(("items",), f"'{id}' stands twice", "Give each item its own id.")
    keys: list[tuple[Key, tuple[str, ...]]] = [(("reverse",), scale.reverse)]
    keys += [(("subscales", name), part.items) for name, part in scale.subscales.items()]
    keys += [(("facets", name), part) for name, part in scale.facets.items()]
    for key, names in keys:
        for name in names:
            if name not in ids:
                yield source.fault(key, f"there is no item '{name}'", nearest(name, ids))
    if scale.items_text == "shipped":
        yield from _faults_of_anchors(scale.anchors, scale, source)
        for n, item in enumerate(scale.items):
            key = ("items", n, "text")
            yield from _missing(item.text, list(scale.languages), source, key)
    names_of = {vector.name for vector in scale.golden}
    for name in ("all_min", "all_max", "all_mid"):
        if name not in names_of:
            yield source.fault(("golden",), f"'{name}' is missing", f"Add a vector named {name}.")


def _faults_of_anchors(
    anchors: Mapping[str, Mapping[int, str]], scale: Scale, source: Source
) -> Iterator[Fault]:
    low, high = scale.response.low, scale.response.high
    yield from _missing(anchors, list(scale.languages), source, ("anchors",))
    for language, labels in anchors.items():
        for point in (low, high):
            if point not in labels:
                key: Key = ("anchors", language)
                yield source.fault(key, f"no label for {point}", f"Add `{point}:` here.")
        for point in labels:
            if not low <= point <= high:
                key = ("anchors", language, point)
                yield source.fault(key, f"{point} is out of range", f"Use {low} to {high}.")


def _faults_of_response(scale: Scale, source: Source) -> Iterator[Fault]:
    """Say what the kind of question does not allow, such as a rating of too many points."""
    response = scale.response
    try:
        scale.measure(scale.items[0])
    except ValidationError as error:
        for one in error.errors():
            what = one["msg"].replace("Input", f"its '{one['loc'][0]}'")
            found = f"found {response.kind} from {response.low} to {response.high}; {what}"
            yield source.fault(("response",), found, "Change `low` or `high`, or the kind.")


def _faults_of_golden(scale: Scale, source: Source) -> Iterator[Fault]:
    """Score the test vectors, and tell where the key does not give what they state."""
    for n, vector in enumerate(scale.golden):
        key: Key = ("golden", n)
        answers = {item.id: vector.all for item in scale.items} | vector.but
        try:
            scores = scale.score(answers)
        except ValueError as error:
            yield source.fault(key, str(error), "Correct the vector.")
            continue
        if not _alike(scores, vector.scores):
            found = f"'{vector.name}' gives {scores}"
            yield source.fault(
                (*key, "scores"), found, f"The file states {vector.scores}; correct key or vector."
            )


def _alike(scores: Mapping[str, float | None], stated: Mapping[str, float | None]) -> bool:
    if scores.keys() != stated.keys():
        return False
    for name, score in scores.items():
        other = stated[name]
        if (score is None) != (other is None):
            return False
        if score is not None and other is not None and not isclose(score, other, abs_tol=1e-9):
            return False
    return True


def _missing(
    given: Mapping[str, object], wanted: list[str], source: Source, key: Key
) -> Iterator[Fault]:
    for name in wanted:
        if not given.get(name):
            yield source.fault(key, f"'{name}' is missing", f"Add `{name}:` here.")
    for name in given:
        if name not in wanted:
            yield source.fault((*key, name), f"'{name}' is not known here", nearest(name, wanted))
