"""Sections of a study on what it claims and how it is analysed: evidence, hypotheses, analysis, exclusions, sample."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

from pydantic import (
    BeforeValidator,
    Discriminator,
    Tag,
    model_validator,
)

from experiments.files.faults import ValueFault
from experiments.files.model import Model
from experiments.files.scalars import Name, Number, Range, Whole, Words, YesNo
from experiments.files.shorthand import Shorthand
from experiments.language.typed import (
    ClaimPhrase,
    ContrastPhrase,
    ExclusionPhrase,
    ExpressionPhrase,
    FormulaPhrase,
    SharePhrase,
)

Verified = Literal["V", "V2", "M+", "M", "C"]


class Finding(Model):
    """A published finding."""

    source: Words
    """Publication."""
    tag: Verified
    """V: read in the source; V2: read in a secondary source; M+, M: from memory; C: computed."""
    found: Words
    """Result, as reported."""


class Evidence(Model):
    """The existing evidence for the claim."""

    grade: Literal["replicated", "mixed", "weak", "contradicted", "untested"]
    """Overall assessment."""
    summary: Words
    """The state of the evidence, in one or two sentences."""
    findings: tuple[Finding, ...] = ()
    """The findings behind it."""


class SmallestEffect(Model):
    """The smallest effect size of interest; a smaller one counts as equivalent."""

    d: Annotated[Number, Range(above=0)] | None = None
    """In standard deviations of the outcome (Cohen's d)."""
    r: Annotated[Number, Range(above=0, below=1)] | None = None
    """As a correlation."""
    raw: Annotated[Number, Range(above=0)] | None = None
    """In units of the outcome."""
    because: Words
    """Why no smaller effect is of interest."""

    @model_validator(mode="after")
    def _one_unit(self) -> SmallestEffect:
        given = [name for name in ("d", "r", "raw") if getattr(self, name) is not None]
        if len(given) != 1:
            found = " and ".join(given) or "none of d, r and raw"
            raise ValueError(f"found {found}; give the smallest effect in exactly one unit")
        return self


def _as_effect(given: Any) -> Any:
    if isinstance(given, (str, list)):
        example = (
            given if isinstance(given, str) and re.fullmatch(r"[0-9]*\.?[0-9]+", given) else "0.2"
        )
        raise ValueFault(
            f"found {given!r} alone",
            f"Write its unit and the reason: {{d: {example}, because: WHY NO SMALLER EFFECT MATTERS}}. In place of d it "
            "can be r, a correlation, or raw, in units of the outcome.",
        )
    return given


class Hypothesis(Model):
    """The claim about one outcome, and the rivals it is compared with."""

    outcome: Words
    """Address of the measure or column."""
    claim: ClaimPhrase
    """A curve, an order of levels, or a contrast that is claimed to be above zero."""
    also: tuple[ClaimPhrase, ...] = ()
    """Other predictions of the same claim."""
    rivals: tuple[ClaimPhrase, ...] = ()
    """Predictions that the claim is compared with."""
    over: dict[Name, Words] = {}
    """Predictor of the curves -> factor, measure or column that takes its place."""
    smallest_effect: Annotated[SmallestEffect | None, BeforeValidator(_as_effect)] = None
    """Without it there is no test of equivalence, and the report says so."""


class Several(Model):
    """Several primary contrasts of one model."""

    any: tuple[ContrastPhrase, ...] = ()
    """At least one must hold (Holm's correction)."""
    all: tuple[ContrastPhrase, ...] = ()
    """Each must hold, at alpha."""

    @model_validator(mode="after")
    def _one_list(self) -> Several:
        if bool(self.any) == bool(self.all):
            raise ValueError("found both or neither of any and all; keep one list of contrasts")
        return self


def _is_several(given: Any) -> str:
    several = isinstance(given, Several) or (
        isinstance(given, dict) and given.keys() & {"any", "all"}
    )
    return "several" if several else "one"


if TYPE_CHECKING:
    Primary: TypeAlias = ContrastPhrase | Several
else:
    Primary = Annotated[
        Annotated[ContrastPhrase, Tag("one")] | Annotated[Several, Tag("several")],
        Discriminator(_is_several),
    ]

Family = Literal["gaussian", "binomial", "two_part", "tobit", "ordered_beta", "ordinal"]


class PlannedModel(Model):
    """One planned model."""

    formula: FormulaPhrase
    """In the notation of lme4: ``donation ~ victim``. Random terms follow from the design unless they are written."""
    contrasts: tuple[ContrastPhrase, ...] = ()
    """Comparisons of the model's cell means (default: the claim's, and each term of the formula)."""
    family: Family = "gaussian"
    """Distribution of the outcome."""
    primary: Primary | None = None
    """The primary test of the study; in one model only."""
    because: Words = ""
    """What a reader must know about it, such as why a predictor follows the treatment."""


def _as_model(given: Any) -> Any:
    return {"formula": given} if isinstance(given, str) else given


_PHRASE = {"type": "string", "description": "A formula or expression."}
Planned = Annotated[PlannedModel, BeforeValidator(_as_model), Shorthand(lambda whole: _PHRASE)]


class Exclude(Model):
    """Who and what is left out of the analysis, beyond what always is: no consent, withdrawn, repeated
    participation, under age, device failure."""

    participants: tuple[ExclusionPhrase, ...] = ()
    """Conditions; each excludes a participant by itself."""
    trials: tuple[ExclusionPhrase, ...] = ()
    """Conditions; each excludes a trial by itself."""
    sensitivity: tuple[ExclusionPhrase, ...] = ()
    """Conditions that never exclude: the results are reported with and without these participants."""
    because: Words = ""
    """Why answers that the treatment may have changed are used to exclude participants."""


class Sample(Model):
    """The planned sample."""

    participants: Annotated[Whole, Range(least=2)] | None = None
    """Number of participants in each mode, after exclusions."""
    per_cell: Annotated[Whole, Range(least=1)] | None = None
    """Number in each cell of the between-factors, after exclusions."""
    dropout: SharePhrase | None = None
    """Expected share of participants who drop out or are excluded (default: none)."""
    block: Annotated[Whole, Range(least=1)] = 2
    """Number of times that each cell occurs in a permuted block."""
    prior: Words = ""
    """File with variance components for the power analysis."""
    because: Words = ""
    """Reason for this number."""

    @model_validator(mode="after")
    def _one_number(self) -> Sample:
        if (self.participants is None) == (self.per_cell is None):
            raise ValueError("found both or neither of participants and per_cell; give one of them")
        return self


class Computed(Model):
    """A column that is centred or standardised over the participants."""

    of: ExpressionPhrase
    """What is computed."""
    centre: YesNo = False
    """Whether the mean is subtracted."""
    standard: YesNo = False
    """Whether it is expressed in standard deviations from the mean."""


def _as_computed(given: Any) -> Any:
    return {"of": given} if isinstance(given, str) else given


Column = Annotated[Computed, BeforeValidator(_as_computed), Shorthand(lambda whole: _PHRASE)]
"""A computed column: an expression, or one that is centred or standardised."""
