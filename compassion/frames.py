"""Arguments that should be data frames: which are refused, and the note on simulated rows."""

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
        The argument before or after it.
    call
        How the function is called.

    Raises
    ------
    AnalysisError
        Naming what was found, and what to give.
    """
    if isinstance(data, pd.DataFrame):
        twice = data.columns[data.columns.duplicated()]
        if len(twice):
            raise AnalysisError(
                f"The data frame has several columns called {twice[0]!r}.", "Rename all but one."
            )
        return data
    if isinstance(other, pd.DataFrame):
        raise AnalysisError("The arguments are in the wrong order.", f"Write {call}.")
    if isinstance(getattr(data, "trials", None), pd.DataFrame):
        raise AnalysisError(
            "A model takes one data frame, and these are the data of a study.",
            "Give the frame you mean: data.trials, data.participants or data.sessions.",
        )
    convert = " Call its to_pandas() first." if hasattr(data, "to_pandas") else ""
    raise AnalysisError(
        f"The data must be a pandas data frame; found {type(data).__name__}.{convert}",
        f"Write {call}.",
    )


def simulated_note(data: pd.DataFrame) -> tuple[str, ...]:
    """Return a sentence where rows are marked as simulated."""
    marked = "simulated" in data.columns and data["simulated"].fillna(False).astype(bool).any()
    return (f"The data are {SIMULATED}",) if marked else ()
