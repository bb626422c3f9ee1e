"""The minimal-group procedure: a trivial task that seems to determine a group, which is in fact assigned at random.

Tajfel, Billig, Bundy & Flament (1971), Eur. J. Soc. Psychol. 1:149 used both variants: dot estimation and painting
preference [M+]. The answers have no effect, which the debriefing must disclose.
"""

from __future__ import annotations

from collections.abc import Iterator

from experiments.protocol.steps import MinimalGroupStep
from experiments.screen import Ask, Block, Option, Screen
from experiments.steps.here import Here
from experiments.stimuli.sets import StimulusSet

MOST_DOTS = 1000
"""Highest estimate that can be entered."""


def minimal_group(
    step: MinimalGroupStep, kind: str, here: Here, stimuli: StimulusSet
) -> Iterator[Screen]:
    """Yield the screens of the task, without the page that names the group."""
    question = here.text(step.question) or here.session.interface.minimal_group[kind]
    address = f"{here.name}.answer"
    for number, trial in enumerate(here.session.slot.trials[kind], start=1):
        shown = tuple(
            {"src": stimuli.src(picture), "alt": picture.alt.get(here.session.language, "")}
            for picture in stimuli.item(trial.item).images
        )
        name = f"{here.name}.{number}"
        go_on = here.session.interface.texts["continue"]
        if kind == "dots":
            content = (Block("images", images=shown),)
            yield Screen(
                name, "look", "instructions", "minimal_group", content=content,
                duration=step.seconds, trial=number, stimulus=trial.item,
            )  # fmt: skip
            asked = Ask(
                address, question, unit="dots", low=0, high=MOST_DOTS, entry="integer",
                longest=len(str(MOST_DOTS)),
            )  # fmt: skip
            yield Screen(
                f"{name}.estimate", "write", "instructions", "minimal_group", asks=(asked,),
                trial=number, stimulus=trial.item, proceed=go_on,
            )  # fmt: skip
        else:
            options = tuple(
                Option(side, picture["alt"], picture["src"])
                for side, picture in zip(("left", "right"), shown, strict=True)
            )
            yield Screen(
                name, "choose", "instructions", "minimal_group", content=(Block("text", question),),
                asks=(Ask(address, options=options),), trial=number, stimulus=trial.item, proceed=go_on,
            )  # fmt: skip
