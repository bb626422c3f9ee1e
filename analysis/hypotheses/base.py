"""What a predicted curve is: parameters with sources, an equation, and its linear skeleton.

A hypothesis states the mean response as a function of the design. Its parameters are of two
kinds. *Linear* ones (a level, a top, a floor, a difference) enter the mean as weights; *shape*
ones (a rate, an exponent, a peak) bend it. Given the shape, every curve is a set of columns of a
linear predictor, so that it can be fitted inside any regression with participants and stimuli as
random effects:

    mean = intercept + basis(design, shape) @ coefficients

``predict`` and ``basis`` are written separately in each file, the first to read like the
published equation; the tests hold them to one another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from analysis.errors import AnalysisError
from analysis.hypotheses.design import Array, Design, read_column, words_of

Params = Mapping[str, float]

TAGS = {
    "V": "read in the source",
    "V2": "read in a secondary source",
    "M+": "recalled with confidence, source not in hand",
    "M": "recalled, to be checked against the paper",
    "C": "computed here",
    "convention": "our convention, not a published value",
    "essay": "read off the essay's text or figure, not data",
}

TITLES = {
    "inverted_u": "inverted U",
    "essay_floor_10": "the essay's figure, floor .10",
    "essay_floor_48": "the essay's dollars, floor .48",
    "essay_one_over_n": "the essay's sentence, 1/N",
    "in_group_fade": "in-group fade",
    "q_exponential_discounting": "q-exponential discounting",
}
"""Names in words where the underscores of ``name`` do not say them."""


@dataclass(frozen=True)
class Parameter:
    """One number of a hypothesis, with its range and where it comes from.

    The range of a shape parameter is what a fit searches. The range of a linear parameter is on
    the normalised scale (response between 0 and 1, or SD units where the unit says so) and serves
    simulation and drawing; a fit does not apply it, since ratings may run from 0 to 100.
    """

    name: str
    default: float
    lower: float
    upper: float
    unit: str
    source: str
    tag: str
    search: Literal["linear", "log", "levels"] = "linear"
    """How a shape parameter is searched: evenly, evenly in its logarithm, or (for a step, whose
    likelihood only changes at the observed levels) at the levels of the design."""
    needs: str = ""
    """A column without which the parameter has no role."""

    def __post_init__(self) -> None:
        if self.tag not in TAGS:
            raise AnalysisError(
                f"Parameter {self.name!r} has the evidence tag {self.tag!r}.",
                f"Use one of {', '.join(TAGS)}; a number that cannot be tagged is not shown.",
            )
        if not self.lower <= self.default <= self.upper:
            raise AnalysisError(
                f"Parameter {self.name!r} has the default {self.default:g} outside its range "
                f"{self.lower:g} to {self.upper:g}."
            )

    @property
    def fixed(self) -> bool:
        """Whether the range is one point: the parameter is then given, not estimated."""
        return self.lower == self.upper

    @property
    def caption(self) -> str:
        """The value with its source, as it may be shown to a reader."""
        unit = f" {self.unit}" if self.unit else ""
        return f"{self.name} = {self.default:g}{unit}: {self.source} [{self.tag}: {TAGS[self.tag]}]"


@dataclass(frozen=True)
class Hypothesis:
    """One predicted curve.

    Call :meth:`predict` for the mean response and :meth:`basis` for the design columns.
    """

    id: str
    """Short name of the fact sheet, e.g. ``M5``."""
    name: str
    """Name in words, e.g. ``exponential_to_floor``."""
    topic: str
    """Which question it answers; curves are compared within a topic."""
    family: str
    """Curves of one family are not told apart in practice and share one prior."""
    claim: str
    equation: str
    citation: str
    evidence: str
    """One sentence on what is known, with its tag."""
    grade: Literal["supported", "mixed", "untested", "contradicted"]
    """The evidence in one word, our reading of the sources named in ``evidence``: supported (a
    meta-analysis or large study shows it), mixed (studies on both sides), untested (no study of
    this curve), contradicted (the studies that tested it found otherwise)."""
    role: Literal["essay", "rival", "null"]
    requires: tuple[str, ...]
    """Columns of the design without which the curve is not defined."""
    shape: tuple[Parameter, ...]
    linear: tuple[Parameter, ...]
    mean: Callable[[Design, Params], Array]
    """The equation, on a checked design and a complete set of parameters."""
    columns: Callable[[Design, Params], Array]
    """The linear skeleton, shape (n, k), without the intercept."""
    example: Design
    """A design to draw and to test the curve on; where a column holds words, it names all levels."""
    intercept: bool = True
    """Whether the mean has a free constant (a curve that runs to zero has none)."""
    signs: tuple[int, ...] = ()
    """Sign that the claim demands of each basis coefficient (+1, -1; 0: either)."""
    optional: tuple[str, ...] = ()
    """Columns that are used where the design has them."""
    along: str = ""
    """The column on the horizontal axis of the drawing; empty: the first required one."""

    @property
    def title(self) -> str:
        """The name as a reader sees it."""
        return TITLES.get(self.name, self.name.replace("_", " "))

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """All parameters, shape ones first."""
        return self.shape + self.linear

    @property
    def defaults(self) -> dict[str, float]:
        """The default of each parameter."""
        return {p.name: p.default for p in self.parameters}

    @property
    def free_shape(self) -> tuple[Parameter, ...]:
        """The shape parameters that are to be estimated."""
        return tuple(p for p in self.shape if not p.fixed)

    @property
    def axis(self) -> str:
        """The column that the curve is drawn along."""
        return self.along or self.requires[0]

    def predict(self, design: Design, params: Params | None = None) -> Array:
        """Mean response of each row of the design.

        Parameters
        ----------
        design : mapping of column name to 1-D array, or DataFrame
            Must hold the columns of ``requires``.
        params : mapping, optional
            Values that replace the defaults.

        Returns
        -------
        ndarray, shape (n,)

        Raises
        ------
        AnalysisError
            A column is missing or holds impossible values; a parameter is unknown or outside
            its range.
        """
        return self.mean(self._checked(design), self._complete(params or {}, self.parameters))

    def basis(self, design: Design, shape: Params | None = None) -> Array:
        """Design columns of the curve for a given shape, without the intercept.

        Returns
        -------
        ndarray, shape (n, k)

        Raises
        ------
        AnalysisError
            As :meth:`predict`.
        """
        return self.columns(self._checked(design), self._complete(shape or {}, self.shape))

    def linear_from(
        self, design: Design, shape: Params, intercept: float, coefficients: Array
    ) -> dict[str, float]:
        """Translate a fitted intercept and basis coefficients into the equation's own parameters.

        ``predict`` is linear in the linear parameters, so the translation solves a small linear
        system on the design. A parameter that the design leaves open comes back as nan.
        """
        fitted = intercept + self.basis(design, shape) @ coefficients
        zero = {p.name: 0.0 for p in self.linear} | dict(shape)
        checked = self._checked(design)
        matrix = np.column_stack([self.mean(checked, zero | {p.name: 1.0}) for p in self.linear])
        scale = np.abs(matrix).max(axis=0)
        used = np.flatnonzero(scale > 0)
        values = np.full(len(self.linear), np.nan)
        solution, _, rank, _ = np.linalg.lstsq(matrix[:, used] / scale[used], fitted, rcond=1e-10)
        if rank == len(used):
            values[used] = solution / scale[used]
        return {p.name: float(v) for p, v in zip(self.linear, values, strict=True)}

    def on(self, columns: Iterable[str]) -> Hypothesis:
        """The same curve for data with these columns: parameters without a role are given."""
        present = set(columns)
        idle = {p.name: p.default for p in self.shape if p.needs and p.needs not in present}
        return self.at(**idle) if idle else self

    def at(self, **values: float) -> Hypothesis:
        """The same curve with some shape parameters given instead of estimated."""
        known = {p.name for p in self.shape}
        for name in values:
            if name not in known:
                raise AnalysisError(
                    f"{self.id} {self.name} has no shape parameter {name!r}.",
                    f"It has: {', '.join(sorted(known)) or 'none'}.",
                )
        shape = tuple(
            replace(p, default=values[p.name], lower=values[p.name], upper=values[p.name])
            if p.name in values
            else p
            for p in self.shape
        )
        return replace(self, shape=shape)

    def applies_to(self, columns: Iterable[str]) -> bool:
        """Whether a table with these columns can show the curve."""
        return set(self.requires) <= set(columns)

    def words(self, column: str) -> tuple[str, ...]:
        """Levels that a column of words may hold; none for a column of numbers."""
        return words_of(column, self.example)

    def _checked(self, design: Design) -> dict[str, NDArray[Any]]:
        return {
            name: read_column(design, name, f"{self.id} {self.name}", self.words(name))
            for name in (*self.requires, *(c for c in self.optional if c in design))
        }

    def _complete(self, given: Params, known: tuple[Parameter, ...]) -> dict[str, float]:
        values = {p.name: p.default for p in known}
        for name, value in given.items():
            if name not in values:
                raise AnalysisError(
                    f"{self.id} {self.name} has no parameter {name!r}.",
                    f"It has: {', '.join(values) or 'none'}.",
                )
            if not np.isfinite(value):
                raise AnalysisError(f"Parameter {name!r} of {self.id} is {value}, not a number.")
            values[name] = float(value)
        return values


def no_columns(design: Design, shape: Params) -> Array:
    """The basis of a curve that is only an intercept: shape (n, 0)."""
    del shape
    return np.empty((len(np.atleast_1d(np.asarray(next(iter(design.values()))))), 0))
