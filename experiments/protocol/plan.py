"""What a protocol plans: evidence, hypotheses and rivals, the analysis, SESOI, sample size."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from experiments.files.reading import SOMETHING, Distinct, Model
from experiments.files.references import FactorName, Level, MeasureName, ModeName

Tag = Literal["V", "V2", "M+", "M", "C"]


class Finding(Model):
    """One published result, with how sure we are of it."""

    source: str
    tag: Tag
    """V: read in the source; V2: in a secondary one; M+, M: recalled; C: computed here."""
    found: str


class Evidence(Model):
    """What is known about the claim."""

    grade: Literal["replicated", "mixed", "weak", "contradicted", "untested"]
    summary: str
    findings: tuple[Finding, ...] = ()


class Prediction(Model):
    """A predicted curve: a hypothesis of ``analysis/hypotheses``, with parameters fixed or left free."""

    hypothesis: str
    """Its name, as ``compassion hypotheses`` lists it."""
    parameters: dict[str, float] = {}
    """Parameters fixed in advance (default: the hypothesis's own)."""
    label: str
    source: str
    tag: Tag


class Hypotheses(Model):
    """The predicted curve, and the rivals it is compared with."""

    outcome: MeasureName
    """The measure that the curves predict."""
    predictor: FactorName
    """The factor over which the curves run."""
    predicted: Prediction
    also_predicted: tuple[Prediction, ...] = ()
    """Other readings of the same claim."""
    rivals: Annotated[tuple[str, ...], Field(min_length=1), Distinct]
    """Hypotheses it is compared with."""


class Contrast(Model):
    """A difference of two levels that the analysis estimates."""

    name: str
    factor: FactorName
    higher: Level
    """Level that the claim says is higher."""
    lower: Level


class PlannedModel(Model):
    """One planned mixed model, in the formula language of lme4."""

    name: str
    measure: str
    """Measure or scale that is explained."""
    formula: Annotated[str, Field(pattern=SOMETHING)]
    """Right-hand side, such as ``victims + (1|participant) + (1|stimulus)``."""
    family: Literal["gaussian", "binomial", "two_part", "tobit", "ordered_beta", "ordinal"] = (
        "gaussian"
    )
    role: Literal["primary", "secondary"] = "secondary"
    modes: tuple[ModeName, ...] = ()
    """Modes the model is fitted in (default: all)."""
    phase: str = "trials"
    """Part of the session whose rows count."""
    contrasts: tuple[Contrast, ...] = ()


class PlannedAnalysis(Model):
    """The models that are fitted, fixed before the first participant."""

    models: Annotated[tuple[PlannedModel, ...], Field(min_length=1)]
    scales: Annotated[tuple[str, ...], Distinct] = ()
    """Scales that are scored."""
    alpha: Annotated[float, Field(gt=0, lt=1)] = 0.05
    correction: Literal["holm", "none"] = "holm"
    """Correction over the secondary contrasts."""


class Sesoi(Model):
    """Smallest effect size of interest."""

    d: Annotated[float, Field(gt=0)]
    """In standard deviations (Cohen's d)."""
    raw: Annotated[float, Field(gt=0)] | None = None
    """In units of the outcome, where that is meant instead."""
    why: str


class SampleSize(Model):
    """How many complete participants are planned."""

    per_cell: Annotated[int, Field(ge=1)]
    why: str
    dropout: Annotated[float, Field(ge=0, lt=1)] = 0.0
    """Share expected to leave before the end."""
    prior: str | None = None
    """Where the power analysis takes its variance components from, beside the protocol: a YAML file of published
    numbers, results.json of an analysis, or a folder of (imported) data. Without it they are assumed."""
