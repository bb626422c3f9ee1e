"""The planned models of a study, each of one outcome in one mode, with their random terms and tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from analysis.curves.claims import contrast_label, label_of
from analysis.data.names import column_of
from analysis.models import Formula, RandomTerm, parse_random
from experiments.language.formulas import Term
from experiments.protocol.planned import Combined, planned_tests, primary_test, same_measure
from experiments.protocol.planned_contrast import PlannedContrast
from experiments.protocol.random_terms import RandomTerms
from experiments.protocol.sections import Family, PlannedModel
from experiments.study import Study

ALPHA = 0.05
"""Significance level of every planned test; equivalence tests have it on each side."""

NOT_PLANNED: Literal["not planned"] = "not planned"
"""Code of a contrast without an equivalence test, since the study names no smallest effect for its outcome."""

Role = Literal["primary", "secondary"]


@dataclass(frozen=True)
class Planned:
    """One planned model: one outcome, in one mode."""

    name: str
    """Name in tables: that in the file, else the outcome; with the outcome behind it if the model has several."""
    model: PlannedModel
    """The model as it is written in the study."""
    outcome: str
    """Measure or column, as it is written in the formula."""
    formula: Formula
    """With the random terms that are written, or follow from the design; names as in frames (``column_of``)."""
    contrasts: tuple[PlannedContrast, ...]
    """All contrasts that are tested, the primary ones first."""
    terms: tuple[Term, ...] = ()
    """Terms of the formula that are tested as a whole, in a model without contrasts of its own."""
    primary: tuple[str, ...] = ()
    """Names of the contrasts that are primary tests of the study; none in a secondary model."""
    combined: Combined = "one"
    """``any``: at least one of several primary contrasts must hold (Holm); ``all``: each must hold, at alpha."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """Contrast -> its label for readers."""
    main: bool = False
    """Whether it is the model of the primary test, which is primary in the first mode only."""

    @property
    def family(self) -> Family:
        """Distribution of the outcome."""
        return self.model.family

    def role(self, contrast: str) -> Role:
        """Return whether a contrast is a primary or a secondary test."""
        return "primary" if contrast in self.primary else "secondary"

    @property
    def primary_labels(self) -> list[str]:
        """The labels of the primary contrasts."""
        return [self.label(name) for name in self.primary]

    def label(self, contrast: str) -> str:
        """Return the label of a contrast."""
        return self.labels.get(contrast) or contrast_label(contrast)


def planned_models(study: Study, mode: str) -> tuple[Planned, ...]:
    """Return the models of a study in a mode, in the order of the file.

    The primary test is that of the first mode; in other modes all tests are secondary.
    """
    names = study.names
    design = RandomTerms(names)
    primary = primary_test(names)
    found = []
    for key, model in study.file.analysis.items():
        tests = planned_tests(model, names)
        outcomes = model.formula.outcomes
        for outcome in outcomes:
            name = key or outcome
            if key and len(outcomes) > 1:
                name = f"{key}: {outcome}"
            main = key == primary.model and same_measure(names, outcome, primary.outcome)
            is_primary = main and mode == study.modes[0]
            found.append(
                Planned(
                    name,
                    model,
                    outcome,
                    _formula(model, outcome, design.of(model, outcome, mode)),
                    tests.contrasts,
                    tests.terms,
                    tuple(each.name for each in primary.contrasts) if is_primary else (),
                    primary.combined if is_primary else "one",
                    {each.name: label_of(each, each.name, names) for each in tests.contrasts},
                    main,
                )
            )
    return tuple(found)


def _formula(model: PlannedModel, outcome: str, random: tuple[str, ...]) -> Formula:
    fixed = [":".join(map(column_of, effect)) for effect in model.formula.effects]
    terms = parse_random(" + ".join(random)) if random else ()
    return Formula.of(column_of(outcome), fixed, [_in_columns(term) for term in terms])


def _in_columns(term: RandomTerm) -> RandomTerm:
    slopes = " + ".join(column_of(each.strip()) for each in term.slopes.split("+"))
    return replace(term, slopes=slopes, group=":".join(map(column_of, term.group_columns)))
