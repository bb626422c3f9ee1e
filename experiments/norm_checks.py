"""The checks behind the norms of a stimulus set; each yields what breaks its norm."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import product
from statistics import mean
from typing import TYPE_CHECKING

from experiments import placeholders, readability

if TYPE_CHECKING:
    from experiments.norms import Norms
    from experiments.stimulus_set import Item, StimulusSet

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


@dataclass(frozen=True)
class Finding:
    """One place where a stimulus set breaks one of its norms."""

    set: str
    norm: str
    found: str
    wanted: str
    item: str = ""
    language: str = ""
    variant: str = ""

    def __str__(self) -> str:
        place = "/".join(filter(None, (self.set, self.item, self.language, self.variant)))
        return f"{place}: {self.norm}: {self.found}; wanted: {self.wanted}"


def _texts(stimuli: StimulusSet) -> Iterator[tuple[Item, str, str, str]]:
    """Yield item, language, variant and the text as written."""
    for item in stimuli.items:
        for language, texts in item.texts.items():
            for variant, text in texts.items():
                yield item, language, variant, text


def _filled(stimuli: StimulusSet, item: Item, language: str, text: str) -> list[str]:
    """Return a text with each set of sample values put in."""
    fields = {name: str(item.field(name, language)) for name in item.fields}
    rounds = max((len(insert.samples) for insert in stimuli.inserts.values()), default=1)
    return [
        placeholders.fill(
            text,
            fields
            | {
                name: insert.samples[min(n, len(insert.samples) - 1)]
                for name, insert in stimuli.inserts.items()
            },
        )
        for n in range(rounds)
    ]


def _check_counts(stimuli: StimulusSet, norms: Norms) -> Iterator[Finding]:
    for norm, least, items in (
        ("items", norms.items, stimuli.trials),
        ("practice", norms.practice, stimuli.practice),
    ):
        if len(items) < least:
            yield Finding(stimuli.set, norm, f"{len(items)} items", f"at least {least}")


def _check_length(stimuli: StimulusSet, norms: Norms) -> Iterator[Finding]:
    for item, language, variant, text in _texts(stimuli):
        least, most = norms.length.get(language, (0, 10**9))
        for filled in _filled(stimuli, item, language, text):
            found = readability.length(filled, language)
            if not least <= found <= most:
                wanted = f"{least} to {most}"
                yield Finding(stimuli.set, "length", f"{found}", wanted, item.id, language, variant)
                break


def _check_length_ratio(stimuli: StimulusSet, norms: Norms) -> Iterator[Finding]:
    if not norms.length_ratio:
        return
    for item in stimuli.items:
        for language, texts in item.texts.items():
            lengths = [
                readability.length(_filled(stimuli, item, language, text)[0], language)
                for text in texts.values()
            ]
            ratio = max(lengths) / max(min(lengths), 1)
            if ratio > norms.length_ratio:
                wanted = f"at most {norms.length_ratio:g}"
                yield Finding(
                    stimuli.set, "length_ratio", f"{ratio:.2f}", wanted, item.id, language
                )


def _check_reading_grade(stimuli: StimulusSet, norms: Norms) -> Iterator[Finding]:
    for item, language, variant, text in _texts(stimuli):
        if norms.reading_grade is None or language.split("-")[0] != "en":
            continue
        grade = readability.reading_grade(_filled(stimuli, item, language, text)[0])
        if grade > norms.reading_grade:
            found, wanted = f"grade {grade:.1f}", f"at most {norms.reading_grade:g}"
            yield Finding(stimuli.set, "reading_grade", found, wanted, item.id, language, variant)


def _check_balanced(stimuli: StimulusSet, norms: Norms) -> Iterator[Finding]:
    for fields in norms.balanced:
        cells = Counter(tuple(str(item.fields[name]) for name in fields) for item in stimuli.trials)
        levels = [{str(item.fields[name]) for item in stimuli.trials} for name in fields]
        counts = {cell: cells[cell] for cell in product(*map(sorted, levels))}
        if len(set(counts.values())) > 1:
            found = ", ".join(f"{' x '.join(cell)}: {n}" for cell, n in counts.items())
            yield Finding(stimuli.set, "balanced", found, f"equally many by {' x '.join(fields)}")


def _check_matched(stimuli: StimulusSet, norms: Norms) -> Iterator[Finding]:
    for norm in norms.matched:
        groups: dict[str, list[float]] = {}
        for item in stimuli.trials:
            number = item.fields[norm.field]
            if isinstance(number, int | float):
                groups.setdefault(str(item.fields[norm.by]), []).append(float(number))
            else:
                yield Finding(stimuli.set, "matched", f"{number!r}", "a number", item.id)
        means = {level: mean(numbers) for level, numbers in groups.items()}
        if means and max(means.values()) - min(means.values()) > norm.within:
            found = ", ".join(f"{level}: {value:g}" for level, value in means.items())
            wanted = f"mean {norm.field} alike by {norm.by}, within {norm.within:g}"
            yield Finding(stimuli.set, "matched", found, wanted)


def _check_once(stimuli: StimulusSet, norms: Norms) -> Iterator[Finding]:
    for item, language, variant, text in _texts(stimuli):
        for name in norms.once:
            times = placeholders.names(text).count(name)
            if times != 1:
                found = f"'{{{name}}}' stands {times} times"
                yield Finding(stimuli.set, "once", found, "once", item.id, language, variant)


def _check_opening(stimuli: StimulusSet, norms: Norms) -> Iterator[Finding]:
    for item, language, variant, text in _texts(stimuli):
        opening = norms.opens.get(language, "")
        if not text.startswith(opening):
            found = f"'{text[: len(opening)]}'"
            yield Finding(stimuli.set, "opens", found, f"'{opening}'", item.id, language, variant)


def _check_variants(stimuli: StimulusSet, norms: Norms) -> Iterator[Finding]:
    for item in stimuli.items:
        for language, texts in item.texts.items():
            for one, other in norms.equal:
                if texts[one] != texts[other]:
                    yield Finding(
                        stimuli.set, "equal", "they differ", f"the same text as {other}",
                        item.id, language, one,
                    )  # fmt: skip
            if norms.changed_words:
                one, other = norms.changed_words.variants
                changed = _changed_words(texts[one], texts[other])
                if changed > norms.changed_words.most:
                    wanted = f"at most {norms.changed_words.most} from {other}"
                    yield Finding(
                        stimuli.set, "changed_words", f"{changed} words changed", wanted,
                        item.id, language, one,
                    )  # fmt: skip


def _changed_words(one: str, other: str) -> int:
    """Return how many words of one text are not matched, in order, in the other."""
    first, second = readability.words(one), readability.words(other)
    blocks = SequenceMatcher(None, first, second, autojunk=False).get_matching_blocks()
    return len(first) - sum(block.size for block in blocks)


def _check_joined(stimuli: StimulusSet, norms: Norms) -> Iterator[Finding]:
    for item in stimuli.items:
        for language, texts in item.texts.items():
            for joint, parts in norms.joined.items():
                known = [set(readability.sentences(texts[part])) for part in parts]
                own = readability.sentences(texts[joint])
                strange = [sentence for sentence in own if not any(sentence in k for k in known)]
                lacking = [
                    part
                    for part, mine, theirs in zip(parts, known, known[::-1], strict=True)
                    if not set(own) & (mine - theirs)
                ]
                for found in [*strange, *(f"nothing from {part}" for part in lacking)]:
                    wanted = f"sentences of {parts[0]} and {parts[1]} only"
                    yield Finding(stimuli.set, "joined", found, wanted, item.id, language, joint)


def _check_names(stimuli: StimulusSet, norms: Norms) -> Iterator[Finding]:
    named = norms.named_only_in
    if named is None:
        return
    for item, language, variant, text in _texts(stimuli):
        name = str(item.field(named.field, language))
        stands = name in text
        if stands != (variant in named.variants):
            found = f"'{name}' {'stands in it' if stands else 'does not stand in it'}"
            wanted = f"the name in {', '.join(named.variants)} only"
            yield Finding(stimuli.set, "named_only_in", found, wanted, item.id, language, variant)


def _check_numbers(stimuli: StimulusSet, norms: Norms) -> Iterator[Finding]:
    for item, language, variant, text in _texts(stimuli):
        numbers = _NUMBER.findall(placeholders.without(text))
        sourced = {number for fact in item.facts for number in fact.numbers}
        if variant in norms.without_numbers and numbers:
            yield Finding(
                stimuli.set, "without_numbers", ", ".join(numbers), "no digits",
                item.id, language, variant,
            )  # fmt: skip
        lacking = [number for number in numbers if number not in sourced]
        if variant in norms.numbers_sourced and lacking:
            yield Finding(
                stimuli.set, "numbers_sourced", ", ".join(lacking), "each number under `facts`",
                item.id, language, variant,
            )  # fmt: skip


def _check_words(stimuli: StimulusSet, norms: Norms) -> Iterator[Finding]:
    for item, language, variant, text in _texts(stimuli):
        held = set(re.findall(r"\w+", placeholders.without(text).lower()))
        for word in norms.without_words.get(language, ()):
            if word.lower() in held:
                wanted = "a text without this word"
                yield Finding(
                    stimuli.set, "without_words", f"'{word}'", wanted, item.id, language, variant
                )


def _check_pictures(stimuli: StimulusSet, norms: Norms) -> Iterator[Finding]:
    for item in stimuli.trials:
        if norms.pictures_each is not None and len(item.images) != norms.pictures_each:
            found = f"{len(item.images)} pictures"
            yield Finding(stimuli.set, "pictures_each", found, str(norms.pictures_each), item.id)


CHECKS: tuple[Callable[[StimulusSet, Norms], Iterator[Finding]], ...] = (
    _check_counts,
    _check_length,
    _check_length_ratio,
    _check_reading_grade,
    _check_balanced,
    _check_matched,
    _check_once,
    _check_opening,
    _check_variants,
    _check_joined,
    _check_names,
    _check_numbers,
    _check_words,
    _check_pictures,
)
