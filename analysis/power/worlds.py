"""The planned model of a study and the population (the "world") from which its data are sampled.

The answer of a participant to an item in condition c is, on the latent scale and as for simulated participants,

    mean(c) + participant + participant x c + item + item x c + residual,

all Gaussian and independent, with variances that add up to 1 (``components``). A condition is a combination of levels
of the model's factors. The planned model may lack some of these terms or have additional ones.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.data.names import column_of
from analysis.errors import AnalysisError
from analysis.models import Formula, RandomTerm
from analysis.models.covariances.kenward_roger import KENWARD_ROGER
from analysis.models.design import fixed_design, grouping
from analysis.models.engines.few_units import FEW_UNITS, unit_of
from analysis.models.guards import MIN_GROUPS
from analysis.planned.plan import Planned
from analysis.power.blocks import Array
from analysis.power.components import Components
from analysis.power.designs import Design
from analysis.power.fitting import MODEL
from analysis.power.lists import Lists
from analysis.power.own_terms import own_terms
from analysis.power.terms import Term, entries
from analysis.power.weights import condition_means, grid_of, weights_of
from experiments.protocol.planned_contrast import PlannedContrast

LEAST_PEOPLE = 2
"""Smallest number of participants per cell with which a variance can be estimated."""
SMALLEST = 1e-8
"""A singular value below this share of the largest counts as zero."""


@dataclass(frozen=True, eq=False)
class World:
    """A planned model, and the population from which its data are sampled."""

    lists: Lists
    model: Planned
    tested: tuple[PlannedContrast, ...]
    """The contrasts whose power is computed."""
    rows: pd.DataFrame
    """Number of the ``composition``, ``item``, factors and numbers of each answer."""
    fixed: Array
    """(rows, p) fixed-effects columns of the model."""
    contrasts: Array
    """(c, p) the tested contrasts of the coefficients, then the mean of each condition."""
    terms: tuple[Term, ...]
    """Random terms of the model, then those of the population alone."""
    planned: int
    """Number of random terms of the model."""
    residual: float
    """Residual variance in the population."""
    own: Mapping[int, World] = field(default_factory=dict)
    """The world of each contrast whose variance between participants the analysis estimates by itself: its model has
    one more term."""

    def of_model(self, terms: Sequence[Term]) -> World:
        """Return the world with other random terms in its model."""
        known = {term.name for term in terms}
        population = [t for t in self.terms if t.variance > 0 and t.name not in known]
        return replace(self, terms=(*terms, *population), planned=len(terms))

    def errors(self, per_cell: int) -> str:
        """Return the kind of standard errors of the analysis (``analysis.models``)."""
        terms = self.terms[: self.planned]
        people = round(sum(self.lists.evenly(per_cell)))
        few = any((people if t.within else t.units) < FEW_UNITS for t in terms)
        return KENWARD_ROGER if few or any(t.free for t in terms) else MODEL

    @property
    def linear(self) -> bool:
        """Whether the model has no random term: least squares with HC2 errors."""
        return self.planned == 0

    @property
    def crossed(self) -> bool:
        """Whether an item is presented in more than one condition."""
        return len(self.lists.pairs) > len(self.lists.items)

    @cached_property
    def everything(self) -> Design:
        """The design with all terms of model and population, and one participant per cell."""
        return self._design(self.lists.evenly(1), self.terms)

    def whole(self, per_cell: int) -> tuple[Design, Array, Design, Array]:
        """Return the world, its parameters, the model and its starting values, for whole numbers of participants."""
        people = self.lists.people(per_cell)
        world = self._design(people, tuple(term for term in self.terms if term.variance > 0))
        model = self._design(people, self.terms[: self.planned])
        return world, self._phi(world), model, self._phi(model) + self._starts(model)

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
            replace(t, columns=t.columns[kept], groups=pd.factorize(t.groups[kept], sort=True)[0])
            for t in terms
        )
        return Design(number, np.asarray(people, dtype=float)[used], self.fixed[kept], cut)

    def _starts(self, design: Design) -> Array:
        """Return the starting values (K,) of variances that may be negative; zero for all others."""
        inner, outer = ([t.start for t in own] for own in (design.inner, design.outer))
        known = zip((*inner, 0.0, *outer), design.sizes, strict=True)
        return np.concatenate([np.full(entries(q), value) for value, q in known])

    def _phi(self, design: Design) -> Array:
        inner, outer = ([t.variance for t in own] for own in (design.inner, design.outer))
        known = zip((*inner, self.residual, *outer), design.sizes, strict=True)
        return np.concatenate([value * np.eye(q)[np.tril_indices(q)] for value, q in known])


def world_of(
    lists: Lists,
    planned: Planned,
    components: Components,
    tested: Sequence[PlannedContrast] | None = None,
) -> World:
    """Set up a planned model and its world.

    Parameters
    ----------
    tested
        The contrasts whose power is computed (default: the planned ones).

    Raises
    ------
    AnalysisError
        If the model cannot be estimated in this design, or its power cannot be computed.
    """
    formula = planned.formula
    contrasts = tuple(planned.contrasts if tested is None else tested)
    _check_items(lists, planned)
    rows = pd.DataFrame(
        [(g, item, *values) for g, own in enumerate(lists.compositions) for item, values in own],
        columns=[
            "composition",
            "item",
            *lists.factors,
            *(column_of(n.name) for n in lists.numbers),
        ],
    )
    number = {levels: j for j, levels in enumerate(lists.levels)}
    condition = np.array(
        [number[lists.condition(row)] for own in lists.compositions for row in own]
    )
    fixed = fixed_design(formula, rows)
    _check_fixed(fixed.matrix, planned)
    terms = [_term(term, rows, lists, formula) for term in formula.random]
    number_of_planned, residual = len(terms), components.residual
    composition = rows["composition"].to_numpy()
    _check_people(terms, composition, lists, planned)
    for term in _of_world(rows, condition, components):
        own = term.partition(composition)
        same = [
            i
            for i, other in enumerate(terms)
            if np.array_equal(other.columns, term.columns)
            and np.array_equal(other.partition(composition), own)
        ]
        if term.within and len(np.unique(own)) == len(own):
            residual += term.variance
        elif same:
            known = terms[same[0]]
            terms[same[0]] = replace(known, variance=known.variance + term.variance)
        elif term.variance > 0:
            terms.append(term)
    grid = grid_of(lists, fixed, rows)
    weights = [weights_of(grid, contrast) for contrast in contrasts]
    whole = World(
        lists, planned, contrasts, rows, fixed.matrix,
        np.vstack([*weights, condition_means(lists, grid)]),
        tuple(terms), number_of_planned, residual,
    )  # fmt: skip
    others: dict[int, World] = {}
    for j, (contrast, vector) in enumerate(zip(contrasts, weights, strict=True)):
        random = whole.terms[:number_of_planned]
        found = own_terms(lists, random, residual, contrast, fixed.matrix, vector, composition)
        if found:
            others[j] = whole.of_model(found)
    return replace(whole, own=others)


def _of_world(rows: pd.DataFrame, condition: NDArray[np.intp], parts: Components) -> list[Term]:
    """Return the random terms of the population: participants, items, and their interactions with the conditions."""
    one, item = np.ones((len(rows), 1)), pd.factorize(rows["item"])[0].astype(np.intp)
    # Without an item there is no variance between items.
    known = (rows["item"] != "").to_numpy(dtype=float)[:, None]
    both = pd.factorize(item * (condition.max() + 1) + condition)[0].astype(np.intp)
    return [
        Term("participant, assumed", one, np.zeros(len(rows), dtype=np.intp), True, parts.person),
        Term("participant by condition, assumed", one, condition, True, parts.person_by_level),
        Term("item, assumed", known, item, False, parts.stimulus),
        Term("item by condition, assumed", known, both, False, parts.stimulus_by_level),
    ]


def _term(term: RandomTerm, rows: pd.DataFrame, lists: Lists, formula: Formula) -> Term:
    within = "participant" in term.group_columns
    names = [name for name in term.group_columns if name != "participant"]
    if unknown := [name for name in names if name not in rows.columns]:
        raise AnalysisError(
            f"A random term is grouped by {unknown[0]!r}, which is not a factor of the model's fixed part.",
            f"Possible groups: {', '.join(['participant', 'item', *lists.factors])}.",
        )
    # Groups within a participant are the same for all participants with the same trials.
    found = grouping(term, rows.assign(participant=""), formula.text)
    units = 0 if within else len(rows[list(unit_of(term, formula))].drop_duplicates())
    return Term(str(term), found.slopes, found.codes.codes.astype(np.intp), within, units=units)


def _check_fixed(fixed: Array, model: Planned) -> None:
    sizes = np.linalg.svd(fixed, compute_uv=False)
    if len(sizes) < fixed.shape[1] or sizes[-1] < SMALLEST * sizes[0]:
        raise AnalysisError(
            f"The design cannot separate the effects of the model {model.name!r} ({model.formula.fixed}).",
            "Leave one of them out of the formula, or change the design.",
        )


def _check_people(terms: list[Term], composition: Array, lists: Lists, model: Planned) -> None:
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


def _check_items(lists: Lists, model: Planned) -> None:
    """Check that there are enough items for a random effect."""
    if all("item" not in term.group_columns for term in model.formula.random):
        return
    presented = Counter(condition for _, condition in lists.pairs)
    if single := [condition for condition, n in presented.items() if n < 2]:
        shown = "; ".join(", ".join(condition) for condition in sorted(single))
        raise AnalysisError(
            f"There is only one item per condition ({shown}), so its effect cannot be separated from that of"
            " the condition.",
            "Use several items in each condition, or the same items in all conditions.",
        )
    if len(lists.items) < MIN_GROUPS:
        raise AnalysisError(
            f"The model {model.name!r} has random effects of items, but the design has only {len(lists.items)}"
            f" ({', '.join(lists.items)}); the variance between items cannot be estimated from fewer than"
            f" {MIN_GROUPS}.",
            "Use more items (8 or more, better 16), or plan the model without (1 | item) and limit"
            " the claim to these items.",
        )
