"""Norms of a stimulus set: what a program can check of its texts, stated in ``set.yaml``."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Annotated

from pydantic import Field

from experiments.files.reading import Model
from experiments.files.references import Found, Refers, references, undeclared

FieldName = Annotated[str, Refers("field of all items")]
LanguageName = Annotated[str, Refers("language")]
PlaceholderName = Annotated[str, Refers("placeholder")]
VariantName = Annotated[str, Refers("variant")]


class Matched(Model):
    """A number whose mean is alike at all levels of another field."""

    field: FieldName
    """Field that holds the number."""
    by: FieldName
    """Field whose levels are compared."""
    within: float
    """Greatest difference between the means of two levels."""


class ChangedWords(Model):
    """Two variants of which one is the other with few words changed."""

    variants: tuple[VariantName, VariantName]
    """The two variants."""
    most: int
    """Greatest number of words of the first that are not in the second."""


class NamedOnlyIn(Model):
    """A name that occurs in some variants and in no other."""

    field: FieldName
    """Field that holds the name."""
    variants: tuple[VariantName, ...]
    """Variants in which the name occurs."""


class Norms(Model):
    """What holds for all items; an empty norm is not checked. Trial items alone count where noted."""

    items: int = 0
    """Least number of trial items."""
    practice: int = 0
    """Least number of practice items."""
    length: dict[LanguageName, tuple[int, int]] = {}
    """Language -> least and greatest length of a text, in words (Chinese: characters)."""
    length_ratio: float = Field(default=0.0, ge=0.0)
    """Longest variant of an item over its shortest, at most."""
    reading_grade: float | None = None
    """Greatest Flesch-Kincaid grade of an English text."""
    balanced: tuple[tuple[FieldName, ...], ...] = ()
    """Fields of which each level, or each pair of levels, has equally many trial items."""
    matched: tuple[Matched, ...] = ()
    """Numbers with like means at all levels of another field."""
    once: tuple[PlaceholderName, ...] = ()
    """Placeholders that occur once in every text."""
    opens: dict[LanguageName, str] = {}
    """Language -> words with which every text opens."""
    equal: tuple[tuple[VariantName, VariantName], ...] = ()
    """Pairs of variants with the same text."""
    changed_words: ChangedWords | None = None
    """Variants that differ in few words."""
    joined: dict[VariantName, tuple[VariantName, VariantName]] = {}
    """Variant -> the two variants that all of its sentences are taken from."""
    named_only_in: NamedOnlyIn | None = None
    """Variants in which an item's name occurs."""
    numbers_sourced: tuple[VariantName, ...] = ()
    """Variants of which every number is under `facts` with its source."""
    without_numbers: tuple[VariantName, ...] = ()
    """Variants without digits, but for placeholders."""
    without_words: dict[LanguageName, tuple[str, ...]] = {}
    """Language -> words that no text has."""
    pictures_each: int | None = None
    """Number of pictures of each trial item."""


def undeclared_in_norms(norms: Norms, known: Mapping[str, Collection[str]]) -> Found:
    """Yield the names in norms that the set does not have; ``known`` has the names of each sort."""
    for key, mark, name in references(norms, ("norms",)):
        assert isinstance(mark, Refers)
        yield from undeclared(key, f"the {mark.to}", [name], sorted(known[mark.to]))
