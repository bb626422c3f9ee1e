"""An instrument: its items, anchors and scoring key, and how it is asked and scored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from experiments.answer_range import Range as AnswerRange
from experiments.files.faults import ValueFault, nearest
from experiments.files.model import Distinct, Model
from experiments.files.scalars import Name, Note, Number, Range, Text, Whole
from experiments.marked_text import TextError
from experiments.screen import Ask, Option

MISSING = "missing"
"""What files have in place of a missing answer, or of the score of too few answers."""


def _or_missing(value: Any) -> Any:
    if value in ("null", "~", ""):
        raise ValueFault(f"found '{value}'", f"Write {MISSING}.")
    return None if value == MISSING else value


Given = Annotated[
    Number | None,
    BeforeValidator(_or_missing),
    WithJsonSchema({"anyOf": [{"type": "number"}, {"const": MISSING}]}),
]
"""A number, or `missing`."""


class ResponseFormat(Model):
    """The response format of all items."""

    kind: Literal["rate", "mark"]
    """`rate`: one point of a scale; `mark`: a mark on a line."""
    low: Whole
    """Lowest answer."""
    high: Whole
    """Highest answer."""

    @model_validator(mode="after")
    def _ordered(self) -> ResponseFormat:
        if self.low >= self.high:
            raise ValueError("the range is empty; 'low' must be less than 'high'")
        return self


class ScaleItem(Model):
    """One item of a scale."""

    id: Name
    """Name of the item in the data."""
    text: dict[Note, Text] = {}
    """Language -> wording; empty if the lab must supply it."""


class Subscale(Model):
    """The items of one score."""

    items: Annotated[tuple[Note, ...], Field(min_length=1), Distinct]
    """Ids of the items."""
    score: Literal["mean", "sum"]
    """Mean of the answers, or their sum."""


class MissingAnswers(Model):
    """The rule for missing answers."""

    least: Annotated[Number, Range(above=0, most=1)]
    """Minimum share of a subscale's items that must be answered; sums are prorated."""


class ScoringExample(Model):
    """Answers with their correct scores, to test the scoring key."""

    name: Note
    """Name of the example."""
    all: Number
    """Answer to every item not in ``but``."""
    but: dict[Note, Given] = {}
    """Item -> different answer, or `missing`."""
    scores: dict[Note, Given]
    """Subscale -> score, or `missing` if too few items were answered."""


class Scale(Model):
    """A complete and checked scale, as read by `load_scale`."""

    id: Name
    """Name of the scale and of its file."""
    version: Note
    """Version of the file; change it whenever an item or the scoring key changes."""
    title: Note
    """Name of the scale in texts."""
    measures: Note
    """The construct that the scale is meant to measure."""
    licence: Annotated[str, Field(min_length=2)]
    """SPDX code."""
    citation: Note
    """Publication to cite, and source of the wording and scoring key."""
    items_text: Literal["shipped", "by_reference"]
    """`by_reference`: the lab must supply the wording in `<id>.items.yaml` before the scale can be shown."""
    languages: Annotated[tuple[Note, ...], Field(min_length=1), Distinct]
    """Languages of items and anchors (BCP 47)."""
    response: ResponseFormat
    """The response format of all items."""
    anchors: dict[Note, dict[Whole, Text]] = {}
    """Language -> point -> label; the lowest and the highest answer must have one."""
    instruction: dict[Note, Text] = {}
    """Language -> instruction above the items."""
    items: tuple[ScaleItem, ...] = Field(min_length=1)
    """The items, in order."""
    reverse: Annotated[tuple[Note, ...], Distinct] = ()
    """Items scored as `low + high - answer`."""
    subscales: dict[Note, Subscale]
    """Score -> its items."""
    facets: dict[Note, tuple[Note, ...]] = {}
    """Parts of the scale that are described but not scored."""
    missing: MissingAnswers
    """The rule for missing answers."""
    golden: tuple[ScoringExample, ...]
    """Scoring examples: `all_min`, `all_max`, `all_mid`, and one with a different answer to one item."""

    def score(self, answers: Mapping[str, float | None]) -> dict[str, float | None]:
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

    def range(self, subscale: str = "") -> AnswerRange:
        """Return the range of a subscale's score (default: the first subscale), with its smallest possible difference."""
        part = self.subscales.get(subscale) or next(iter(self.subscales.values()))
        low, high, items = float(self.response.low), float(self.response.high), len(part.items)
        if part.score == "sum":
            return AnswerRange(low * items, high * items, 1.0, "points")
        return AnswerRange(low, high, 1.0 / items, "points")

    @property
    def has_wording(self) -> bool:
        """Whether its items can be read; if not, the laboratory must supply them before the first participant."""
        return all(item.text for item in self.items)

    def asks(self, name: str, language: str) -> list[Ask]:
        """Return the items as questions for screens, whose measures are ``name.item``.

        Items whose wording the laboratory has not supplied have their name in [brackets], as all that is not filled in.

        Raises
        ------
        TextError
            If the scale does not exist in the language.
        """
        if not self.has_wording:
            return self._in_brackets().asks(name, language)
        if any(language not in item.text for item in self.items) or language not in self.anchors:
            raise TextError(
                f"scales.{self.id}",
                f"the scale '{self.id}' does not exist in '{language}'.",
                f"It exists in {', '.join(self.languages)}.",
            )
        labels, low, high = self.anchors[language], self.response.low, self.response.high
        points = range(low, high + 1) if self.response.kind == "rate" else ()
        return [
            # Screens of instruments have the range of their answers, even if these are points of a rating scale.
            Ask(
                f"{name}.{item.id}",
                item.text[language],
                unit="points",
                options=tuple(Option(point, labels.get(point, "")) for point in points),
                low=float(low),
                high=float(high),
                low_label=labels[low],
                high_label=labels[high],
            )
            for item in self.items
        ]

    def _in_brackets(self) -> Scale:
        """Return the scale with the names of its items in brackets, and their ends as numbers."""
        items = tuple(
            item.model_copy(
                update={"text": dict.fromkeys(self.languages, f"[{self.title}: {item.id}]")}
            )
            for item in self.items
        )
        ends = {point: f"[{point}]" for point in (self.response.low, self.response.high)}
        anchors = dict.fromkeys(self.languages, ends)
        return self.model_copy(update={"items": items, "anchors": anchors})


class ItemTexts(Model):
    """Wording of a scale's items, supplied by a lab that has permission to use it."""

    scale: Note
    """Id of the scale."""
    permission: Annotated[str, Field(min_length=3)]
    """The person or licence that permits the use."""
    source: Annotated[str, Field(min_length=3)]
    """Source of the wording."""
    instruction: dict[Note, Text] = {}
    """Language -> instruction."""
    anchors: dict[Note, dict[Whole, Text]]
    """Language -> point -> label."""
    items: dict[Note, dict[Note, Text]]
    """Item -> language -> wording."""
