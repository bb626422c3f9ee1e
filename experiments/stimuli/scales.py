"""Scales: items, anchors and scoring keys of instruments, read from ``stimuli/scales/<id>.yaml`` or a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import isclose
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from experiments.answer_range import Range
from experiments.files.faults import Fault, InvalidFileError, Key, nearest
from experiments.files.model import NAME, Distinct, Model
from experiments.files.parsing import parse
from experiments.files.reading import read
from experiments.files.source import Source
from experiments.marked_text import TextError
from experiments.numbers import count
from experiments.places import find, is_there, shipped_folder
from experiments.questions.rating import MAX_POINTS
from experiments.questions.slider import MAX_STEPS
from experiments.screen import Ask, Option
from experiments.stimuli.scale_table import read_scale_table

Answers = Mapping[str, float | None]
TABLES = ("tsv",)
"""Endings of instruments that are tables."""


class ResponseFormat(Model):
    """The response format of all items."""

    kind: Literal["rate", "mark"]
    """`rate`: one point of a scale; `mark`: a mark on a line."""
    low: int
    """Lowest answer."""
    high: int
    """Highest answer."""

    @model_validator(mode="after")
    def _ordered(self) -> ResponseFormat:
        if self.low >= self.high:
            raise ValueError("the range is empty; 'low' must be less than 'high'")
        return self


class ScaleItem(Model):
    """One item of a scale."""

    id: str = Field(pattern=NAME)
    """Name of the item in the data."""
    text: dict[str, str] = {}
    """Language -> wording; empty if the lab must supply it."""


class Subscale(Model):
    """The items of one score."""

    items: Annotated[tuple[str, ...], Field(min_length=1), Distinct]
    """Ids of the items."""
    score: Literal["mean", "sum"]
    """Mean of the answers, or their sum."""


class MissingAnswers(Model):
    """The rule for missing answers."""

    least: float = Field(gt=0, le=1)
    """Minimum share of a subscale's items that must be answered; sums are prorated."""


class ScoringExample(Model):
    """Answers with their correct scores, to test the scoring key."""

    name: str
    """Name of the example."""
    all: float
    """Answer to every item not in ``but``."""
    but: dict[str, float | None] = {}
    """Item -> different answer; null if it is missing."""
    scores: dict[str, float | None]
    """Subscale -> score."""


class Scale(Model):
    """A complete and checked scale, as read by `load_scale`."""

    id: str = Field(pattern=NAME)
    """Name of the scale and of its file."""
    version: str
    """Version of the file; change it whenever an item or the scoring key changes."""
    title: str
    """Name of the scale in texts."""
    measures: str
    """The construct that the scale is meant to measure."""
    licence: str = Field(min_length=2)
    """SPDX code."""
    citation: str
    """Publication to cite, and source of the wording and scoring key."""
    items_text: Literal["shipped", "by_reference"]
    """`by_reference`: the lab must supply the wording in `<id>.items.yaml` before the scale can be shown."""
    languages: Annotated[tuple[str, ...], Field(min_length=1), Distinct]
    """Languages of items and anchors (BCP 47)."""
    response: ResponseFormat
    """The response format of all items."""
    anchors: dict[str, dict[int, str]] = {}
    """Language -> point -> label; the lowest and the highest answer must have one."""
    instruction: dict[str, str] = {}
    """Language -> instruction above the items."""
    items: tuple[ScaleItem, ...] = Field(min_length=1)
    """The items, in order."""
    reverse: Annotated[tuple[str, ...], Distinct] = ()
    """Items scored as `low + high - answer`."""
    subscales: dict[str, Subscale]
    """Score -> its items."""
    facets: dict[str, tuple[str, ...]] = {}
    """Parts of the scale that are described but not scored."""
    missing: MissingAnswers
    """The rule for missing answers."""
    golden: tuple[ScoringExample, ...]
    """Scoring examples: `all_min`, `all_max`, `all_mid`, and one with a different answer to one item."""

    def score(self, answers: Answers) -> dict[str, float | None]:
        """Score the answers of one participant.

        Parameters
        ----------
        answers
            Item -> answer in the range of the scale; None or no entry if it is missing.

        Returns
        -------
        dict of str to float or None
            Subscale -> mean or (prorated) sum of the answers, with reversed items recoded; None
            if fewer items were answered than the rule for missing answers requires.

        Raises
        ------
        ValueError
            If an answer is out of range or belongs to no item.
        """
        keyed = {id: self._keyed(id, value) for id, value in answers.items() if value is not None}
        scores: dict[str, float | None] = dict.fromkeys(self.subscales)
        for name, subscale in self.subscales.items():
            given = [keyed[id] for id in subscale.items if id in keyed]
            if len(given) >= self.missing.least * len(subscale.items):
                times = 1 if subscale.score == "mean" else len(subscale.items)
                scores[name] = sum(given) / len(given) * times
        return scores

    def _keyed(self, id: str, answer: float) -> float:
        known = [item.id for item in self.items]
        if id not in known:
            raise ValueError(f"the scale '{self.id}' has no item '{id}'. {nearest(id, known)}")
        low, high = self.response.low, self.response.high
        if not low <= answer <= high:
            raise ValueError(f"{self.id}.{id} is {answer:g}, outside {low} to {high}")
        return low + high - answer if id in self.reverse else float(answer)

    def range(self, subscale: str = "") -> Range:
        """Return the range of a subscale's score (default: the first subscale), with its smallest possible difference."""
        part = self.subscales.get(subscale) or next(iter(self.subscales.values()))
        low, high, items = float(self.response.low), float(self.response.high), len(part.items)
        if part.score == "sum":
            return Range(low * items, high * items, 1.0, "points")
        return Range(low, high, 1.0 / items, "points")

    def asks(self, name: str, language: str) -> list[Ask]:
        """Return the items as questions for screens, whose measures are ``name.item``.

        Raises
        ------
        TextError
            If the scale does not exist in the language, or its wording has not been supplied.
        """
        texts = self.wording(language)
        low, high = self.response.low, self.response.high
        points = range(low, high + 1) if self.response.kind == "rate" else ()
        return [
            # Screens of instruments have the range of their answers, even if these are points of a rating scale.
            Ask(
                f"{name}.{item.id}",
                texts[item.id],
                unit="points",
                options=tuple(Option(point, texts.get(str(point), "")) for point in points),
                low=float(low),
                high=float(high),
                low_label=texts[str(low)],
                high_label=texts[str(high)],
            )
            for item in self.items
        ]

    def wording(self, language: str) -> dict[str, str]:
        """Return the texts in one language: item -> wording, point -> label.

        Raises
        ------
        TextError
            If the scale does not exist in the language, or its wording has not been supplied.
        """
        if any(not item.text for item in self.items):
            raise TextError(
                f"scales.{self.id}",
                f"the wording of '{self.id}' is not shipped with compassion ({self.licence}).",
                f"Put {self.id}.items.yaml beside the protocol; stimuli/scales/README.md shows how.",
            )
        if any(language not in item.text for item in self.items) or language not in self.anchors:
            raise TextError(
                f"scales.{self.id}",
                f"the scale '{self.id}' does not exist in '{language}'.",
                f"It exists in {', '.join(self.languages)}.",
            )
        labels = self.anchors[language]
        return {item.id: item.text[language] for item in self.items} | {
            str(point): labels.get(point, "") for point in self._points()
        }

    def _points(self) -> list[int]:
        """Return the points with a label in at least one language."""
        return sorted({point for labels in self.anchors.values() for point in labels})


class ItemTexts(Model):
    """Wording of a scale's items, supplied by a lab that has permission to use it."""

    scale: str
    """Id of the scale."""
    permission: str = Field(min_length=3)
    """The person or licence that permits the use."""
    source: str = Field(min_length=3)
    """Source of the wording."""
    instruction: dict[str, str] = {}
    """Language -> instruction."""
    anchors: dict[str, dict[int, str]]
    """Language -> point -> label."""
    items: dict[str, dict[str, str]]
    """Item -> language -> wording."""


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


def load_scale(name: str, beside: Path | None = None) -> Scale:
    """Read a scale, with the wording supplied by the lab if it is `by_reference`.

    Parameters
    ----------
    name
        Name of a file in ``stimuli/scales`` or beside the protocol, or its path.
    beside
        Folder of the protocol that names the scale, which is searched first.

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
    # The scoring examples are computed only if the scale has no other faults.
    for check in (_faults, _faults_of_response, _faults_of_golden):
        if faults := list(check(scale, source)):
            raise InvalidFileError(faults)
    if scale.items_text == "by_reference" and (file := wording_file(scale.id, beside)):
        return _with_texts(scale, read(file))
    return scale


def wording_file(id: str, beside: Path | None) -> Path | None:
    """Return the file with the wording that a lab supplies for a scale; None if there is none."""
    files = (folder / f"{id}.items.yaml" for folder in _folders(beside))
    return next((file for file in files if file.is_file()), None)


def _with_texts(scale: Scale, source: Source) -> Scale:
    """Return a scale with the wording supplied by a lab."""
    texts = parse(ItemTexts, source)
    faults = list(source.mismatches(("items",), texts.items, [item.id for item in scale.items]))
    if texts.scale != scale.id:
        remedy = f"Supply the texts of '{scale.id}'."
        faults.append(source.fault(("scale",), f"found '{texts.scale}'", remedy))
    for id, wording in texts.items.items():
        faults += source.mismatches(("items", id), wording, scale.languages)
    faults += _faults_of_anchors(texts.anchors, scale, source)
    if faults:
        raise InvalidFileError(faults)
    items = tuple(item.model_copy(update={"text": texts.items[item.id]}) for item in scale.items)
    update = {"items": items, "instruction": texts.instruction, "anchors": texts.anchors}
    return scale.model_copy(update=update)


def _faults(scale: Scale, source: Source) -> Iterator[Fault]:
    ids = [item.id for item in scale.items]
    if scale.id != source.path.stem:
        yield source.fault(
            ("id",),
            f"found '{scale.id}'",
            f"Change it to '{source.path.stem}', the name of the file.",
        )
    yield from source.repeated(("items",), ids)
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
            yield from source.mismatches(("items", n, "text"), item.text, scale.languages)
    for name in {"all_min", "all_max", "all_mid"} - {example.name for example in scale.golden}:
        yield source.fault(
            ("golden",), f"'{name}' is missing", f"Add a scoring example named {name}."
        )


def _faults_of_anchors(
    anchors: Mapping[str, Mapping[int, str]], scale: Scale, source: Source
) -> Iterator[Fault]:
    low, high = scale.response.low, scale.response.high
    yield from source.mismatches(("anchors",), anchors, scale.languages)
    for language, labels in anchors.items():
        key: Key = ("anchors", language)
        for point in {low, high} - labels.keys():
            yield source.fault(key, f"there is no label for {point}", f"Add `{point}:` here.")
        for point in labels:
            if not low <= point <= high:
                found = f"{point} is out of range"
                yield source.fault((*key, point), found, f"Use {low} to {high}.")


def _faults_of_response(scale: Scale, source: Source) -> Iterator[Fault]:
    """Yield the fault of a scale with more answers than can be shown."""
    response = scale.response
    answers = response.high - response.low + 1
    most = MAX_POINTS if response.kind == "rate" else MAX_STEPS + 1
    if answers > most:
        found = f"found {response.kind} from {response.low} to {response.high}: {count(answers)} answers"
        remedy = f"At most {count(most)} can be shown: change `low` or `high`, or the kind."
        yield source.fault(("response",), found, remedy)


def _faults_of_golden(scale: Scale, source: Source) -> Iterator[Fault]:
    """Yield a fault for each scoring example whose scores differ from those computed."""
    for n, example in enumerate(scale.golden):
        key: Key = ("golden", n)
        answers = {item.id: example.all for item in scale.items} | example.but
        try:
            scores = scale.score(answers)
        except ValueError as error:
            yield source.fault(key, str(error), "Correct the scoring example.")
            continue
        if not _same_scores(scores, example.scores):
            found = f"the scores of '{example.name}' are computed as {scores}"
            yield source.fault(
                (*key, "scores"),
                found,
                f"The file has {example.scores}; correct the scoring key or the example.",
            )


def _same_scores(scores: Mapping[str, float | None], stated: Mapping[str, float | None]) -> bool:
    def same(one: float | None, other: float | None) -> bool:
        return one == other or (
            one is not None and other is not None and isclose(one, other, abs_tol=1e-9)
        )

    return scores.keys() == stated.keys() and all(
        same(score, stated[name]) for name, score in scores.items()
    )
