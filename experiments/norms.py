"""Norms of a stimulus set: what a program can check, stated in ``set.yaml`` and checked here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pydantic import Field

from experiments.norm_checks import CHECKS, Finding
from experiments.reading import Model, nearest

if TYPE_CHECKING:
    from experiments.reading import Fault, Key, Source
    from experiments.stimulus_set import StimulusSet

__all__ = ["Finding", "Norms", "check_norms"]


class Matched(Model):
    """A number whose mean is alike at all levels of another field."""

    field: str
    """Field that holds the number."""
    by: str
    """Field whose levels are compared."""
    within: float
    """Greatest difference between the means of two levels."""


class ChangedWords(Model):
    """Two variants of which one is the other with few words changed."""

    variants: tuple[str, str]
    """The two variants."""
    most: int
    """Greatest number of words of the first that do not stand in the second."""


class NamedOnlyIn(Model):
    """A name that stands in some variants and in no other."""

    field: str
    """Field that holds the name."""
    variants: tuple[str, ...]
    """Variants in which the name stands."""


class Norms(Model):
    """What holds for all items; an empty norm is not checked. Practice items count where noted."""

    items: int = 0
    """Least number of trial items."""
    practice: int = 0
    """Least number of practice items."""
    length: dict[str, tuple[int, int]] = {}
    """Language -> least and greatest length of a text, in words (Chinese: characters)."""
    length_ratio: float = Field(default=0.0, ge=0.0)
    """Longest variant of an item over its shortest, at most."""
    reading_grade: float | None = None
    """Greatest Flesch-Kincaid grade of an English text."""
    balanced: tuple[tuple[str, ...], ...] = ()
    """Fields of which each level, or each pair of levels, has equally many trial items."""
    matched: tuple[Matched, ...] = ()
    """Numbers with like means at all levels of another field."""
    once: tuple[str, ...] = ()
    """Placeholders that stand once in every text."""
    opens: dict[str, str] = {}
    """Language -> words with which every text opens."""
    equal: tuple[tuple[str, str], ...] = ()
    """Pairs of variants with the same text."""
    changed_words: ChangedWords | None = None
    """Variants that differ in few words."""
    joined: dict[str, tuple[str, str]] = {}
    """Variant -> the two variants that all of its sentences are taken from."""
    named_only_in: NamedOnlyIn | None = None
    """Variants in which an item's name stands."""
    numbers_sourced: tuple[str, ...] = ()
    """Variants of which every number stands under `facts` with its source."""
    without_numbers: tuple[str, ...] = ()
    """Variants without digits, but for placeholders."""
    without_words: dict[str, tuple[str, ...]] = {}
    """Language -> words that no text holds."""
    pictures_each: int | None = None
    """Number of pictures of each trial item."""


def check_norms(stimuli: StimulusSet) -> list[Finding]:
    """Hold a stimulus set to its own norms.

    Returns
    -------
    list of Finding
        Everything that breaks a norm; empty for a good set.
    """
    return [finding for check in CHECKS for finding in check(stimuli, stimuli.norms)]


def faults_of_norms(made: StimulusSet, source: Source) -> Iterator[Fault]:
    """Tell the norms that speak of variants, fields, languages or placeholders that do not exist."""
    norms = made.norms
    variants = [(("equal",), name) for pair in norms.equal for name in pair] + [
        (("joined",), name) for joint, parts in norms.joined.items() for name in (joint, *parts)
    ]
    variants += [(("numbers_sourced",), name) for name in norms.numbers_sourced]
    variants += [(("without_numbers",), name) for name in norms.without_numbers]
    if norms.changed_words:
        variants += [(("changed_words",), name) for name in norms.changed_words.variants]
    fields = [(("balanced",), name) for names in norms.balanced for name in names]
    fields += [(("matched",), name) for each in norms.matched for name in (each.field, each.by)]
    if norms.named_only_in:
        fields.append((("named_only_in",), norms.named_only_in.field))
        variants += [(("named_only_in",), name) for name in norms.named_only_in.variants]
    languages = [
        ((norm,), name)
        for norm in ("length", "opens", "without_words")
        for name in getattr(norms, norm)
    ]
    known_fields = set.intersection(*(set(item.fields) for item in made.items))
    for what, asked, known in (
        ("variant", variants, list(made.variants)),
        ("field of every item", fields, sorted(known_fields)),
        ("language", languages, list(made.languages)),
        ("placeholder", [(("once",), name) for name in norms.once], list(made.inserts)),
    ):
        for place, name in asked:
            if name not in known:
                key: Key = ("norms", *place)
                yield source.fault(key, f"'{name}' is no {what}", nearest(name, known))
