"""Names and values of a study as readers see them: terms, conditions, levels, values that differ between conditions."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from analysis.curves.claims import level_words
from experiments.language.by import By
from experiments.numbers import scale_value
from experiments.protocol.study_file import StudyFile


def term(name: str, study: StudyFile | None = None) -> str:
    """Return the label of a term, with the study's words for levels: ``victims[800000]`` becomes ``victims: 800,000``.

    >>> term("victims[800000]"), term("group[out]:severity[mild]"), term("Intercept")
    ('victims: 800,000', 'group: out × severity: mild', 'Intercept')
    """

    def level(match: re.Match[str]) -> str:
        return f"{match[1]}: {level_words(match[2], words_of(match[1], match[2], study))}"

    parts = re.split(r":(?![^\[]*\])", name)
    return " × ".join(re.sub(r"(\w+)\[([^\]]+)\]", level, part) for part in parts)


def condition(name: str, study: StudyFile | None = None) -> str:
    """Return the label of a condition, with the study's words: ``victims = 10000`` becomes ``victims: 10,000``.

    >>> condition("victims = 10000"), condition("all")
    ('victims: 10,000', 'all')
    """
    parts = _levels(name, study)
    return ", ".join(f"{factor}: {level}" for factor, level in parts) if parts else name


def short_condition(name: str, study: StudyFile | None = None) -> str:
    """Return the label of a condition without the names of its factors.

    >>> short_condition("victims = 10000, team = lark")
    '10,000, lark'
    """
    parts = _levels(name, study)
    return ", ".join(level for _, level in parts) if parts else name


def _levels(condition: str, study: StudyFile | None) -> list[tuple[str, str]]:
    """Return the factors of a condition with the words of their levels; none if it is not written as levels."""
    parts = [part.split(" = ", 1) for part in condition.split(", ")]
    if any(len(part) != 2 for part in parts):
        return []
    return [(factor, level_words(level, words_of(factor, level, study))) for factor, level in parts]


def words_of(factor: str, level: str, study: StudyFile | None) -> Any:
    """Return a level's words as the study declares them; None without a study, and for other factors."""
    return None if study is None else levels_of(study).get(factor, {}).get(level)


def levels_of(study: StudyFile) -> dict[str, Mapping[str, Any]]:
    """Return the levels of all factors that a study declares, with their words."""
    declared = study.factors
    return {
        **declared.between,
        **declared.within,
        **declared.counterbalanced,
        **declared.sealed,
    }


def worded(study: StudyFile, factors: Sequence[str]) -> dict[str, dict[str, str]]:
    """Return the levels of these factors whose words differ from their names: factor -> level -> words."""
    found = {
        name: {
            level: words
            for level, own in levels_of(study).get(name, {}).items()
            if (words := level_words(level, own)) != level.replace("_", " ") and not level.isdigit()
        }
        for name in factors
    }
    return {name: levels for name, levels in found.items() if levels}


def by_level(value: Any) -> list[tuple[str, Any]]:
    """Return a value that may differ between conditions as pairs of level and value; '' is every level.

    >>> by_level("a letter"), by_level(By(**{"by": "arm", "a": "1", "else": "2"}))
    ([('', 'a letter')], [('a', '1'), ('otherwise', '2')])
    """
    if not isinstance(value, By):
        return [("", value)]
    if not value.levels and value.otherwise is None:
        return [("", f"the level of {' and '.join(value.by)}")]
    other = [] if value.otherwise is None else [("otherwise", value.otherwise)]
    return [*value.levels.items(), *other]


def amounts(value: Any) -> Any:
    """Return lists of numbers, which may differ between conditions, as texts."""
    if isinstance(value, By):
        levels = {level: amounts(each) for level, each in value.levels.items()}
        other = None if value.otherwise is None else amounts(value.otherwise)
        return value.model_copy(update={"levels": levels, "otherwise": other})
    return ", ".join(map(scale_value, value))


def upper_first(text: str) -> str:
    """Return a text with a capital first letter."""
    return text[:1].upper() + text[1:]


def has_groups(study: StudyFile, *modes: str) -> bool:
    """Return whether participants are divided into groups, besides counterbalanced ones, in any of the modes."""
    factors = study.factors
    groups = {*factors.between, *factors.answered, *factors.sealed}
    return any(groups - {*study.modes[mode].within} for mode in modes or study.modes)
