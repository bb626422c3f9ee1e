"""Norms of a stimulus set: the properties of its texts in ``set.yaml`` that a program can check."""

from __future__ import annotations

from typing import Annotated

from experiments.files.model import Model
from experiments.files.references import NameOf
from experiments.files.scalars import Note, Number, Range, Whole

FieldName = Annotated[Note, NameOf("field of all items")]
LanguageName = Annotated[Note, NameOf("language")]
PlaceholderName = Annotated[Note, NameOf("placeholder")]
VariantName = Annotated[Note, NameOf("variant")]


class Matched(Model):
    """A numeric field whose means are similar at all levels of another field."""

    field: FieldName
    """Field with the number."""
    by: FieldName
    """Field whose levels are compared."""
    within: Number
    """Maximum difference between the means of two levels."""


class ChangedWords(Model):
    """Two variants that differ in few words."""

    variants: tuple[VariantName, VariantName]
    """The two variants."""
    most: Whole
    """Maximum number of words of the first that are not in the second."""


class NamedOnlyIn(Model):
    """A name that occurs only in some variants."""

    field: FieldName
    """Field with the name."""
    variants: tuple[VariantName, ...]
    """Variants in which the name occurs."""


class Norms(Model):
    """Norms for all items, or only for trial items where noted. Norms that are not given are not checked."""

    items: Whole = 0
    """Minimum number of trial items."""
    practice: Whole = 0
    """Minimum number of practice items."""
    length: dict[LanguageName, tuple[Whole, Whole]] = {}
    """Language -> minimum and maximum length of a text, in words (Chinese: characters)."""
    length_ratio: Annotated[Number, Range(least=0)] = 0.0
    """Maximum ratio of the longest to the shortest variant of an item."""
    reading_grade: Number | None = None
    """Maximum Flesch-Kincaid grade of an English text."""
    balanced: tuple[tuple[FieldName, ...], ...] = ()
    """Fields whose levels, or combinations of levels, must have the same number of trial items."""
    matched: tuple[Matched, ...] = ()
    """Numeric fields whose means must be similar at all levels of another field."""
    once: tuple[PlaceholderName, ...] = ()
    """Placeholders that must occur exactly once in every text."""
    opens: dict[LanguageName, Note] = {}
    """Language -> words with which every text must begin."""
    equal: tuple[tuple[VariantName, VariantName], ...] = ()
    """Pairs of variants that must have the same text."""
    changed_words: ChangedWords | None = None
    """Variants that may differ only in few words."""
    joined: dict[VariantName, tuple[VariantName, VariantName]] = {}
    """Variant -> the two variants from which all of its sentences must come."""
    named_only_in: NamedOnlyIn | None = None
    """Variants in which an item's name must occur, and no others."""
    numbers_sourced: tuple[VariantName, ...] = ()
    """Variants in which every number must be listed with its source under `facts`."""
    without_numbers: tuple[VariantName, ...] = ()
    """Variants that must not contain digits outside placeholders."""
    without_words: dict[LanguageName, tuple[Note, ...]] = {}
    """Language -> words that no text may contain."""
    pictures_each: Whole | None = None
    """Number of pictures that each trial item must have."""
