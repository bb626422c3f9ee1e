"""Names of terms, columns and rules as a reader meets them."""

from __future__ import annotations

import re

from analysis.hypotheses.drawing import WORDS
from experiments.exclusions import RULES

TAGS = {
    "V": "read in the source",
    "V2": "read in a secondary source",
    "M+": "recalled with confidence, not read again",
    "M": "recalled, to be checked against the paper",
    "C": "computed here",
}
GRADES = {
    "replicated": "Replicated: found again in independent studies.",
    "supported": "Supported: a meta-analysis or a large study shows it.",
    "mixed": "Mixed: there are studies on both sides.",
    "weak": "Weak: few or small studies.",
    "contradicted": "Contradicted: the studies that tested it found otherwise.",
    "untested": "Untested: no study has tested it.",
}


def rule(name: str) -> str:
    """A row of the audit in two or three words: an exclusion rule, or all sessions."""
    return RULES[name].title if name in RULES else "Sessions begun"


def term(name: str) -> str:
    """A term of a model: ``victims[800000]`` becomes ``victims: 800,000``.

    >>> term("victims[800000]"), term("group[out]"), term("Intercept")
    ('victims: 800,000', 'group: out-group', 'Intercept')
    """

    def level(match: re.Match[str]) -> str:
        return f"{match[1]}: {_level(match[1], match[2])}"

    return re.sub(r"(\w+)\[([^\]]+)\]", level, name).replace(":(", ": (")


def _level(factor: str, text: str) -> str:
    known = WORDS.get(factor, {})
    if text in known:
        return str(known[text])
    try:
        return f"{float(text):,.10g}"
    except ValueError:
        return text.replace("_", " ")


def cell(name: str) -> str:
    """A condition: ``victims = 10000`` becomes ``victims: 10,000``.

    >>> cell("victims = 10000"), cell("all")
    ('victims: 10,000', 'all')
    """
    parts = [part.split(" = ", 1) for part in name.split(", ")]
    if any(len(part) != 2 for part in parts):
        return name
    return ", ".join(f"{factor}: {_level(factor, text)}" for factor, text in parts)


def short_cell(name: str) -> str:
    """Only the levels of a condition, for a narrow column."""
    return ", ".join(part.split(": ", 1)[-1] for part in cell(name).split(", "))


def upper(text: str) -> str:
    """The text with a capital at its beginning."""
    return text[:1].upper() + text[1:]


def counted(n: int, one: str, many: str) -> str:
    """A number with its noun.

    >>> counted(1, "person", "people"), counted(1200, "person", "people")
    ('1 person', '1,200 people')
    """
    return f"{n:,} {one if n == 1 else many}"
