"""The columns of a design: possible values, labels, and how a curve is drawn along them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.errors import AnalysisError
from experiments.numbers import scale_value

Array = NDArray[np.float64]
Words = NDArray[np.str_]
Design = Mapping[str, Any]


@dataclass(frozen=True)
class Column:
    """A column of a design: its labels, its possible values, and how a curve is drawn along it."""

    label: str = ""
    """Title of the axis; empty: the name of the column."""
    labels: Mapping[Any, str] = field(default_factory=dict)
    """Label of each level. If the levels are text, no other level is possible."""
    least: float = -np.inf
    unit: str = ""
    """Unit of its numbers, if it is not clear from the name."""
    drawn: Array | None = None
    """Values at which a curve is drawn as a line; None: a point at each level of the example."""
    marked: bool = False
    """Whether the levels of the example are marked on the line."""
    logarithmic: bool = False

    @property
    def levels(self) -> tuple[str, ...]:
        """Levels of a categorical column."""
        return tuple(level for level in self.labels if isinstance(level, str))

    def label_of(self, name: str, level: Any) -> str:
        """Return the label of a level: ``dose`` 7 becomes "hours 7"."""
        if level in self.labels:
            return self.labels[level]
        return level if isinstance(level, str) else f"{self.unit or name} {scale_value(level)}"


UNIT_SCALE, SD_SCALE = np.linspace(0, 1, 300), np.linspace(-2, 2, 200)

COLUMNS: dict[str, Column] = {
    "victims": Column(
        "Number of victims (log-spaced)",
        least=1,
        drawn=np.geomspace(1, 800_000, 400),
        marked=True,
        logarithmic=True,
    ),
    "victim": Column(
        "Letter", {"identified": "one child", "statistical": "statistics", "joint": "both"}
    ),
    "identity": Column("Identification", {"named": "identified", "unnamed": "not identified"}),
    "cost_expected": Column(labels={0.0: "no request expected", 1.0: "request expected"}),
    "regulation": Column(labels={-1.0: "weak regulators", 1.0: "skilled regulators"}),
    "unity": Column(labels={0.0: "unrelated victims", 1.0: "one unit"}),
    "group": Column(
        "Group of the sufferer", {"in": "in-group", "out": "out-group", "none": "unaffiliated"}
    ),
    "drug": Column(labels={0.0: "arm A (placebo)", 1.0: "arm B (drug)"}),
    "dose": Column(
        "Doses of common identity or contact",
        least=0,
        unit="hours",
        drawn=np.linspace(0, 4, 200),
    ),
    "distance": Column(
        "Social distance (rank among the 100 closest people)",
        least=0,
        drawn=np.linspace(0.5, 100, 400),
        marked=True,
    ),
    "crosses": Column(labels={0.0: "inside the group line", 1.0: "beyond it"}),
    "empathy": Column("Shared feeling (0 to 1)", drawn=UNIT_SCALE),
    "boundary": Column(labels={0.0: "no boundary", 1.0: "clear boundary"}),
    "concern": Column("Empathic concern (0 to 1)", drawn=UNIT_SCALE),
    "threat": Column("Threat (0 to 1)", drawn=UNIT_SCALE),
    "arousal": Column(labels={0.2: "low arousal", 0.8: "high arousal"}),
    "exposure": Column("Exposure", least=1, drawn=np.linspace(1, 40, 300)),
    "measure": Column("Measure", {m: m for m in ("compassion", "distress", "threat", "soothing")}),
    "phase": Column(labels={phase: phase for phase in ("before", "after")}),
    "arm": Column(labels={arm: arm for arm in ("compassion", "active", "waitlist")}),
    "pre": Column("Before training (SD)", drawn=np.linspace(-2, 2, 50)),
    "suffering": Column("Suffering shown", {0.0: "neutral", 1.0: "suffering"}),
    "rsa": Column("Resting RSA (SD)", drawn=SD_SCALE),
    "scr": Column("Skin conductance response (SD)", drawn=SD_SCALE),
}


def crossed(**levels: Any) -> dict[str, NDArray[Any]]:
    """Return the full factorial design of these levels, the first column changing fastest.

    >>> {name: values.tolist() for name, values in crossed(victims=[1, 8], group=["in", "out"]).items()}
    {'victims': [1, 8, 1, 8], 'group': ['in', 'in', 'out', 'out']}
    """
    grids = np.meshgrid(*(np.asarray(values) for values in levels.values()), indexing="ij")
    return {name: grid.ravel(order="F") for name, grid in zip(levels, grids, strict=True)}


def indicator(condition: NDArray[np.bool_]) -> Array:
    """Return 1 where the condition holds and 0 elsewhere: ``1[in]`` in a published equation.

    >>> indicator(np.array(["in", "out"]) == "in").tolist()
    [1.0, 0.0]
    """
    return condition.astype(np.float64)


def read_column(
    design: Design, name: str, curve_name: str, levels: tuple[str, ...], least: float
) -> NDArray[Any]:
    """Return one column of a design as a 1-D array, after checking that its values are possible.

    Parameters
    ----------
    levels : tuple of str
        Possible levels of a categorical column; empty for a numeric one.
    least : float
        Lowest possible number.

    Raises
    ------
    AnalysisError
        If the column is missing, not 1-D, not finite, or has impossible values (fewer than one
        victim, an unknown group).
    """
    if name not in design:
        raise AnalysisError(
            f"{curve_name} needs the column {name!r}, and the design has: "
            f"{', '.join(map(str, design)) or 'no columns'}.",
            "Add the column, or leave this hypothesis out of the comparison.",
        )
    values = np.atleast_1d(np.asarray(design[name]))
    if values.ndim != 1:
        raise AnalysisError(f"The column {name!r} has {values.ndim} dimensions, not one.")
    if levels:
        text = values.astype(str)
        unknown = sorted(set(text.tolist()) - set(levels))
        if unknown:
            raise AnalysisError(
                f"The column {name!r} contains {', '.join(map(repr, unknown))}.",
                f"The levels of {curve_name} are {', '.join(map(repr, levels))}.",
            )
        return text
    try:
        numbers = values.astype(np.float64)
    except (ValueError, TypeError) as error:
        raise AnalysisError(
            f"The column {name!r} contains something that is not a number: {error}."
        ) from error
    if not np.isfinite(numbers).all():
        raise AnalysisError(
            f"The column {name!r} contains {int((~np.isfinite(numbers)).sum())} missing or infinite "
            "values.",
            "A predicted curve needs a number in every row.",
        )
    if numbers.size and numbers.min() < least:
        raise AnalysisError(
            f"The column {name!r} contains {scale_value(numbers.min())}; its lowest possible value is {scale_value(least)}."
        )
    return numbers
