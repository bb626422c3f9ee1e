"""From a crossed design to the independent strata that carry its likelihood.

See the package docstring for the derivation. `strata` is exact: the degrees of freedom of all
strata add up to the number of rows, and nothing of the responses that the likelihood sees is lost.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from analysis.balanced.design import CrossedDesign
from analysis.balanced.invariant import Subspace, invariant_subspaces
from analysis.balanced.lists import Cells, NotBalancedError, cells_of

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Stratum:
    """`df` independent vectors of r numbers with mean zero and covariance sum_j phi_j K_j."""

    name: str
    df: int
    kernels: Array
    """(J, r, r) K_j, one for each covariance parameter."""


@dataclass(frozen=True)
class Strata:
    """All that the likelihood of a balanced design sees."""

    design: CrossedDesign
    cells: Cells
    free: tuple[Stratum, ...]
    """Strata whose mean is zero; the residual is the first, the items the second."""
    mean_kernels: Array
    """(J, r, r) kernels of the one vector that holds the fixed effects."""
    mean_design: Array
    """(r, p) its fixed-effects matrix."""
    people: tuple[int, ...]
    """Number in `free` of each list's participant stratum."""
    whitening: tuple[Array, ...]
    """(m, q) orthonormal basis of each list's random-effects columns."""
    back: tuple[Array, ...]
    """(q, q) from the coordinates of that basis to coefficients, for each list."""
    item_strata: tuple[int, ...]
    """Number in `free` of each block's item stratum."""
    table: tuple[tuple[int, Array], ...]
    """(number in `free`, (copies, C, r) basis) of each part of the table of cell means."""
    mean_basis: Array
    """(C, r) basis of the part of the table that holds the fixed effects."""

    @property
    def observations(self) -> int:
        """Number of rows, N."""
        return len(self.design.participant)

    @property
    def parameters(self) -> int:
        """Number J of covariance parameters: lower triangle of people, item, residual."""
        return len(self.mean_kernels)


def strata(design: CrossedDesign) -> Strata:
    """Derive the strata of a balanced design.

    Parameters
    ----------
    design
        Any crossed design: a Latin square over lists, a condition between people, both together,
        lists of unequal size, lists that see other items, items shown at several levels.

    Raises
    ------
    NotBalancedError
        If participants and items don't fall into few lists and blocks, or if the strata leave
        a variance without degrees of freedom; `fit_each` fits such designs.
    """
    cells = cells_of(design)
    pool = _Pool(design.random.shape[1])
    pool.add("residual", _left_over(cells), pool.residual_kernel())
    item_strata = _add_items(cells, pool)
    people, whitening = _add_people(cells, pool)
    table, mean_basis = _add_table(cells, pool)
    _require_degrees_of_freedom(pool, people)
    kernels = _table_family(cells, pool)
    return Strata(
        design=design,
        cells=cells,
        free=tuple(Stratum(*entry) for entry in pool.entries),
        mean_kernels=mean_basis.T @ kernels @ mean_basis,
        mean_design=mean_basis.T @ _table_design(cells),
        people=people,
        whitening=whitening,
        back=tuple(
            np.asarray(np.linalg.inv(basis.T @ cells.random[shown.cell]), dtype=float)
            for shown, basis in zip(cells.lists, whitening, strict=True)
        ),
        item_strata=item_strata,
        table=table,
        mean_basis=mean_basis,
    )


class _Pool:
    """Collects strata and merges those with the same kernels."""

    def __init__(self, q: int) -> None:
        self.q = q
        self.pairs = [(a, b) for a in range(q) for b in range(a + 1)]
        self.entries: list[tuple[str, int, Array]] = []

    def kernels(self, root: Array, item: Array, noise: Array) -> Array:
        """K_j = root E_j root' for the participants' covariances, then items, then residual."""
        members = []
        for a, b in self.pairs:
            outer = np.einsum("xl,yl->xy", root[:, :, a], root[:, :, b])
            members.append(outer if a == b else outer + outer.T)
        return np.array([*members, item, noise])

    def residual_kernel(self) -> Array:
        return self.kernels(np.zeros((1, 1, self.q)), np.zeros((1, 1)), np.ones((1, 1)))

    def add(self, name: str, df: int, kernels: Array) -> int:
        """Number of the stratum, old or new, that has these kernels."""
        for k, (known, old, others) in enumerate(self.entries):
            if kernels.shape == others.shape and np.allclose(kernels, others, rtol=1e-10):
                self.entries[k] = (known, old + df, others)
                return k
        self.entries.append((name, df, kernels))
        return len(self.entries) - 1


def _left_over(cells: Cells) -> int:
    """Degrees of freedom of the residual: all rows less those of the other strata."""
    q = cells.random.shape[1]
    rows = sum(shown.rows.size for shown in cells.lists)
    people = sum(len(shown.rows) - 1 for shown in cells.lists) * q
    blocks = np.unique(cells.block_of, return_index=True)[1]
    return int(rows - people - (cells.items[blocks] - 1).sum() - len(cells.people))


def _add_items(cells: Cells, pool: _Pool) -> tuple[int, ...]:
    numbers = []
    for h in range(cells.block_of.max() + 1):
        here = cells.block_of == h
        seen_by = np.full((1, 1), float(cells.people[here].sum()))
        kernels = pool.kernels(np.zeros((1, 1, pool.q)), seen_by, np.ones((1, 1)))
        numbers.append(pool.add("items", int(cells.items[here][0]) - 1, kernels))
    return tuple(numbers)


def _add_people(cells: Cells, pool: _Pool) -> tuple[tuple[int, ...], tuple[Array, ...]]:
    numbers, bases = [], []
    zero, one = np.zeros((pool.q, pool.q)), np.eye(pool.q)
    for shown in cells.lists:
        random = cells.random[shown.cell]
        if np.linalg.matrix_rank(random) < pool.q:
            raise NotBalancedError(
                "Some participants see a random-slope column at one value only, so their slope "
                "can't be told from their intercept; leave the slope out."
            )
        root = np.linalg.cholesky(random.T @ random).T.astype(np.float64)
        numbers.append(
            pool.add("participants", len(shown.rows) - 1, pool.kernels(root[:, None], zero, one))
        )
        bases.append(np.linalg.solve(root.T, random.T).T.astype(np.float64))
    return tuple(numbers), tuple(bases)


def _table_family(cells: Cells, pool: _Pool) -> Array:
    """(J, C, C) kernels of the cell means times the root of the cells' numbers of rows."""
    lists, blocks = len(cells.lists), cells.block_of.max() + 1
    root = np.zeros((len(cells.people), lists, pool.q))
    rows = np.arange(len(cells.people))
    root[rows, cells.list_of] = np.sqrt(cells.items)[:, None] * cells.random
    item = np.zeros((len(rows), blocks))
    item[rows, cells.block_of] = np.sqrt(cells.people)
    return pool.kernels(root, item @ item.T, np.eye(len(rows)))


def _table_design(cells: Cells) -> Array:
    design: Array = np.sqrt(cells.people * cells.items)[:, None] * cells.fixed
    return design


def _add_table(cells: Cells, pool: _Pool) -> tuple[tuple[tuple[int, Array], ...], Array]:
    """Parts of the table: those with mean zero go to the pool, the rest is returned."""
    design = _table_design(cells)
    if np.linalg.matrix_rank(design) < design.shape[1]:
        raise NotBalancedError(
            "The fixed-effects columns are linearly dependent in this design; drop one of them."
        )
    orthonormal = np.linalg.qr(design)[0]
    family = np.concatenate([_table_family(cells, pool), (orthonormal @ orthonormal.T)[None]])
    table, mean = [], []
    for space in invariant_subspaces(family):
        if _holds_fixed_effects(space):
            mean.append(space.basis.transpose(1, 0, 2).reshape(len(design), -1))
        else:
            df = len(space.basis)
            table.append((pool.add("lists and blocks", df, space.kernels[:-1]), space.basis))
    return tuple(table), np.concatenate(mean, axis=1)


def _holds_fixed_effects(space: Subspace) -> bool:
    return bool(np.abs(space.kernels[-1]).max() > 1e-9)


def _require_degrees_of_freedom(pool: _Pool, people: tuple[int, ...]) -> None:
    of_people = reduce(lambda total, k: total + pool.entries[k][1], set(people), 0)
    shortage = {
        "residual": pool.entries[0][1] < 1,
        "items within blocks": sum(df for name, df, _ in pool.entries if name == "items") < 1,
        "participants within lists": of_people < pool.q + 1,
    }
    short = [name for name, bad in shortage.items() if bad]
    if short:
        raise NotBalancedError(
            f"No degrees of freedom are left for: {', '.join(short)}. The design needs more "
            "people or stimuli per presentation list."
        )
