"""The columns of a design, and what values each of them may hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.errors import AnalysisError

Array = NDArray[np.float64]
Design = Mapping[str, Any]

LEVELS: dict[str, tuple[str, ...]] = {
    "victim": ("identified", "statistical", "joint"),
    "group": ("in", "out", "none"),
    "arm": ("compassion", "active", "waitlist"),
    "measure": ("compassion", "distress", "threat", "soothing"),
    "phase": ("before", "after"),
}
LEAST: dict[str, float] = {"victims": 1.0, "distance": 0.0, "dose": 0.0, "exposure": 1.0}


def words_of(name: str, example: Design) -> tuple[str, ...]:
    """The levels of a column that holds words: by its meaning, or else those of an example; () for numbers."""
    values = np.asarray(example.get(name, ()))
    held = tuple(values.tolist()) if values.dtype.kind == "U" else ()
    return LEVELS.get(name, tuple(dict.fromkeys(held)))


def read_column(design: Design, name: str, who: str, words: tuple[str, ...]) -> NDArray[Any]:
    """One column of a design as a 1-D array, checked for what the column means.

    Parameters
    ----------
    words : tuple of str
        Levels that the column may hold; none if it holds numbers.

    Raises
    ------
    AnalysisError
        The column is missing, not 1-D, not finite, or outside its meaning (fewer than one
        victim, an unknown group).
    """
    if name not in design:
        raise AnalysisError(
            f"{who} needs the column {name!r}, and the design has: "
            f"{', '.join(map(str, design)) or 'no columns'}.",
            "Add the column, or leave this hypothesis out of the comparison.",
        )
    values = np.atleast_1d(np.asarray(design[name]))
    if values.ndim != 1:
        raise AnalysisError(f"The column {name!r} has {values.ndim} dimensions, not one.")
    if words:
        held = values.astype(str)
        unknown = sorted(set(held.tolist()) - set(words))
        if unknown:
            raise AnalysisError(
                f"The column {name!r} holds {', '.join(map(repr, unknown))}.",
                f"{who} knows {', '.join(map(repr, words))}.",
            )
        return held
    try:
        numbers = values.astype(np.float64)
    except (ValueError, TypeError) as error:
        raise AnalysisError(
            f"The column {name!r} holds something that is not a number: {error}."
        ) from error
    if not np.isfinite(numbers).all():
        raise AnalysisError(
            f"The column {name!r} holds {int((~np.isfinite(numbers)).sum())} missing or infinite "
            "values.",
            "A predicted curve needs a number in every row.",
        )
    if name in LEAST and numbers.size and numbers.min() < LEAST[name]:
        raise AnalysisError(
            f"The column {name!r} holds {numbers.min():g}; its least value is {LEAST[name]:g}."
        )
    return numbers
