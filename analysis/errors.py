"""The one error that analyses raise for data or requests that cannot give an answer."""

from __future__ import annotations

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
