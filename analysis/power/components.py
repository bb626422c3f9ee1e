"""Variance components of participants, items and residual, as proportions of the variance.

The unit of a power analysis is the standard deviation of an outcome within a condition, so that the proportions add up
to 1 and effects are Cohen's d. Components are assumed, or come from a prior (``prior``). In files, the items are called
``stimulus``, as in rows of data.
"""

from __future__ import annotations

from typing import Annotated, Self

from analysis.planned.plan import planned_models
from analysis.simulate import Assumptions
from experiments.files.model import Model
from experiments.files.scalars import Note, Number, Range
from experiments.study import Study

SHARES = ("person", "person_by_level", "stimulus", "stimulus_by_level", "residual")
Variance = Annotated[Number, Range(least=0)]


class Components(Model):
    """Variance components of one outcome within a condition."""

    person: Variance
    """Between participants, in all conditions (random intercepts)."""
    person_by_level: Variance = 0.0
    """Participants by conditions: variance of the effect between participants."""
    stimulus: Variance
    """Between items (random intercepts)."""
    stimulus_by_level: Variance = 0.0
    """Items by conditions: variance of the effect between items."""
    residual: Annotated[Number, Range(above=0)]
    """Residual variance of a single answer."""
    source: Note = ""
    """Source of the numbers."""
    tag: Note = ""
    """Evidence tag of the source: V, V2, M+, M, C or convention (``analysis.curves.catalogue.parameter.TAGS``)."""

    @property
    def shares(self) -> dict[str, float]:
        """The five components by name."""
        return {name: getattr(self, name) for name in SHARES}

    @property
    def cited(self) -> str:
        """The source with its tag."""
        return f"{self.source} [{self.tag}]" if self.tag else self.source

    def scaled(self) -> Self:
        """Return the components rescaled to add up to 1."""
        total = sum(self.shares.values())
        return self.model_copy(update={name: v / total for name, v in self.shares.items()})

    def without_items(self) -> Self:
        """Return the components without variance between items, which is added to the residual."""
        residual = self.residual + self.stimulus + self.stimulus_by_level
        none = {"stimulus": 0.0, "stimulus_by_level": 0.0}
        return self.model_copy(update={**none, "residual": residual})


def assumed_components(study: Study, mode: str, assumed: Assumptions) -> dict[str, Components]:
    """Return the assumed variance components of each outcome: the same for all.

    They are those of the outcome of a hypothesis in simulated participants. (Other measures of simulated participants
    correlate with it, and differ less between conditions: ``analysis.simulate.latent``.)
    """
    source = (
        "assumptions for simulated participants: participants as in the dictator games of PSA 008, pilot 2 [C]; all"
        " others are conventions"
    )
    parts = Components(**{name: getattr(assumed, name) for name in SHARES}, source=source)
    return {planned.outcome: parts for planned in planned_models(study, mode)}
