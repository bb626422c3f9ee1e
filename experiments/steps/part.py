"""Parts: their steps, in the phase of the part."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import replace

from experiments.protocol.steps import PartStep
from experiments.screen import Phase, Screen
from experiments.steps.composer import Composer, screens_of
from experiments.steps.here import Here

CONSENT = "consent"
_PHASES: Mapping[str, Phase] = {
    CONSENT: "consent",
    "attention": "checks",
    "demographics": "demographics",
    "debriefing": "debrief",
    "receipt": "payment",
}
"""Part -> the phase of its screens."""


@screens_of.register
def _(step: PartStep, here: Here, phase: Phase, composer: Composer) -> Iterator[Screen]:
    name = step.part.partition("@")[0]
    inside = replace(here, place=here.place.at("flow"))
    for screen in composer.steps(step.flow, inside, _PHASES.get(name, phase)):
        if name == CONSENT and screen.asks and screen.content:
            # The data say which text each participant agreed to.
            screen = replace(screen, stimulus=_version(step.part, screen))
        yield screen


def _version(part: str, screen: Screen) -> str:
    """Return the version of a consent form: name and version of the part, and the hash of the text."""
    text = "\n\n".join(block.text for block in screen.content)
    return f"{part}#{hashlib.sha256(text.encode()).hexdigest()[:12]}"
