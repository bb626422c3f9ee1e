"""Predicted curves: functions of the design, written as the published equation.

Parameters are of two kinds. The mean is linear in :class:`Level` and :class:`Slope` parameters, and nonlinear
in :class:`Shape` parameters. For given shape parameters, every curve is a set of columns of a linear predictor,
so that it can be fitted in any regression with random effects of participants and stimuli:

    mean = intercept + basis(design, shape) @ coefficients

The columns are derived: each is the equation with one slope at 1 and all other weights at 0.
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
    """A predicted curve, as created by the decorator ``curve``.

    Call :meth:`predict` for the mean response and :meth:`basis` for the design columns.
    """

    id: str
    """Short name, e.g. ``M5``."""
    name: str
    """Name of the function, e.g. ``exponential_to_floor``."""
    title: str
    """The name in tables and figures."""
    topic: str
    """The research question; curves are compared within a topic."""
    family: str
    """Curves of a family cannot be distinguished in practice and share one prior weight."""
    role: Role
    """``null``: the curve predicts no difference, which has to be shown by equivalence tests."""
    grade: Grade
    """Grade of the evidence, our reading of the sources named in ``evidence``: supported (a
    meta-analysis or large study shows it), mixed (studies on both sides), untested (no study of
    this curve), contradicted (the studies that tested it did not find it)."""
    claim: str
    equation: str
    citation: str
    evidence: str
    """One sentence on the evidence, with its tag."""
    mean: Callable[..., Any] = field(repr=False)
    """The equation: columns by position or keyword, parameters by keyword."""
    requires: tuple[str, ...]
    """Columns of the design that the curve requires."""
    optional: tuple[str, ...]
    """Columns that are used if the design has them."""
    shape: tuple[Shape, ...]
    linear: tuple[Parameter, ...]
    example: Design = field(repr=False)
    """A design for drawing and testing the curve; it contains all levels of categorical columns."""
    along: str = ""
    """The column on the horizontal axis of the figure; empty: the first required one."""
    columns: Mapping[str, Column] = field(default_factory=dict, repr=False)
    """Descriptions of columns that are not in ``design.COLUMNS``."""

    @property
    def reads(self) -> tuple[str, ...]:
        """All columns that the curve can read, required ones first."""
        return self.requires + self.optional

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
        """The shape parameters that are estimated."""
        return tuple(p for p in self.shape if not p.fixed)

    @property
    def intercept(self) -> bool:
        """Whether the mean has a free constant (a curve that falls to zero has none)."""
        return any(isinstance(p, Level) for p in self.linear)

    @property
    def slopes(self) -> tuple[Slope, ...]:
        """The parameters that have a basis column, in the order of the columns."""
        return tuple(p for p in self.linear if isinstance(p, Slope))

    @property
    def signs(self) -> tuple[int, ...]:
        """Sign that the claim predicts for each basis coefficient (+1, -1; 0: either)."""
        return tuple(p.sign for p in self.slopes)

    @property
    def axis(self) -> str:
        """The column on the horizontal axis of the figure."""
        return self.along or self.requires[0]

    def predict(self, design: Design, params: Params | None = None) -> Array:
        """Return the predicted mean response of each row of the design.

        Parameters
        ----------
        design : mapping of column name to 1-D array, or DataFrame
            Must contain the columns of ``requires``.
        params : mapping, optional
            Values that replace the defaults.

        Returns
        -------
        ndarray, shape (n,)

        Raises
        ------
        AnalysisError
            If a column is missing or has impossible values, or a parameter is unknown or not a number.
        """
        checked = self._checked(design)
        means = np.empty(len(checked[self.requires[0]]))
        means[:] = self._mean(checked, self._complete(params or {}, self.parameters))
        return means

    def basis(self, design: Design, shape: Params | None = None) -> Array:
        """Return the design columns of the curve for given shape parameters, without the intercept.

        Returns
        -------
        ndarray, shape (n, k)
            One column for each slope, except those that need a column that the design lacks.

        Raises
        ------
        AnalysisError
            See :meth:`predict`.
        """
        checked = self._checked(design)
        used = [p for p in self.slopes if not p.needs or p.needs in checked]
        return self._units(checked, self._complete(shape or {}, self.shape), used)

    def linear_from(
        self, design: Design, shape: Params, intercept: float, coefficients: Array
    ) -> dict[str, float]:
        """Translate a fitted intercept and basis coefficients into the equation's own parameters.

        ``predict`` is linear in the linear parameters, so the translation solves a small linear
        system on the design. A parameter that the design does not identify is nan.
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
        """Return the curve for data with these columns: shape parameters that play no role in them are fixed."""
        present = set(columns)
        idle = {p.name: p.default for p in self.shape if p.needs and p.needs not in present}
        return self.at(**idle) if idle else self

    def at(self, **values: float) -> Hypothesis:
        """Return the curve with these parameters fixed: fixed shape parameters are not estimated."""
        self._complete(values, self.parameters)

        def fixed(p: Any) -> Any:
            if p.name not in values:
                return p
            value = values[p.name]
            if isinstance(p, Shape):
                return replace(p, default=value, lower=value, upper=value)
            return replace(p, default=value)

        return replace(
            self, shape=tuple(map(fixed, self.shape)), linear=tuple(map(fixed, self.linear))
        )

    def column(self, name: str) -> Column:
        """Return the description of a column."""
        return self.columns.get(name) or COLUMNS.get(name) or Column()

    def levels(self, column: str) -> tuple[str, ...]:
        """Return the levels that a categorical column may have; none for a numeric one."""
        levels = self.column(column).levels
        values = np.asarray(() if levels else self.example.get(column, ()))
        return levels or (tuple(dict.fromkeys(values.tolist())) if values.dtype.kind == "U" else ())

    def _mean(self, checked: Design, values: Params) -> Any:
        """Evaluate the equation: an array of shape (n,), or a number where it is a constant."""
        named = {f"{n}_" if keyword.iskeyword(n) else n: v for n, v in values.items()}
        return self.mean(**checked, **named)

    def _units(self, checked: Design, shape: Params, which: Sequence[Parameter]) -> Array:
        """Return the mean with one weight at 1 and the others at 0, for each of ``which``: (n, k)."""
        zero = dict(shape) | {p.name: 0.0 for p in self.linear}
        units = np.empty((len(checked[self.requires[0]]), len(which)))
        for column, p in zip(units.T, which, strict=True):
            column[:] = self._mean(checked, zero | {p.name: 1.0})
        return units

    def _checked(self, design: Design) -> dict[str, NDArray[Any]]:
        curve_name = f"{self.id} {self.name}"
        return {
            name: read_column(design, name, curve_name, self.levels(name), self.column(name).least)
            for name in (*self.requires, *(c for c in self.optional if c in design))
        }

    def _complete(self, values: Params, parameters: Sequence[Parameter]) -> dict[str, float]:
        """Return the values of ``parameters``: those given, and the defaults of the others."""
        complete = {p.name: p.default for p in parameters}
        for name, value in values.items():
            if name not in complete:
                raise AnalysisError(
                    f"{self.id} {self.name} has no parameter {name!r}.",
                    f"Its parameters: {', '.join(complete) or 'none'}.",
                )
            if not np.isfinite(value):
                raise AnalysisError(f"Parameter {name!r} of {self.id} is {value}, not a number.")
            complete[name] = float(value)
        return complete
