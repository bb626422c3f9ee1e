"""Crossed designs: who sees which stimulus, and in which condition.

Every design here belongs to the model

    y ~ 1 + columns + (1 + slopes | participant) + (1 | item)

whose columns are contrasts of a condition, or the values of a predicted curve at the levels of
one (``ln N`` for the number of victims, for example).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from analysis.errors import AnalysisError


@dataclass(frozen=True)
class CrossedDesign:
    """The rows of a study without its responses."""

    participant: NDArray[np.intp]
    """(N,) participant of each row, 0 ... P - 1."""
    item: NDArray[np.intp]
    """(N,) stimulus of each row, 0 ... I - 1."""
    columns: NDArray[np.float64]
    """(N, k) columns of the fixed effects, without the intercept."""
    names: tuple[str, ...]
    """k names of the columns."""
    slopes: tuple[str, ...]
    """Names of the columns whose effect varies between participants."""

    def __post_init__(self) -> None:
        rows = len(self.participant)
        if rows == 0:
            raise AnalysisError("The design has no rows; give at least two participants and items.")
        if len(self.item) != rows or self.columns.shape != (rows, len(self.names)):
            raise AnalysisError(
                f"The design has {rows} participants' rows, {len(self.item)} items' rows and "
                f"columns of shape {self.columns.shape} for {len(self.names)} names; "
                "all must have one entry per row."
            )
        unknown = [name for name in self.slopes if name not in self.names]
        if unknown:
            raise AnalysisError(f"Random slopes {unknown} are not among the columns {self.names}.")
        if not np.isfinite(self.columns).all():
            raise AnalysisError(
                "The design columns hold missing or infinite values; remove those rows."
            )

    @property
    def fixed(self) -> NDArray[np.float64]:
        """(N, 1 + k) fixed-effects matrix, intercept first."""
        return np.column_stack([np.ones(len(self.participant)), self.columns])

    @property
    def random(self) -> NDArray[np.float64]:
        """(N, q) columns that vary between participants, intercept first."""
        chosen = [self.names.index(name) for name in self.slopes]
        return np.column_stack([np.ones(len(self.participant)), self.columns[:, chosen]])

    @property
    def formula(self) -> str:
        """The model as lme4 and glmm write it."""
        fixed = " + ".join(("1", *self.names))
        varying = " + ".join(("1", *self.slopes))
        return f"y ~ {fixed} + ({varying} | participant) + (1 | item)"


def latin_square(
    participants: int,
    items: int,
    curve: ArrayLike,
    names: Sequence[str] | None = None,
    slopes: Sequence[str] | None = None,
) -> CrossedDesign:
    """Rotate the levels over the items from one presentation list to the next.

    Participant p sees item i at level (p + i) mod L, so that every participant sees all levels
    and every item appears at all levels.

    Parameters
    ----------
    participants, items
        Numbers of people and stimuli.
    curve
        (L,) or (L, k) values of the k columns at the L levels, such as ``[-0.5, 0.5]``.
    names
        Names of the k columns; ``x1 ... xk`` (or ``x``) by default.
    slopes
        Columns with a random slope over participants; all by default, ``()`` for none.

    Examples
    --------
    >>> latin_square(4, 4, [-0.5, 0.5]).columns[:8, 0]
    array([-0.5,  0.5, -0.5,  0.5,  0.5, -0.5,  0.5, -0.5])
    """
    basis, labels = _basis(curve, names)
    person, item = _everyone_sees_everything(participants, items)
    chosen = labels if slopes is None else tuple(slopes)
    return CrossedDesign(person, item, basis[(person + item) % len(basis)], labels, chosen)


def between_people(
    participants: int, items: int, curve: ArrayLike, names: Sequence[str] | None = None
) -> CrossedDesign:
    """Give every participant one level, p mod L, for all items (no random slope can exist).

    Examples
    --------
    >>> between_people(2, 3, [0, 1]).columns[:, 0]
    array([0., 0., 0., 1., 1., 1.])
    """
    basis, labels = _basis(curve, names)
    person, item = _everyone_sees_everything(participants, items)
    return CrossedDesign(person, item, basis[person % len(basis)], labels, ())


def design_of(
    rows: pd.DataFrame,
    columns: Sequence[str],
    slopes: Sequence[str] = (),
    participant: str = "participant",
    item: str = "item",
) -> CrossedDesign:
    """Read the design from a table with one row per response, in any order."""
    missing = [name for name in (participant, item, *columns) if name not in rows.columns]
    if missing:
        raise AnalysisError(f"The table has no column {missing}; it has {list(rows.columns)}.")
    coded = [pd.factorize(rows[name])[0] for name in (participant, item)]
    if any((codes < 0).any() for codes in coded):
        raise AnalysisError(f"Some rows have no {participant} or no {item}; remove or name them.")
    values = rows[list(columns)].to_numpy(dtype=float)
    return CrossedDesign(coded[0], coded[1], values, tuple(columns), tuple(slopes))


def _basis(
    curve: ArrayLike, names: Sequence[str] | None
) -> tuple[NDArray[np.float64], tuple[str, ...]]:
    basis = np.asarray(curve, dtype=float)
    basis = basis[:, None] if basis.ndim == 1 else basis
    if names is not None:
        return basis, tuple(names)
    width = basis.shape[1]
    return basis, ("x",) if width == 1 else tuple(f"x{j + 1}" for j in range(width))


def _everyone_sees_everything(
    participants: int, items: int
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    if participants < 2 or items < 2:
        raise AnalysisError(
            f"{participants} participants and {items} items: both must be at least 2 for their "
            "variances to exist."
        )
    return np.repeat(np.arange(participants), items), np.tile(np.arange(items), participants)
