"""Codes and their words: what models and curves refuse or note, with its numbers; the sentences are in ``words.j2``."""

from __future__ import annotations

from functools import partial
from typing import Any

from analysis.errors import AnalysisError
from experiments.templates import environment


def words(code: str, **numbers: Any) -> str:
    """Return the sentences of a code, what to do on a second line."""
    template: Any = environment("analysis").get_template("models/words.j2").module
    return str(getattr(template, code)(**numbers)).strip()


class Refusal(AnalysisError):
    """Data that cannot estimate what was asked.

    Parameters
    ----------
    code : str
        A macro of ``words.j2``.
    **numbers
        What its sentences need.
    """

    def __init__(self, code: str, **numbers: Any) -> None:
        found, _, remedy = words(code, **numbers).partition("\n")
        super().__init__(found, remedy.strip())
        self.code, self.numbers = code, numbers

    def __reduce__(self) -> tuple[Any, ...]:
        return partial(Refusal, self.code, **self.numbers), ()
