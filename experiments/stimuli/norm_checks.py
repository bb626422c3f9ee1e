"""Checks of a stimulus set against its own norms."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import product
from statistics import mean
from typing import NamedTuple

from experiments.marked_text import fill, placeholders, without_placeholders
from experiments.stimuli import readability
from experiments.stimuli.norms import Norms
from experiments.stimuli.stimulus_set import Item, StimulusSet

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


class Finding(NamedTuple):
    """One violation of a stimulus set's norms."""

    where: str
    norm: str
    found: str
    required: str

    def __str__(self) -> str:
        return f"{self.where}: {self.norm}: found {self.found}, required: {self.required}"


Violations = Iterator[tuple[str, str, str]]
"""Violations of norms: the norm, what was found, what is required."""


def check_norms(stimuli: StimulusSet) -> list[Finding]:
    """Return all violations of the norms of a stimulus set."""
    findings = [Finding(stimuli.set, *violation) for violation in _of_set(stimuli, stimuli.norms)]
    for item in stimuli.items:
        where = f"{stimuli.set}/{item.id}"
        findings += (Finding(where, *violation) for violation in _of_item(stimuli, item))
        for language, texts in item.texts.items():
            for variant in texts:
                where = f"{stimuli.set}/{item.id}/{language}/{variant}"
                for check in (_of_length, _of_wording, _of_other_variants, _of_numbers):
                    violations = check(stimuli, item, language, variant)
                    findings += (Finding(where, *violation) for violation in violations)
    return findings


def _of_set(stimuli: StimulusSet, norms: Norms) -> Violations:
    trials = stimuli.trials
    for norm, least, items in (
        ("items", norms.items, trials),
        ("practice", norms.practice, stimuli.practice),
    ):
        if len(items) < least:
            yield norm, f"{len(items)} items", f"at least {least}"
    for fields in norms.balanced:
        cells = Counter(tuple(str(item.fields[name]) for name in fields) for item in trials)
        levels = [sorted({str(item.fields[name]) for item in trials}) for name in fields]
        counts = {" x ".join(cell): cells[cell] for cell in product(*levels)}
        if len(set(counts.values())) > 1:
            found = ", ".join(f"{cell}: {n}" for cell, n in counts.items())
            yield "balanced", found, f"the same number of items for each {' x '.join(fields)}"
    for match in norms.matched:
        groups: dict[str, list[float]] = {}
        for item in trials:
            number = item.fields[match.field]
            if isinstance(number, int | float):
                groups.setdefault(str(item.fields[match.by]), []).append(float(number))
        means = {level: mean(numbers) for level, numbers in groups.items()}
        if means and max(means.values()) - min(means.values()) > match.within:
            found = ", ".join(f"{level}: {value:g}" for level, value in means.items())
            yield (
                "matched",
                found,
                f"means of {match.field} for each {match.by} within {match.within:g} of each other",
            )


def _of_item(stimuli: StimulusSet, item: Item) -> Violations:
    norms = stimuli.norms
    if item.practice:
        return
    for norm in norms.matched:
        if not isinstance(item.fields[norm.field], int | float):
            yield "matched", f"{item.fields[norm.field]!r}", "a number"
    if norms.pictures_each is not None and len(item.images) != norms.pictures_each:
        yield "pictures_each", f"{len(item.images)} pictures", str(norms.pictures_each)


def _filled(stimuli: StimulusSet, item: Item, language: str, variant: str) -> list[str]:
    """Return a text filled with each set of sample values."""
    fields = {name: str(item.field(name, language)) for name in item.fields}
    samples = {name: insert.samples for name, insert in stimuli.inserts.items()}
    rounds = max(map(len, samples.values()), default=1)
    return [
        fill(
            item.texts[language][variant],
            fields | {name: values[min(n, len(values) - 1)] for name, values in samples.items()},
        )
        for n in range(rounds)
    ]


def _of_length(stimuli: StimulusSet, item: Item, language: str, variant: str) -> Violations:
    norms, filled = stimuli.norms, _filled(stimuli, item, language, variant)
    lengths = [readability.length(text, language) for text in filled]
    least, most = norms.length.get(language, (0, 10**9))
    outside = [found for found in lengths if not least <= found <= most]
    if outside:
        yield "length", str(outside[0]), f"{least} to {most}"
    if norms.length_ratio:
        others = (_filled(stimuli, item, language, name)[0] for name in item.texts[language])
        ratio = lengths[0] / max(min(readability.length(text, language) for text in others), 1)
        if ratio > norms.length_ratio:
            yield "length_ratio", f"{ratio:.2f}", f"at most {norms.length_ratio:g}"
    if norms.reading_grade is not None and language.split("-")[0] == "en":
        grade = readability.reading_grade(filled[0])
        if grade > norms.reading_grade:
            yield "reading_grade", f"grade {grade:.1f}", f"at most {norms.reading_grade:g}"


def _of_wording(stimuli: StimulusSet, item: Item, language: str, variant: str) -> Violations:
    norms, text = stimuli.norms, item.texts[language][variant]
    for name in norms.once:
        times = placeholders(text).count(name)
        if times != 1:
            yield "once", f"'{{{name}}}' {times} times", "exactly once"
    opening = norms.opens.get(language, "")
    if not text.startswith(opening):
        yield "opens", f"'{text[: len(opening)]}'", f"'{opening}'"
    used = set(re.findall(r"\w+", without_placeholders(text).lower()))
    for word in norms.without_words.get(language, ()):
        if word.lower() in used:
            yield "without_words", f"'{word}'", "a text without this word"
    named = norms.named_only_in
    if named:
        name = str(item.field(named.field, language))
        if (name in text) != (variant in named.variants):
            found = f"{'the' if name in text else 'not the'} name '{name}'"
            yield "named_only_in", found, f"the name in {', '.join(named.variants)} only"


def _of_other_variants(stimuli: StimulusSet, item: Item, language: str, variant: str) -> Violations:
    norms, texts = stimuli.norms, item.texts[language]
    for one, other in norms.equal:
        if variant == one and texts[one] != texts[other]:
            yield "equal", "different texts", f"the same text as {other}"
    changes = norms.changed_words
    if changes and variant == changes.variants[0]:
        other = changes.variants[1]
        changed = _changed_words(texts[variant], texts[other])
        if changed > changes.most:
            yield (
                "changed_words",
                f"{changed} words changed",
                f"at most {changes.most} from {other}",
            )
    if variant in norms.joined:
        parts = norms.joined[variant]
        first, second = (set(readability.sentences(texts[part])) for part in parts)
        joined = readability.sentences(texts[variant])
        found = [sentence for sentence in joined if sentence not in first | second]
        for part, alone in zip(parts, (first - second, second - first), strict=True):
            found += [] if alone & set(joined) else [f"nothing from {part}"]
        for violation in found:
            yield "joined", violation, f"only sentences of {parts[0]} and {parts[1]}"


def _changed_words(one: str, other: str) -> int:
    """Return the number of words of one text that do not occur, in the same order, in the other."""
    first, second = readability.words(one), readability.words(other)
    blocks = SequenceMatcher(None, first, second, autojunk=False).get_matching_blocks()
    return len(first) - sum(block.size for block in blocks)


def _of_numbers(stimuli: StimulusSet, item: Item, language: str, variant: str) -> Violations:
    norms, numbers = (
        stimuli.norms,
        _NUMBER.findall(without_placeholders(item.texts[language][variant])),
    )
    sourced = {number for fact in item.facts for number in fact.numbers}
    unsourced = [number for number in numbers if number not in sourced]
    if variant in norms.without_numbers and numbers:
        yield "without_numbers", ", ".join(numbers), "no digits"
    if variant in norms.numbers_sourced and unsourced:
        yield "numbers_sourced", ", ".join(unsourced), "each number under `facts`"
