"""Studies as rows of answers, brought into the form in which the power engine fits them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from analysis.power.designs import Answers, Design, Term
from analysis.power.fitting import MODEL, Fits, fit

Terms = Callable[[pd.DataFrame], tuple[Term, ...]]


def one(rows: pd.DataFrame) -> np.ndarray:
    """The intercept's column."""
    return np.ones((len(rows), 1))


def codes(*columns: pd.Series) -> np.ndarray:
    """Numbers of the combinations of some columns."""
    return pd.factorize(pd.MultiIndex.from_arrays([c.astype(str) for c in columns]))[0]


def reduced(
    rows: pd.DataFrame,
    answers: Sequence[str],
    keys: Sequence[str],
    fixed: Callable[[pd.DataFrame], np.ndarray],
    terms: Terms,
) -> tuple[Design, Answers]:
    """Put people with the same values of ``keys`` into one composition, and reduce their answers."""
    ordered = rows.sort_values(["participant", *keys]).reset_index(drop=True)
    same: dict[tuple, list[np.ndarray]] = {}
    for _, own in ordered.groupby("participant", sort=False):
        same.setdefault(tuple(map(tuple, own[list(keys)].to_numpy())), []).append(
            own.index.to_numpy()
        )
    found = list(same.values())
    shown = ordered.loc[np.concatenate([people[0] for people in found])].reset_index(drop=True)
    composition = np.repeat(np.arange(len(found)), [len(people[0]) for people in found])
    design = Design(
        composition, np.array([len(p) for p in found], dtype=float), fixed(shown), terms(shown)
    )
    values = ordered[list(answers)].to_numpy().T
    parts = [values[:, np.array(people)] for people in found]
    means = [part.mean(axis=1) for part in parts]
    around = [part - part.mean(axis=1, keepdims=True) for part in parts]
    return design, design.answers(means, [np.einsum("npr,nps->nrs", a, a) for a in around])


def fitted(
    design: Design, answers: Answers, contrasts: np.ndarray, variance: float, errors: str = MODEL
) -> Fits:
    """Fit studies from variances that are all alike."""
    start = [
        variance / 3 if a == b else 0.0
        for q in design.sizes
        for a in range(q)
        for b in range(a + 1)
    ]
    return fit(design, answers, np.array(start), design.weights(contrasts), errors)
