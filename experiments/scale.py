"""What a scale is: items, anchors and keys; how it is shown in a language, and how it is scored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from experiments.composing import TextFault
from experiments.measures import KINDS, ItemKind, Measure, Numeric, Range
from experiments.reading import NAME, Model, nearest

Answers = Mapping[str, float | None]


class ResponseFormat(Model):
    """How all items are answered."""

    kind: ItemKind
    """`rate`: one point of a scale; `mark`: a mark on a line."""
    low: int
    """Least answer."""
    high: int
    """Greatest answer."""


class ScaleItem(Model):
    """One item of a scale."""

    id: str = Field(pattern=NAME)
    """Name of the item in the data."""
    text: dict[str, str] = {}
    """Language -> wording; empty where the text is by reference."""


class Subscale(Model):
    """Items that make up one score."""

    items: tuple[str, ...] = Field(min_length=1)
    """Ids of the items."""
    score: Literal["mean", "sum"]
    """Mean of the answers, or their sum."""


class Missing(Model):
    """What is done where answers are missing."""

    least: float = Field(gt=0, le=1)
    """Least share of a subscale's items that must be answered; a sum is prorated."""


class Golden(Model):
    """Answers with the scores that they must give."""

    name: str
    """What the answers are."""
    all: float
    """Answer to every item."""
    but: dict[str, float | None] = {}
    """Items answered otherwise; null where an answer is missing."""
    scores: dict[str, float | None]
    """Subscale -> score."""


class Scale(Model):
    """A scale, complete and checked; `experiments.scales.load_scale` makes it."""

    id: str = Field(pattern=NAME)
    """Name of the scale and of its file."""
    version: str
    """Version of the file; change it with every change of an item or a key."""
    title: str
    """What the scale is called."""
    measures: str
    """What it is meant to measure."""
    licence: str = Field(min_length=2)
    """SPDX code."""
    citation: str
    """What to cite, and where wording and key are from."""
    items_text: Literal["shipped", "by_reference"]
    """`by_reference`: the lab must bring the wording in `<id>.items.yaml` before the scale can be shown."""
    languages: tuple[str, ...] = Field(min_length=1)
    """Languages of items and anchors (BCP 47)."""
    response: ResponseFormat
    """How items are answered."""
    anchors: dict[str, dict[int, str]] = {}
    """Language -> point -> label; the least and the greatest answer have one."""
    instruction: dict[str, str] = {}
    """Language -> instruction above the items."""
    items: tuple[ScaleItem, ...] = Field(min_length=1)
    """The items, in order."""
    reverse: tuple[str, ...] = ()
    """Items scored as `low + high - answer`."""
    subscales: dict[str, Subscale]
    """Score -> its items."""
    facets: dict[str, tuple[str, ...]] = {}
    """Parts of the scale that are described, and not scored."""
    missing: Missing
    """Rule for missing answers."""
    golden: tuple[Golden, ...]
    """Test vectors: `all_min`, `all_max`, `all_mid`, and one item answered otherwise."""

    def score(self, answers: Answers) -> dict[str, float | None]:
        """Score one person's answers.

        Parameters
        ----------
        answers
            Item -> answer in the range of the scale; None, or no entry, where it is missing.

        Returns
        -------
        dict of str to float or None
            Subscale -> mean or (prorated) sum of the answers, reversed where the key says so; None
            where fewer items were answered than the missing rule asks for.

        Raises
        ------
        ValueError
            If an answer is out of range or belongs to no item.
        """
        keyed = {id: self._keyed(id, value) for id, value in answers.items() if value is not None}
        scores: dict[str, float | None] = {}
        for name, subscale in self.subscales.items():
            given = [keyed[id] for id in subscale.items if id in keyed]
            if len(given) < self.missing.least * len(subscale.items):
                scores[name] = None
                continue
            mean = sum(given) / len(given)
            scores[name] = mean if subscale.score == "mean" else mean * len(subscale.items)
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
        """Return the range of a score, by default of the first, and the step between neighbouring scores."""
        part = self.subscales.get(subscale) or next(iter(self.subscales.values()))
        low, high, items = float(self.response.low), float(self.response.high), len(part.items)
        if part.score == "sum":
            return Range(low * items, high * items, 1.0, "points")
        return Range(low, high, 1.0 / items, "points")

    def measure(self, item: ScaleItem) -> Measure:
        """Return an item as a measure; the keys of its texts are those of `wording`."""
        low, high = self.response.low, self.response.high
        kind = KINDS[self.response.kind]
        assert issubclass(kind, Numeric)
        return kind.between(
            low,
            high,
            self._points(),
            sentence=f"Item '{item.id}' of {self.title}.",
            prompt=item.id,
            source=self.citation,
        )

    def wording(self, language: str) -> dict[str, str]:
        """Return the texts in one language: item -> its wording, point -> its label.

        Raises
        ------
        TextFault
            If the scale does not exist in the language, or its wording has not been supplied.
        """
        if any(not item.text for item in self.items):
            raise TextFault(
                f"scales.{self.id}",
                f"the wording of '{self.id}' is not shipped with compassion ({self.licence}).",
                f"Put {self.id}.items.yaml beside the protocol; stimuli/scales/README.md shows how.",
            )
        if any(language not in item.text for item in self.items) or language not in self.anchors:
            raise TextFault(
                f"scales.{self.id}",
                f"the scale '{self.id}' does not exist in '{language}'.",
                f"It exists in {', '.join(self.languages)}.",
            )
        labels = self.anchors[language]
        return {item.id: item.text[language] for item in self.items} | {
            str(point): labels.get(point, "") for point in self._points()
        }

    def _points(self) -> list[int]:
        """Return the points that have a label in some language."""
        return sorted({point for labels in self.anchors.values() for point in labels})
