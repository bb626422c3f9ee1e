"""The stakes of a mode of a study."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from experiments.protocol.study_file import StudyFile
from experiments.questions.stakes import Stakes


def stakes_of(study: StudyFile, mode: str) -> Stakes | None:
    """Return the stakes of a mode; None if the study has none."""
    if study.stakes is None:
        return None
    pay = study.modes[mode].paid or study.stakes.paid
    chance = Fraction(0) if pay is None else Fraction(pay.chance)
    kind: Literal["real", "lottery", "hypothetical"] = "lottery"
    if chance in (0, 1):
        kind = "real" if chance else "hypothetical"
    endowment, step = study.stakes.endowment, study.stakes.step
    return Stakes(
        kind, endowment.currency, float(endowment.value), float(step.value) if step else 1.0, chance
    )
