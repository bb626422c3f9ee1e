"""Sections of a study on its design: factors, stakes, modes, sessions."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    WithJsonSchema,
    model_validator,
)

from experiments.files.faults import ValueFault
from experiments.files.model import Model
from experiments.files.scalars import Name, Range, Text, Whole, Words
from experiments.files.shorthand import Shorthand
from experiments.language.by import Varied
from experiments.language.typed import (
    AmountPhrase,
    DurationPhrase,
    PayPhrase,
)


def _as_map(levels: Any) -> Any:
    if not isinstance(levels, list):
        return levels
    for place, level in enumerate(levels):
        if not isinstance(level, str):
            found = "found keys or a list among the levels"
            raise ValueFault(
                found, "Write words, or each level with its words: {us: my own group}."
            )
        if level in levels[:place]:
            raise ValueFault(f"found the level '{level}' twice", "List each level once.")
    return dict.fromkeys(levels)


_LEVEL = r"^([A-Za-z0-9_.]+|-[0-9]+(\.[0-9]+)?)$"
"""A word, or a number, which can be below zero."""


def _level(name: str) -> str:
    if name in ("by", "else"):
        raise ValueFault(f"'{name}' cannot be a level", "Choose another word.")
    if not re.fullmatch(_LEVEL, name):
        words = name if not name.isascii() else "my own group"
        remedy = (
            "Use the letters a-z, digits, _ and '.' for the level itself, which is the word in the data; participants "
            f"read what is behind it: {{us: {words}}}."
        )
        raise ValueFault(f"found '{name}', which cannot be a level", remedy)
    return name


Level = Annotated[
    str, AfterValidator(_level), WithJsonSchema({"type": "string", "pattern": _LEVEL})
]
_LIST = {"type": "array", "items": {"type": ["string", "number", "boolean"]}, "minItems": 2}
Levels = Annotated[
    dict[Level, Varied[Text] | None],
    Field(min_length=2),
    BeforeValidator(_as_map),
    Shorthand(lambda whole: _LIST),
]
"""Levels of a factor, in order, each with its words for texts and report (default: the level itself)."""


class Answered(Model):
    """A factor whose levels participants bring with them: the options of a question that is asked first."""

    from_: Annotated[Words, Field(alias="from")]
    """Address of the question; its options are the levels, except those that lead to an ``end``."""
    quota: Annotated[Whole, Range(least=1)] | None = None
    """Number of participants wanted at each level, in each mode that asks the question (default: the planned sample)."""


class Factors(Model):
    """What is varied, by how it varies."""

    between: dict[Name, Levels] = {}
    """Factors that vary between participants, balanced in permuted blocks."""
    within: dict[Name, Levels] = {}
    """Factors that vary within participants; a loop says how they meet its items."""
    counterbalanced: dict[Name, Levels] = {}
    """Factors that are balanced between participants but are no part of the hypotheses."""
    answered: dict[Name, Answered] = {}
    """Factors given by an answer, such as membership of a real group."""
    sealed: dict[Name, Levels] = {}
    """Between-factors of a blind study; their levels appear as A and B until the key is opened."""


class Stakes(Model):
    """What participants decide about."""

    endowment: AmountPhrase
    """Amount that each participant can divide, with its ISO currency, such as ``5 USD``."""
    step: AmountPhrase | None = None
    """Smallest amount that can be moved, in the same currency (default: 1)."""
    paid: PayPhrase | None = None
    """Who is paid what they decided: ``everyone``, ``1 in 10`` or ``nobody``; here or in every mode."""


class Mode(Model):
    """A variant of the study with its own allocation list. Modes are never pooled."""

    paid: PayPhrase | None = None
    """Who is paid what they decided in this mode."""
    within: tuple[Name, ...] = ()
    """Between-factors that vary within participants in this mode."""
    note: Words = ""
    """How the mode differs from the others, for readers."""


class Session(Model):
    """One session, or a series of them."""

    since: Name | None = None
    """The session that the times count from (default: the one before)."""
    wait: DurationPhrase | None = None
    """Time from that session until this one opens."""
    open: DurationPhrase | None = None
    """Time for which it can be started."""
    every: DurationPhrase | None = None
    """Interval between the sessions of a series."""
    times: Annotated[Whole, Range(least=1)] = 1
    """Number of sessions of a series."""

    @model_validator(mode="after")
    def _series(self) -> Session:
        if (self.every is None) != (self.times == 1):
            raise ValueFault(
                "found only one of every and times", "Write both: {every: 1 day, times: 14}."
            )
        return self
