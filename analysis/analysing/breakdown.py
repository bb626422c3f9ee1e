"""One part of an analysis that fails is told in a sentence, and leaves the others standing."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import numpy as np

from analysis.errors import AnalysisError

#: What a computation on degenerate data can end with; it is told in the report, and the rest goes on.
BREAKDOWNS = (AnalysisError, np.linalg.LinAlgError, ArithmeticError)
T = TypeVar("T")


def attempt(step: Callable[[], T], notes: list[str], what: str) -> T | None:
    """Do one part; where the data cannot give it, say so in ``notes`` and go on."""
    try:
        return step()
    except BREAKDOWNS as error:
        notes.append(f"{what}: {in_words(error)}")
        return None


def in_words(error: Exception) -> str:
    """An error as a sentence for a report."""
    if isinstance(error, AnalysisError):
        return str(error)
    return f"The computation broke down on these data ({type(error).__name__}: {error})."
