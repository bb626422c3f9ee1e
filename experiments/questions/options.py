"""Options of a question: their own, or a shared list by its name."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator

from experiments.files.reading import nearest
from experiments.files.scalars import Text, Words
from experiments.files.shorthand import Shorthand
from experiments.language.by import Varied

SHARED: dict[str, dict[str, str]] = {
    "yes_no": {"yes": "Yes", "no": "No"},
    "yes_no_unsure": {"yes": "Yes", "no": "No", "unsure": "I am not sure"},
    "agreement7": {
        "1": "Strongly disagree",
        "2": "Disagree",
        "3": "Slightly disagree",
        "4": "Neither agree nor disagree",
        "5": "Slightly agree",
        "6": "Agree",
        "7": "Strongly agree",
    },
}
"""Name of a shared list -> answer -> text."""


def _shared(given: Any) -> Any:
    if not isinstance(given, str):
        return given
    if given not in SHARED:
        raise ValueError(f"there is no shared list of options '{given}'; {nearest(given, SHARED)}")
    return SHARED[given]


Options = Annotated[
    dict[Words, Varied[Text]],
    BeforeValidator(_shared),
    Shorthand(lambda whole: {"enum": list(SHARED)}),
]
"""Answer in the data -> its text."""
