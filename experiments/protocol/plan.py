"""The plan of a study: evidence, hypotheses and rivals, analysis, smallest effect size of interest, sample size."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from experiments.files.reading import NOT_EMPTY, Distinct, Model
from experiments.files.references import FactorName, Level, MeasureName, ModeName

Tag = Literal["V", "V2", "M+", "M", "C"]


class Finding(Model):
    """One published result, and how it was verified."""

    source: str
    tag: Tag
    """V: read in the source; V2: read in a secondary source; M+, M: from memory; C: computed here."""
    found: str


class Evidence(Model):
    """The existing evidence for the claim."""

    grade: Literal["replicated", "mixed", "weak", "contradicted", "untested"]
    summary: str
    findings: tuple[Finding, ...] = ()


class Prediction(Model):
    """A predicted curve: a hypothesis of ``analysis/hypotheses``, with some parameters fixed and the others estimated."""

    hypothesis: str
    """Name of the hypothesis, as listed by ``compassion hypotheses``."""
    parameters: dict[str, float] = {}
    """Parameters fixed in advance (default: those of the hypothesis)."""
    label: str
    source: str
    tag: Tag


class Hypotheses(Model):
    """The predicted curve and the rival hypotheses it is compared with."""

    outcome: MeasureName
    """The measure that the curves predict."""
    predictor: FactorName
    """The factor on the curves' horizontal axis."""
    predicted: Prediction
    also_predicted: tuple[Prediction, ...] = ()
    """Other readings of the same claim."""
    rivals: Annotated[tuple[str, ...], Field(min_length=1), Distinct]
    """Names of the rival hypotheses."""


class Contrast(Model):
    """A difference between two levels that the analysis estimates."""

    name: str
    factor: FactorName
    higher: Level
    """Level with the higher mean according to the claim."""
    lower: Level


class PlannedModel(Model):
    """One planned mixed model, with its formula in the notation of lme4."""

    name: str
    measure: str
    """Measure or scale that is the dependent variable."""
    formula: Annotated[str, Field(pattern=NOT_EMPTY)]
    """Right-hand side, such as ``victims + (1|participant) + (1|stimulus)``."""
    family: Literal["gaussian", "binomial", "two_part", "tobit", "ordered_beta", "ordinal"] = (
        "gaussian"
    )
    role: Literal["primary", "secondary"] = "secondary"
    modes: tuple[ModeName, ...] = ()
    """Modes the model is fitted in (default: all)."""
    phase: str = "trials"
    """Part of the session whose rows are analysed."""
    contrasts: tuple[Contrast, ...] = ()


class PlannedAnalysis(Model):
    """The analysis, fixed before the first participant."""

    models: Annotated[tuple[PlannedModel, ...], Field(min_length=1)]
    scales: Annotated[tuple[str, ...], Distinct] = ()
    """Scales that are scored."""
    alpha: Annotated[float, Field(gt=0, lt=1)] = 0.05
    correction: Literal["holm", "none"] = "holm"
    """Correction of the secondary contrasts for multiple testing."""


class Sesoi(Model):
    """Smallest effect size of interest."""

    d: Annotated[float, Field(gt=0)]
    """In standard deviations (Cohen's d)."""
    raw: Annotated[float, Field(gt=0)] | None = None
    """In units of the outcome; replaces ``d`` if given."""
    why: str


class SampleSize(Model):
    """The planned number of participants with complete data."""

    per_cell: Annotated[int, Field(ge=1)]
    why: str
    dropout: Annotated[float, Field(ge=0, lt=1)] = 0.0
    """Expected share of participants who drop out."""
    prior: str | None = None
    """Source of the power analysis's variance components, as a path relative to the protocol: a YAML file with
    published values, the results.json of an analysis, or a folder of (imported) data. Without it they are assumed."""
