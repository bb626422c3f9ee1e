"""Model recovery: which family would win, if a given curve were true, in a study of the planned size?

The means of the conditions are drawn around a true curve with the covariance that the design gives them
(new people and new stimuli in every study); the contest's own rule then names a family or none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from scipy.stats import chi2

from analysis.compare import UNDETERMINED, recover
from analysis.curves.means import misfits
from analysis.curves.shapes import to_unit
from analysis.hypotheses import Hypothesis, Parameter, get
from analysis.power.keys import generator, key_of
from analysis.power.tasks import STUDIES

Level = str | int
Given = tuple[str, tuple[tuple[str, float], ...]]
"""A hypothesis and its parameters, as plain data."""
BINS = 200
"""Parts of a parameter's range in which estimates are counted."""


@dataclass(frozen=True)
class RecoveryTask:
    """Studies of one size in a world that follows one curve."""

    truth: Given
    effect: float | None
    """Distance of the highest from the lowest condition in SD; None: as the hypothesis says."""
    competitors: tuple[Given, ...]
    design: tuple[tuple[str, tuple[Level, ...]], ...]
    """Factor -> its level in each condition."""
    means: tuple[float, ...]
    """True means of the conditions, in SD."""
    spread: tuple[tuple[float, ...], ...]
    """Covariance that their estimates have."""
    reported: tuple[tuple[float, ...], ...]
    """Covariance that the planned model reports."""
    rows: int
    variances: int
    """Variance parameters of the planned model."""
    sesoi: float
    df: float
    alpha: float
    seed: int

    studies = STUDIES

    @cached_property
    def key(self) -> str:
        """The name of this work."""
        told = {name: getattr(self, name) for name in self.__dataclass_fields__ if name != "seed"}
        return key_of({"kind": "recovery", **told})

    @property
    def columns(self) -> dict[str, Any]:
        """The design as columns."""
        return {name: np.asarray(levels) for name, levels in self.design}

    def block(self, number: int) -> dict[str, Any]:
        """Simulate one block of studies; returns counts over them."""
        rng = generator(self.seed, self.key, number)
        root = np.linalg.cholesky(np.array(self.spread) + 1e-12 * np.eye(len(self.means)))
        noise = rng.standard_normal((self.studies, len(self.means))) @ root.T
        means, reported = np.array(self.means) + noise, np.array(self.reported)
        hypotheses = [hypothesis_of(given) for given in self.competitors]
        found = recover(
            self.columns,
            means,
            reported,
            hypotheses,
            n=self.rows,
            k_other=self.variances,
            sesoi=self.sesoi,
            df=self.df,
            alpha=self.alpha,
        )
        names, counts = np.unique(found.verdicts, return_counts=True)
        verdicts = {str(name): int(n) for name, n in zip(names, counts, strict=True)}
        true = next((h for h in hypotheses if h.id == get(self.truth[0]).id), None)
        told = {"studies": self.studies, "verdicts": verdicts}
        if true is None or not _estimable(true):
            return told
        return {**told, **self._shapes(true, found.shapes[true.id], means, reported)}

    def _shapes(self, true: Hypothesis, best: Any, means: Any, reported: Any) -> dict[str, Any]:
        """How the shape parameters of the true curve come back."""
        values = dict(self.truth[1])
        wanted = {p.name: values.get(p.name, p.default) for p in true.free_shape}
        free, _ = misfits(self.columns, means, reported, true)
        held, _ = misfits(self.columns, means, reported, true.at(**wanted))
        covered = held - free <= chi2.ppf(0.95, len(wanted))
        return {
            "covered": int(covered.sum()),
            "parameters": {p.name: _counted(p, best[:, j]) for j, p in enumerate(true.free_shape)},
        }


def hypothesis_of(given: Given) -> Hypothesis:
    """Return a hypothesis with the shape parameters that the protocol fixes."""
    hypothesis, values = get(given[0]), dict(given[1])
    shape = {p.name for p in hypothesis.shape}
    bent = {name: value for name, value in values.items() if name in shape}
    return hypothesis.at(**bent) if bent else hypothesis


def confusion(counts: Mapping[str, int], families: tuple[str, ...]) -> dict[str, float]:
    """Return one row of a confusion matrix: the share of each verdict, adding up to 1."""
    total = sum(counts.values())
    return {name: counts.get(name, 0) / total for name in (*families, UNDETERMINED)}


def quantiles(parameter: Parameter, counts: Mapping[str, int]) -> dict[str, float]:
    """Return the 5 %, 50 % and 95 % quantiles of estimates that were counted by ``_counted``."""
    bins = np.array(sorted(map(int, counts)))
    share = np.cumsum([counts[str(b)] for b in bins]) / sum(counts.values())
    found = {}
    for name, q in (("low", 0.05), ("median", 0.50), ("high", 0.95)):
        unit = (bins[int(np.searchsorted(share, q))] + 0.5) / BINS
        found[name] = _from_unit(parameter, float(unit))
    return found


def _estimable(hypothesis: Hypothesis) -> bool:
    return bool(hypothesis.free_shape) and all(p.search != "levels" for p in hypothesis.free_shape)


def _counted(parameter: Parameter, values: Any) -> dict[str, int]:
    units = np.array([to_unit(parameter, float(v)) for v in values])
    bins = np.clip((units * BINS).astype(int), 0, BINS - 1)
    names, counts = np.unique(bins, return_counts=True)
    return {str(b): int(n) for b, n in zip(names, counts, strict=True)}


def _from_unit(parameter: Parameter, unit: float) -> float:
    low, high = parameter.lower, parameter.upper
    if parameter.search == "log":
        return float(low * (high / low) ** unit)
    return float(low + (high - low) * unit)
