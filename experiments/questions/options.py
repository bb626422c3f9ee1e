"""Options of a question: their own, or a shared list by its name."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import BeforeValidator

from experiments.files.faults import ValueFault, nearest
from experiments.files.scalars import Text, Words
from experiments.files.shorthand import Shorthand
from experiments.interface import REFERENCE, interface
from experiments.language.by import Varied

SHARED = interface(REFERENCE).options
"""Name of a shared list -> answer -> text."""


def _shared(given: Any) -> Any:
    if isinstance(given, list):
        names = [re.sub(r"\W+", "_", str(each).lower()).strip("_") for each in given]
        written = ", ".join(map("{}: {}".format, names, given))
        if not all(names) or len(written) > 60:
            written = "yes: Yes, no: No"
        found = f"found a list ({', '.join(map(str, given))[:40]})"
        raise ValueFault(found, f"Write each answer with its words: {{{written}}}.")
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
