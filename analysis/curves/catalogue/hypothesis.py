"""What a predicted curve is: one function of the design, written as the published equation.

Its parameters are of two kinds. *Linear* ones (:class:`Level`, :class:`Slope`) enter the mean as
weights; *shape* ones (:class:`Shape`) bend it. Given the shape, every curve is a set of columns of a
linear predictor, so that it can be fitted inside any regression with participants and stimuli as
random effects:

    mean = intercept + basis(design, shape) @ coefficients

The columns are not written: each is the equation with one slope at 1 and all other weights at 0.
"""

from __future__ import annotations

import keyword
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from analysis.curves.catalogue.design import COLUMNS, Array, Column, Design, read_column
from analysis.curves.catalogue.parameter import Level, Parameter, Shape, Slope
from analysis.errors import AnalysisError

Params = Mapping[str, float]
Role = Literal["essay", "rival", "null"]
Grade = Literal["supported", "mixed", "untested", "contradicted"]


@dataclass(frozen=True)
class Hypothesis:
    """One predicted curve, as the decorator ``curve`` makes it.

    Call :meth:`predict` for the mean response and :meth:`basis` for the design columns.
    """

    id: str
    """Short name of the fact sheet, e.g. ``M5``."""
    name: str
    """Name of the function, e.g. ``exponential_to_floor``."""
    title: str
    """The name as a reader sees it."""
    topic: str
    """Which question it answers; curves are compared within a topic."""
    family: str
    """Curves of one family cannot be distinguished in practice and share one prior."""
    role: Role
    """``null``: the curve predicts no difference, which a study has to show by equivalence."""
    grade: Grade
    """The evidence in one word, our reading of the sources named in ``evidence``: supported (a
    meta-analysis or large study shows it), mixed (studies on both sides), untested (no study of
    this curve), contradicted (the studies that tested it found otherwise)."""
    claim: str
    equation: str
    citation: str
    evidence: str
    """One sentence on what is known, with its tag."""
    mean: Callable[..., Any] = field(repr=False)
    """The equation: columns by position or name, parameters by name."""
    requires: tuple[str, ...]
    """Columns of the design without which the curve is not defined."""
    optional: tuple[str, ...]
    """Columns that are used where the design has them."""
    shape: tuple[Shape, ...]
    linear: tuple[Parameter, ...]
    example: Design = field(repr=False)
    """A design to draw and to test the curve on; where a column holds words, it names all levels."""
    along: str = ""
    """The column on the horizontal axis of the drawing; empty: the first required one."""
    columns: Mapping[str, Column] = field(default_factory=dict, repr=False)
    """What is known of columns that ``design.COLUMNS`` does not have."""

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """All parameters, shape ones first."""
        return self.shape + self.linear

    @property
    def defaults(self) -> dict[str, float]:
        """The default of each parameter."""
        return {p.name: p.default for p in self.parameters}

    @property
    def free_shape(self) -> tuple[Shape, ...]:
        """The shape parameters that are to be estimated."""
        return tuple(p for p in self.shape if not p.fixed)

    @property
    def intercept(self) -> bool:
        """Whether the mean has a free constant (a curve that runs to zero has none)."""
        return any(isinstance(p, Level) for p in self.linear)

    @property
    def slopes(self) -> tuple[Slope, ...]:
        """The parameters that have a basis column, in its order."""
        return tuple(p for p in self.linear if isinstance(p, Slope))

    @property
    def signs(self) -> tuple[int, ...]:
        """Sign that the claim demands of each basis coefficient (+1, -1; 0: either)."""
        return tuple(p.sign for p in self.slopes)

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
            A column is missing or holds impossible values; a parameter is unknown or not a number.
        """
        checked = self._checked(design)
        means = np.empty(len(checked[self.requires[0]]))
        means[:] = self._mean(checked, self._complete(params or {}, self.parameters))
        return means

    def basis(self, design: Design, shape: Params | None = None) -> Array:
        """Design columns of the curve for a given shape, without the intercept.

        Returns
        -------
        ndarray, shape (n, k)
            One column for each slope, but for those that need a column the design lacks.

        Raises
        ------
        AnalysisError
            As :meth:`predict`.
        """
        checked = self._checked(design)
        used = [p for p in self.slopes if not p.needs or p.needs in checked]
        return self._units(checked, self._complete(shape or {}, self.shape), used)

    def linear_from(
        self, design: Design, shape: Params, intercept: float, coefficients: Array
    ) -> dict[str, float]:
        """Translate a fitted intercept and basis coefficients into the equation's own parameters.

        ``predict`` is linear in the linear parameters, so the translation solves a small linear
        system on the design. A parameter that the design leaves open comes back as nan.
        """
        fitted = intercept + self.basis(design, shape) @ coefficients
        matrix = self._units(self._checked(design), shape, self.linear)
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
        """The same curve with these parameters given: shape ones are then no longer estimated."""
        self._complete(values, self.parameters)

        def given(p: Any) -> Any:
            if p.name not in values:
                return p
            value = values[p.name]
            if isinstance(p, Shape):
                return replace(p, default=value, lower=value, upper=value)
            return replace(p, default=value)

        return replace(
            self, shape=tuple(map(given, self.shape)), linear=tuple(map(given, self.linear))
        )

    def column(self, name: str) -> Column:
        """What is known of a column."""
        return self.columns.get(name) or COLUMNS.get(name) or Column()

    def words(self, column: str) -> tuple[str, ...]:
        """Levels that a column of words may hold; none for a column of numbers."""
        levels = self.column(column).levels
        held = np.asarray(() if levels else self.example.get(column, ()))
        return levels or (tuple(dict.fromkeys(held.tolist())) if held.dtype.kind == "U" else ())

    def _mean(self, checked: Design, values: Params) -> Any:
        """What the equation gives: an array of shape (n,), or a number where it is a constant."""
        named = {f"{n}_" if keyword.iskeyword(n) else n: v for n, v in values.items()}
        return self.mean(**checked, **named)

    def _units(self, checked: Design, shape: Params, which: Sequence[Parameter]) -> Array:
        """The mean with one weight at 1 and the others at 0, for each of ``which``: (n, k)."""
        zero = dict(shape) | {p.name: 0.0 for p in self.linear}
        units = np.empty((len(checked[self.requires[0]]), len(which)))
        for column, p in zip(units.T, which, strict=True):
            column[:] = self._mean(checked, zero | {p.name: 1.0})
        return units

    def _checked(self, design: Design) -> dict[str, NDArray[Any]]:
        who = f"{self.id} {self.name}"
        return {
            name: read_column(design, name, who, self.words(name), self.column(name).least)
            for name in (*self.requires, *(c for c in self.optional if c in design))
        }

    def _complete(self, given: Params, known: Sequence[Parameter]) -> dict[str, float]:
        """All ``known`` parameters: their defaults, and what is given instead."""
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
