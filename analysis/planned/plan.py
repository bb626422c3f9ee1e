"""Planned models with their formulas, each parsed once and passed on to all who need it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from analysis.models import Formula, parse_formula
from experiments.protocol.plan import PlannedModel
from experiments.protocol.protocol import Protocol


@dataclass(frozen=True)
class Planned:
    """A planned model and its formula."""

    model: PlannedModel

    @cached_property
    def formula(self) -> Formula:
        """The formula, parsed when it is first needed: one that cannot be read fails its own model only.

        Raises
        ------
        AnalysisError
            If it cannot be read.
        """
        return parse_formula(f"{column_of(self.model.measure)} ~ {self.model.formula}")


def planned_models(protocol: Protocol, mode: str) -> tuple[Planned, ...]:
    """Return the models that are fitted in a mode."""
    return tuple(map(Planned, protocol.planned_models(mode)))


def column_of(measure: str) -> str:
    """Return how a measure is called in a formula, where ``scale.subscale`` would be no name."""
    return measure.replace(".", "_")
