"""Checks of arguments that should be data frames, and the note on simulated rows."""

from __future__ import annotations

import pandas as pd

from analysis.errors import AnalysisError
from analysis.showing import SIMULATED


def checked_frame(data: object, other: object, call: str) -> pd.DataFrame:
    """Return the data frame, if it is one.

    Parameters
    ----------
    data
        The argument that should be a data frame.
    other
        The argument before or after it, to recognise arguments in the wrong order.
    call
        How the function is called, for the message.

    Raises
    ------
    AnalysisError
        If it is not a data frame, or two of its columns have the same name.
    """
    if isinstance(data, pd.DataFrame):
        repeated = data.columns[data.columns.duplicated()]
        if len(repeated):
            raise AnalysisError(
                f"The data frame has several columns called {repeated[0]!r}.",
                "Rename all but one.",
            )
        return data
    if isinstance(other, pd.DataFrame):
        raise AnalysisError("The arguments are in the wrong order.", f"Write {call}.")
    if isinstance(getattr(data, "trials", None), pd.DataFrame):
        raise AnalysisError(
            "A model takes one data frame, but these are the data of a whole study.",
            "Give the frame you mean: data.trials, data.participants or data.sessions.",
        )
    convert = " Call its to_pandas() first." if hasattr(data, "to_pandas") else ""
    raise AnalysisError(
        f"The data must be a pandas data frame; found {type(data).__name__}.{convert}",
        f"Write {call}.",
    )


def simulated_note(data: pd.DataFrame) -> tuple[str, ...]:
    """Return a note if any row is marked as simulated."""
    marked = "simulated" in data.columns and data["simulated"].fillna(False).astype(bool).any()
    return (f"The data are {SIMULATED}",) if marked else ()
