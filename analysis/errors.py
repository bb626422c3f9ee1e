"""The one error that analyses raise for data or requests that cannot give an answer, and what else can end one."""

from __future__ import annotations

import numpy as np

from experiments.errors import UserError


class AnalysisError(UserError):
    """What cannot be estimated, and what can be done instead.

    Parameters
    ----------
    message : str
        One or two plain sentences: what was found and why it gives no answer.
    remedy : str
        What to do; may be empty when the message says it already.

    Attributes
    ----------
    code : str
        What was found, where the words are kept by code (:class:`analysis.models.words.Refusal`).
    """

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(f"{message} {remedy}".strip())
        self.message = message
        self.code = ""
        self.remedy = remedy


BREAKDOWNS = (AnalysisError, np.linalg.LinAlgError, ArithmeticError)
"""What a computation on degenerate data can end with; a report says so, and the rest goes on."""


def in_words(error: Exception) -> str:
    """Write one of ``BREAKDOWNS`` as a sentence for a report."""
    if isinstance(error, AnalysisError):
        return str(error)
    return f"The computation broke down on these data ({type(error).__name__}: {error})."
