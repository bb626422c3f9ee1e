"""Planned models with their parsed formulas."""

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
        """The formula, parsed at first use, so that a faulty one affects only its own model.

        Raises
        ------
        AnalysisError
            If it cannot be parsed.
        """
        return parse_formula(f"{column_of(self.model.measure)} ~ {self.model.formula}")


def planned_models(protocol: Protocol, mode: str) -> tuple[Planned, ...]:
    """Return the models that are fitted in a mode."""
    return tuple(map(Planned, protocol.planned_models(mode)))


def column_of(measure: str) -> str:
    """Return the name of a measure in formulas, in which ``scale.subscale`` is not a valid name."""
    return measure.replace(".", "_")
