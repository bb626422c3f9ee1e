"""What the simulated participants of a study follow: a curve of one outcome, over the study's factors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from analysis.curves.catalogue import Hypothesis, get
from analysis.errors import AnalysisError
from experiments.language.contrasts import CurveName
from experiments.study import Study


@dataclass(frozen=True)
class Following:
    """A curve, and the outcome and factors of the study that it is about."""

    outcome: str
    """The outcome as the study names it."""
    curve: Hypothesis | None
    """None: no condition has an effect."""
    columns: Mapping[str, str]
    """Column of the curve -> factor of the study."""


def following(study: Study, name: str | Hypothesis | None) -> Following:
    """Return the curve that participants follow (default: the claim of the first hypothesis)."""
    first = next(iter(study.file.hypothesis.values()), None)
    if first is None:
        outcome = next(iter(study.file.analysis.values())).formula.outcomes[0]
        if name is None:
            return Following(outcome, None, {})
    else:
        outcome = first.outcome
    if name is None:
        assert first is not None
        if not isinstance(first.claim, CurveName):
            raise AnalysisError("Orders and contrasts are not simulated yet.")
        name = first.claim.name
    chosen = get(name) if isinstance(name, str) else name
    over = dict(first.over) if first is not None else {}
    return Following(outcome, chosen, _columns(study, chosen, over))


def _columns(study: Study, chosen: Hypothesis, over: Mapping[str, str]) -> dict[str, str]:
    found = {}
    for column in chosen.requires:
        name = over.get(column, column)
        if name not in study.names.factors:
            raise AnalysisError(
                f"{chosen.id} {chosen.name} needs {column!r}, but the study has no such factor "
                f"(its factors: {', '.join(study.names.factors)}).",
                "Simulate another hypothesis, or say under 'over' what takes its place.",
            )
        found[column] = name
    return found
