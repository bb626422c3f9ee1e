"""Variance components of participants, items and residual, as proportions of the variance.

The unit of a power analysis is the standard deviation of an outcome within a condition, so that the proportions add up
to 1 and effects are Cohen's d. Components are assumed, or come from a prior (``prior``). In files, the items are called
``stimulus``, as in rows of data.
"""

from __future__ import annotations

from typing import Annotated, Self

from analysis.planned.plan import planned_models
from analysis.simulate import Assumptions
from analysis.simulate.items import items_within
from experiments.files.model import Model
from experiments.files.scalars import Note, Number, Range
from experiments.numbers import proportion
from experiments.protocol.names import AddressError
from experiments.protocol.planned import primary_test, same_measure
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
    """Return the variance components of each outcome in simulated participants.

    Those of the outcome of a hypothesis are the assumptions. The correlation of another measure with it is
    ``with_outcome``; half of its unique variance is between participants, half is residual
    (``analysis.simulate.participants``). A scale is the mean of its items, with a reliability from the Spearman-Brown
    formula.
    """
    outcome = {name: getattr(assumed, name) for name in SHARES}
    shared = assumed.with_outcome**2
    related = {name: shared * value for name, value in outcome.items()}
    related["person"] += (1 - shared) / 2
    related["residual"] += (1 - shared) / 2
    assumptions = "assumptions for simulated participants: {}; all others are conventions"
    of_outcome = assumptions.format("participants as in the dictator games of PSA 008, pilot 2 [C]")
    correlated = assumptions.format("r = .60 with the outcome, Maier, Wong & Feldman (2023) [V]")
    names = study.names
    of_claims = [hypothesis.outcome for hypothesis in study.file.hypothesis.values()]
    main = of_claims or [primary_test(names).outcome]
    found: dict[str, Components] = {}
    for planned in planned_models(study, mode):
        name = planned.outcome
        items = _items_of(study, name)
        if any(same_measure(names, name, one) for one in main):
            found[name] = Components(**outcome, source=of_outcome)
        elif items:
            share = assumed.item_with_scale
            reliability = share / (share + (1 - share) / items)
            parts = {name: reliability * value for name, value in related.items()}
            parts["residual"] += 1 - reliability
            source = f"{correlated}; reliability {proportion(reliability)}, convention"
            found[name] = Components(**parts, source=source)
        else:
            found[name] = Components(**related, source=correlated)
    return found


def _items_of(study: Study, outcome: str) -> int:
    """Return the number of items of a score; 0 if the outcome is none."""
    if outcome in study.file.columns:
        return 0
    try:
        return len(items_within(study, study.names.measure(outcome)))
    except AddressError:
        return 0
