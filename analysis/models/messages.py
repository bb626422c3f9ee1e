"""Messages of models and curves: errors and notes by code; the text of each is a macro in ``messages.j2``."""

from __future__ import annotations

from functools import partial
from typing import Any

from analysis.errors import AnalysisError
from experiments.templates import environment


def message(code: str, **numbers: Any) -> str:
    """Return the message of a code; the remedy, if any, is on a second line."""
    template: Any = environment("analysis").get_template("models/messages.j2").module
    return str(getattr(template, code)(**numbers)).strip()


class EstimationError(AnalysisError):
    """A model or quantity that cannot be estimated from the data.

    Parameters
    ----------
    code : str
        A macro of ``messages.j2``.
    **numbers
        Arguments of the macro.
    """

    def __init__(self, code: str, **numbers: Any) -> None:
        found, _, remedy = message(code, **numbers).partition("\n")
        super().__init__(found, remedy.strip())
        self.code, self.numbers = code, numbers

    def __reduce__(self) -> tuple[Any, ...]:
        return partial(EstimationError, self.code, **self.numbers), ()
