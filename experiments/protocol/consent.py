"""The question with which participants agree to take part."""

from __future__ import annotations

from experiments.protocol.measures import Measure
from experiments.protocol.names import Names
from experiments.protocol.steps import PartStep
from experiments.protocol.study_file import all_steps

AGREES = "yes"
"""The answer of those who take part."""


def consent(names: Names) -> Measure | None:
    """Return the first question of the part ``consent``; None if a study asks for no consent."""
    for key, step in all_steps(names.study):
        if isinstance(step, PartStep) and step.part.partition("@")[0] == "consent":
            for measure in names.measures.values():
                if measure.key[: len(key)] == key and not measure.part:
                    return measure
    return None
