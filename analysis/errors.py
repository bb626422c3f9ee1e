"""Errors of analyses: quantities that cannot be estimated from the data, and failures of a computation."""

from __future__ import annotations

import numpy as np

from experiments.errors import UserError


class AnalysisError(UserError):
    """A quantity that cannot be estimated from the data, or a request that cannot be met.

    Parameters
    ----------
    message : str
        One or two sentences: the problem and its reason.
    remedy : str
        What to do; empty if the message makes it clear.

    Attributes
    ----------
    code : str
        Code of the message, if it has one (:class:`analysis.models.messages.EstimationError`).
    """

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(f"{message} {remedy}".strip())
        self.message = message
        self.code = ""
        self.remedy = remedy


COMPUTATION_ERRORS = (AnalysisError, np.linalg.LinAlgError, ArithmeticError)
"""Errors that a computation on degenerate data can raise; the report states them and the analysis continues."""


def message_of(error: Exception) -> str:
    """Return the message of one of ``COMPUTATION_ERRORS`` for a report."""
    if isinstance(error, AnalysisError):
        return str(error)
    return f"The computation failed on these data ({type(error).__name__}: {error})."
