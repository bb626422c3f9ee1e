"""The tasks: one file each. A new task is a new file here and a line in ``AnyStep``."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from experiments.tasks.check import Check
from experiments.tasks.consent import Consent
from experiments.tasks.debrief import Debrief
from experiments.tasks.dictator import Dictator
from experiments.tasks.donation import Donation
from experiments.tasks.eligibility import Eligibility
from experiments.tasks.instructions import Instructions
from experiments.tasks.minimal_group import MinimalGroup
from experiments.tasks.payment import Payment
from experiments.tasks.questions import Questions
from experiments.tasks.scale import ScaleStep
from experiments.tasks.vignette import Vignette

AnyStep = Annotated[
    Consent
    | Eligibility
    | Instructions
    | Check
    | MinimalGroup
    | Donation
    | Vignette
    | Dictator
    | ScaleStep
    | Questions
    | Debrief
    | Payment,
    Field(discriminator="task"),
]
