"""The planned model of a study and the population (the "world") from which its data are sampled.

The answer of a participant to a stimulus in condition c is, on the latent scale and as for simulated participants,

    mean(c) + participant + participant x c + stimulus + stimulus x c + residual,

all Gaussian and independent, with variances that add up to 1 (``components``). The planned model may lack some of these
terms or have additional ones.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.errors import AnalysisError
from analysis.models import Formula, RandomTerm
from analysis.models.design import fixed_design, grouping
from analysis.models.guards import MIN_GROUPS
from analysis.planned.plan import Planned
from analysis.power.blocks import Array
from analysis.power.components import Components
from analysis.power.designs import Design, Term, entries
from analysis.power.lists import Lists
from experiments.protocol.plan import PlannedModel

LEAST_PEOPLE = 2
"""Smallest number of participants per cell with which a variance can be estimated."""


@dataclass(frozen=True, eq=False)
class World:
    """A planned model, and the population from which its data are sampled."""

    lists: Lists
    model: PlannedModel
    random: tuple[RandomTerm, ...]
    """Random terms of the model's formula."""
    rows: pd.DataFrame
    """Number of the ``composition``, ``stimulus`` and factors of each answer."""
    fixed: Array
    """(rows, p) fixed-effects columns of the model."""
    contrasts: Array
    """(c, p) planned contrasts of the coefficients, then the mean of each condition."""
    terms: tuple[Term, ...]
    """Random terms of the model, then those of the population alone."""
    planned: int
    """Number of random terms of the model."""
    variances: tuple[float, ...]
    """Variance of each term in the population (of each of its columns; 0 if it has none)."""
    residual: float

    @property
    def linear(self) -> bool:
        """Whether the model has no random term: least squares with HC3 errors."""
        return self.planned == 0

    @property
    def crossed(self) -> bool:
        """Whether a stimulus is presented in more than one condition."""
        pairs = {row for rows in self.lists.rows for row in rows}
        return len(pairs) > len({stimulus for stimulus, _ in pairs})

    @cached_property
    def everything(self) -> Design:
        """The design with all terms of model and population, and one participant per cell."""
        return self._design(self.lists.evenly(1), self.terms)

    def whole(self, per_cell: int) -> tuple[Design, Array, Design, Array]:
        """Return the world, its parameters, the model and its starting values, for whole numbers of participants."""
        people = self.lists.people(per_cell)
        chosen = [i for i, v in enumerate(self.variances) if v > 0]
        world = self._design(people, tuple(self.terms[i] for i in chosen))
        model = self._design(people, self.terms[: self.planned])
        return world, self._phi(world), model, self._phi(model)

    def parameters(self) -> tuple[Array, NDArray[np.bool_]]:
        """Return the parameters (K,) of ``everything`` in the world, and whether each is also in the model."""
        planned = {term.name for term in self.terms[: self.planned]}
        names = zip(self.everything.names, self.everything.sizes, strict=True)
        has = [[n == "residual" or n in planned] * entries(q) for n, q in names]
        return self._phi(self.everything), np.concatenate(has)

    def _design(self, people: Any, terms: tuple[Term, ...]) -> Design:
        used, composition = np.flatnonzero(np.asarray(people) > 0), self.rows["composition"]
        kept = composition.isin(used).to_numpy()
        number = np.searchsorted(used, composition[kept])
        cut = tuple(
            Term(
                t.name, t.columns[kept], np.unique(t.groups[kept], return_inverse=True)[1], t.within
            )
            for t in terms
        )
        return Design(number, np.asarray(people, dtype=float)[used], self.fixed[kept], cut)

    def _phi(self, design: Design) -> Array:
        known = {t.name: v for t, v in zip(self.terms, self.variances, strict=True)}
        known["residual"] = self.residual
        squares = [np.eye(q)[np.tril_indices(q)] for q in design.sizes]
        return np.concatenate([known[n] * s for n, s in zip(design.names, squares, strict=True)])


def world_of(lists: Lists, planned: Planned, components: Components) -> World:
    """Set up a planned model and its world.

    Raises
    ------
    AnalysisError
        If the model cannot be estimated in this design, or its power cannot be computed.
    """
    model, formula = planned.model, planned.formula
    _check_stimuli(lists, model, formula)
    rows = pd.DataFrame(
        [
            (g, stimulus, *levels)
            for g, own in enumerate(lists.compositions)
            for stimulus, levels in own
        ],
        columns=["composition", "stimulus", *lists.factors],
    )
    number = {levels: j for j, levels in enumerate(lists.levels)}
    condition = np.array([number[levels] for own in lists.compositions for _, levels in own])
    fixed = fixed_design(formula, pd.DataFrame(list(lists.levels), columns=list(lists.factors)))
    terms = [_term(term, rows, lists, formula) for term in formula.random]
    n_planned, variances = len(terms), [0.0] * len(terms)
    composition, residual = rows["composition"].to_numpy(), components.residual
    _check_people(terms, composition, lists, model)
    for term, variance in _of_world(rows, condition, components):
        own = term.partition(composition)
        same = [
            i
            for i, other in enumerate(terms)
            if np.array_equal(other.columns, term.columns)
            and np.array_equal(other.partition(composition), own)
        ]
        if term.within and len(np.unique(own)) == len(own):
            residual += variance
        elif same:
            variances[same[0]] += variance
        elif variance > 0:
            terms.append(term)
            variances.append(variance)
    weights = np.vstack([_contrasts(lists, model), np.eye(len(lists.levels))])
    return World(
        lists, model, formula.random, rows, fixed.matrix[condition], weights @ fixed.matrix, tuple(terms),
        n_planned, tuple(variances), residual,
    )  # fmt: skip


def _of_world(
    rows: pd.DataFrame, condition: NDArray[np.intp], parts: Components
) -> list[tuple[Term, float]]:
    """Return the random terms of the population: participants, stimuli, and their interactions with the conditions."""
    one, stimulus = np.ones((len(rows), 1)), pd.factorize(rows["stimulus"])[0].astype(np.intp)
    # Without a stimulus there is no variance between stimuli.
    known = (rows["stimulus"] != "").to_numpy(dtype=float)[:, None]
    both = pd.factorize(stimulus * (condition.max() + 1) + condition)[0].astype(np.intp)
    return [
        (Term("participant, assumed", one, np.zeros(len(rows), dtype=np.intp), True), parts.person),
        (Term("participant by condition, assumed", one, condition, True), parts.person_by_level),
        (Term("stimulus, assumed", known, stimulus, False), parts.stimulus),
        (Term("stimulus by condition, assumed", known, both, False), parts.stimulus_by_level),
    ]


def _term(term: RandomTerm, rows: pd.DataFrame, lists: Lists, formula: Formula) -> Term:
    within = "participant" in term.group_columns
    names = [name for name in term.group_columns if name != "participant"]
    if unknown := [name for name in names if name not in rows.columns]:
        raise AnalysisError(
            f"A random term is grouped by {unknown[0]!r}, which is not a factor of the model's fixed part.",
            f"Possible groups: {', '.join(['participant', 'stimulus', *lists.factors])}.",
        )
    # Groups within a participant are the same for all participants with the same trials.
    found = grouping(term, rows.assign(participant=""), formula.text)
    return Term(str(term), found.slopes, found.codes.codes.astype(np.intp), within)


def _contrasts(lists: Lists, model: PlannedModel) -> Array:
    """Return the planned contrasts of the condition means, (c, conditions)."""
    found = np.zeros((len(model.contrasts), len(lists.levels)))
    for row, contrast in zip(found, model.contrasts, strict=True):
        place = lists.factors.index(contrast.factor)
        for level, sign in ((contrast.higher, 1.0), (contrast.lower, -1.0)):
            at_level = np.array([cell[place] == level for cell in lists.levels])
            if not at_level.any():
                known = dict.fromkeys(str(cell[place]) for cell in lists.levels)
                raise AnalysisError(
                    f"The contrast {contrast.name!r} names the level {level!r}, which is not presented.",
                    f"Levels that are presented: {', '.join(known)}.",
                )
            row += sign * at_level / at_level.sum()
    return found


def _check_people(terms: list[Term], composition: Array, lists: Lists, model: PlannedModel) -> None:
    if not terms and lists.rows_per_participant > 1:
        raise AnalysisError(
            f"The model {model.name!r} has no random term, but participants answer {lists.rows_per_participant} times.",
            "Add (1|participant), or use simulated participants (--check).",
        )
    for term in terms:
        if term.within and len(np.unique(term.partition(composition))) == len(composition):
            raise AnalysisError(
                f"The random term {term.name} of the model {model.name!r} cannot be separated from the"
                " residual: there are too few answers per participant.",
                "Leave the term out.",
            )


def _check_stimuli(lists: Lists, model: PlannedModel, formula: Formula) -> None:
    """Check that there are enough stimuli for a random effect."""
    if all("stimulus" not in term.group_columns for term in formula.random):
        return
    stimuli = Counter(levels for _, levels in {row for own in lists.rows for row in own})
    if single := [levels for levels, n in stimuli.items() if n < 2]:
        shown = "; ".join(", ".join(map(str, levels)) for levels in sorted(single, key=str))
        raise AnalysisError(
            f"There is only one stimulus per condition ({shown}), so its effect cannot be separated from that of"
            " the condition.",
            "Use several stimuli in each condition, or the same stimuli in all conditions.",
        )
    if len(lists.stimuli) < MIN_GROUPS:
        raise AnalysisError(
            f"The model {model.name!r} has random effects of stimuli, but the design has only {len(lists.stimuli)}"
            f" ({', '.join(lists.stimuli)}); the variance between stimuli cannot be estimated from fewer than"
            f" {MIN_GROUPS}.",
            "Use more stimuli (8 or more, better 16), or plan the model without (1|stimulus) and limit"
            " the claim to these stimuli.",
        )
