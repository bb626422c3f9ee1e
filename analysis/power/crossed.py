"""The planned model with crossed people and stimuli, fitted by REML to drawn lists, all studies at once.

The likelihood is that of ``analysis.balanced``; its sufficient statistics are linear and quadratic forms
of the lists' means and scatter matrices. The studies may hold differences that the planned model does not
(people or stimuli that react differently to the conditions), as real ones would.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.balanced import (
    BatchFit,
    CrossedDesign,
    NotBalancedError,
    Statistics,
    Strata,
    fit_batch,
    strata,
)
from analysis.balanced.lists import MOST_CELLS
from analysis.models import RandomTerm
from analysis.power.targets import Expected, Fits, Targets, condition_of_rows, fixed_rows, parsed
from analysis.power.world import Drawn, World
from experiments.planned import PlannedModel

Array = NDArray[Any]


@dataclass(frozen=True)
class Crossed:
    """``y ~ conditions + (1 + slopes | participant) + (1 | stimulus)``."""

    world: World
    strata: Strata
    weights: Array
    """(c, p) targets as combinations of the coefficients."""
    order: tuple[tuple[int, NDArray[np.intp]], ...]
    """For each list of the strata: which used list it is, and where its rows stand there."""
    formula: str

    @property
    def how(self) -> str:
        """The engine and the model in words."""
        return f"REML with Satterthwaite's t tests, all studies at once (balanced strata): {self.formula}"

    def simulate(self, n: int, rng: np.random.Generator) -> Fits:
        """Draw ``n`` studies in which no condition differs from another, and fit them."""
        return self.fit(self.world.draw(n, rng))

    def fit(self, drawn: Drawn) -> Fits:
        """Fit every drawn study."""
        found = fit_batch(self.reduce(drawn), self.weights)
        return Fits(found.estimate, found.se, found.df, found.singular, found.converged)

    def reduce(self, drawn: Drawn) -> Statistics:
        """Reduce lists to the sufficient statistics of the balanced design."""
        strata, studies = self.strata, drawn.means[0].shape[1]
        scatter = [np.zeros((*s.kernels.shape[1:], studies)) for s in strata.free]
        means = []
        parts = zip(self.order, strata.people, strata.whitening, strict=True)
        for (number, rows), k, basis in parts:
            own = drawn.scatter[number][np.ix_(rows, rows)]
            people = np.einsum("mq,mkn,kr->qrn", basis, own, basis)
            scatter[k] += people
            scatter[0] += np.einsum("mmn->n", own) - np.einsum("qqn->n", people)
            means.append(drawn.means[number][rows])
        table = self._between_items(means, scatter)
        for k, basis in strata.table:
            copies = np.einsum("mcr,cn->mrn", basis, table)
            scatter[k] += np.einsum("mrn,msn->rsn", copies, copies)
        return Statistics(strata, tuple(scatter), strata.mean_basis.T @ table)

    def _between_items(self, means: list[Array], scatter: list[Array]) -> Array:
        """Add what differs between the items of a block; return the scaled (C, n) table of means."""
        strata, cells = self.strata, self.strata.cells
        by_cell = [means[g][cells.lists[g].cell == c] for c, g in enumerate(cells.list_of)]
        for h, k in enumerate(strata.item_strata):
            here = np.flatnonzero(cells.block_of == h)
            weight = np.sqrt(cells.people[here])
            around = np.stack([by_cell[c] - by_cell[c].mean(axis=0) for c in here])
            around *= weight[:, None, None]
            items = np.einsum("c,cin->in", weight / np.linalg.norm(weight), around)
            squares = np.sum(items**2, axis=0)
            scatter[k] += squares
            scatter[0] += np.einsum("cin,cin->n", around, around) - squares
        scale = np.sqrt(cells.people * cells.items)
        return np.asarray(scale[:, None] * np.stack([values.mean(axis=0) for values in by_cell]))

    def expected(self) -> Expected:
        """Fit the study whose sums of squares are the expected ones."""
        spread = self.world.covariance()
        columns = np.linalg.cholesky(spread + 1e-12 * np.eye(len(spread)))
        none = tuple(np.zeros((len(m), len(m), len(spread))) for m in self.world.split(columns))
        of_means = self.reduce(Drawn(self.world.split(columns), none))
        flat = tuple(np.zeros((len(m), 1)) for m in self.world.split(columns))
        inner = tuple(s[..., None] for s in self.world.expected_scatter())
        of_people = self.reduce(Drawn(flat, inner))
        scatter = tuple(
            a.sum(axis=-1, keepdims=True) + b
            for a, b in zip(of_means.scatter, of_people.scatter, strict=True)
        )
        study = Statistics(self.strata, scatter, of_people.mean)
        found = fit_batch(study, self.weights)
        linear, reported = self._estimates(of_means.mean, found)
        covariance = linear @ linear.T
        return Expected(
            found.se[0], found.df[0], np.sqrt(np.diag(covariance)), covariance, reported
        )

    def _estimates(self, means: Array, found: BatchFit) -> tuple[Array, Array]:
        """Estimates (c, k) of the targets from k mean vectors, and their reported covariance."""
        people = found.people[0]
        below = people[np.tril_indices(len(people))]
        phi = np.append(below, [found.item_variance[0], found.residual_variance[0]])
        covariance = np.einsum("j,jab->ab", phi, self.strata.mean_kernels)
        solved = np.linalg.solve(covariance, np.column_stack([self.strata.mean_design, means]))
        p = self.strata.mean_design.shape[1]
        inner = self.strata.mean_design.T @ solved
        linear = self.weights @ np.linalg.solve(inner[:, :p], inner[:, p:])
        reported = self.weights @ np.linalg.inv(inner[:, :p]) @ self.weights.T
        return np.asarray(linear), np.asarray(reported)


def crossed(world: World, model: PlannedModel, targets: Targets) -> Crossed:
    """Set the planned model up on a design.

    Raises
    ------
    NotBalancedError
        If the design has no small set of strata, or the model more than the balanced engine fits.
    """
    fixed, names = fixed_rows(model, world.lists)
    if names[0] != "Intercept":
        raise NotBalancedError(f"The model {model.formula!r} has no intercept.")
    _check_size(world)
    condition = condition_of_rows(world)
    person, item, row = _rows(world)
    design = CrossedDesign(
        person, item, fixed[condition[row], 1:], names[1:], _slopes(model, names)
    )
    found = strata(design)
    starts = np.concatenate([[0], np.cumsum([len(world.lists.rows[g]) for g in world.used])])
    order = []
    for shown in found.cells.lists:
        rows = row[shown.rows[0]]
        number = int(np.searchsorted(starts, rows[0], side="right") - 1)
        order.append((number, rows - starts[number]))
    if len({number for number, _ in order}) != len(world.used):
        raise NotBalancedError("Two presentation lists of the protocol are one list for the model.")
    return Crossed(world, found, targets.weights @ fixed, tuple(order), model.formula)


def _rows(world: World) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
    """Participant, item and list row of each answer."""
    number = {stimulus: j for j, stimulus in enumerate(world.lists.stimuli)}
    persons, items, rows = [], [], []
    people = at = 0
    for g in world.used:
        shown = [number[stimulus] for stimulus, _ in world.lists.rows[g]]
        n, m = world.people[g], len(shown)
        persons.append(np.repeat(np.arange(people, people + n), m))
        items.append(np.tile(shown, n))
        rows.append(np.tile(np.arange(at, at + m), n))
        people, at = people + n, at + m
    return tuple(np.concatenate(part).astype(np.intp) for part in (persons, items, rows))  # type: ignore[return-value]


def _check_size(world: World) -> None:
    cells = sum(len(world.lists.rows[g]) for g in world.used)
    if cells > 40 * MOST_CELLS:
        raise NotBalancedError(
            f"The design has {len(world.used)} presentation lists with {cells} rows, too many to be"
            " fitted at once."
        )


def _slopes(model: PlannedModel, names: tuple[str, ...]) -> tuple[str, ...]:
    terms: dict[str, RandomTerm] = {term.group: term for term in parsed(model).random}
    if terms["stimulus"].slopes != "1":
        raise NotBalancedError(
            f"The model lets stimuli differ in their effect ({terms['stimulus'].slopes} | stimulus)."
        )
    slopes = terms["participant"].slopes
    if slopes == "1":
        return ()
    wanted = slopes.removeprefix("1 +").strip()
    chosen = tuple(name for name in names[1:] if name == wanted or name.startswith(f"{wanted}["))
    plain = wanted.removeprefix("C(").removesuffix(")")
    chosen = chosen or tuple(name for name in names[1:] if name.startswith(f"{plain}["))
    if not chosen:
        raise NotBalancedError(f"The slopes ({slopes} | participant) are no column of the model.")
    return chosen
