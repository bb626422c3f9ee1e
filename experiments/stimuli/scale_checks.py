"""Faults of instruments that their models do not find: names, labels, and scores of the scoring examples."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import isclose
from typing import Any

from experiments.files.faults import Fault, Key, nearest
from experiments.files.source import Source
from experiments.numbers import count
from experiments.questions.rating import MAX_POINTS
from experiments.questions.slider import MAX_STEPS
from experiments.stimuli.scale import ItemTexts, Scale
from experiments.stimuli.scale_table import BRACE, WITHOUT_BRACES


def faults_of_scale(scale: Scale, source: Source) -> list[Fault]:
    """Return the faults of an instrument; the scoring examples are computed only if it has no others."""
    faults = [*_faults(scale, source), *_faults_of_response(scale, source)]
    return faults or list(_faults_of_examples(scale, source))


def faults_of_wording(texts: ItemTexts, scale: Scale, source: Source) -> Iterator[Fault]:
    """Yield the faults of the wording that a lab supplies for an instrument."""
    yield from source.mismatches(("items",), texts.items, [item.id for item in scale.items])
    if texts.scale != scale.id:
        remedy = f"Supply the texts of '{scale.id}'."
        yield source.fault(("scale",), f"found '{texts.scale}'", remedy)
    for id, wording in texts.items.items():
        yield from source.mismatches(("items", id), wording, scale.languages)
    yield from _faults_of_anchors(texts.anchors, scale, source)
    wordings: dict[Key, Mapping[Any, str]] = {
        ("items", id): wording for id, wording in texts.items.items()
    }
    yield from _braces(wordings | _around(texts), source)


def _around(texts: ItemTexts | Scale) -> dict[Key, Mapping[Any, str]]:
    """Return the texts around the items, by key."""
    anchors: dict[Key, Mapping[Any, str]] = {
        ("anchors", language): labels for language, labels in texts.anchors.items()
    }
    return anchors | {("instruction",): texts.instruction}


def _braces(texts: Mapping[Key, Mapping[Any, str]], source: Source) -> Iterator[Fault]:
    """Yield a fault for each text with braces, which nothing would fill."""
    for key, wording in texts.items():
        for name, text in wording.items():
            if brace := BRACE.search(text):
                yield source.fault((*key, name), f"found '{brace[0]}'", WITHOUT_BRACES)


def _faults(scale: Scale, source: Source) -> Iterator[Fault]:
    ids = [item.id for item in scale.items]
    if scale.id != source.path.stem:
        remedy = f"Change it to '{source.path.stem}', the name of the file."
        yield source.fault(("id",), f"found '{scale.id}'", remedy)
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
    items: dict[Key, Mapping[Any, str]] = {
        ("items", n, "text"): item.text for n, item in enumerate(scale.items)
    }
    yield from _braces(items | _around(scale), source)
    for name in {"all_min", "all_max", "all_mid"} - {example.name for example in scale.golden}:
        remedy = f"Add a scoring example named {name}."
        yield source.fault(("golden",), f"'{name}' is missing", remedy)


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


def _faults_of_examples(scale: Scale, source: Source) -> Iterator[Fault]:
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
