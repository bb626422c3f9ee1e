"""The minimal-group procedure: a trivial task that seems to determine a group, which is in fact assigned at random.

Tajfel, Billig, Bundy & Flament (1971), Eur. J. Soc. Psychol. 1:149 used both variants: dot estimation and painting
preference [M+]. The answers have no effect, which the debriefing must disclose.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from experiments.protocol.ranges import DOTS
from experiments.protocol.steps import MinimalGroupStep
from experiments.screen import Ask, Block, Option, Phase, Screen
from experiments.steps.composer import Composer, screens_of
from experiments.steps.here import Here

READ_FEEDBACK = 2.0
"""Seconds before participants can leave the page that names their group."""


@screens_of.register
def _(step: MinimalGroupStep, here: Here, phase: Phase, composer: Composer) -> Iterator[Screen]:
    kind: object = here.value(step.minimal_group)
    tasks = _dots if kind == "dots" else _paintings
    for screen in tasks(step, here):
        yield replace(screen, cells=here.cells or None)
    feedback = composer.page(
        f"{here.name}.feedback", step.page, here, "instructions", "minimal_group"
    )
    yield replace(feedback, at_least=READ_FEEDBACK)


def _dots(step: MinimalGroupStep, here: Here) -> Iterator[Screen]:
    question = here.text(step.question) or here.session.interface.minimal_group["dots"]
    for number, (item, pictures) in enumerate(_trials("dots", here), start=1):
        name = f"{here.name}.{number}"
        yield Screen(
            name, "look", "instructions", "minimal_group", duration=step.seconds,
            content=(Block("images", images=pictures),), trial=number, stimulus=item,
        )  # fmt: skip
        asked = Ask(
            f"{here.name}.answer", question, unit=DOTS.unit, low=DOTS.low, high=DOTS.high,
            entry="integer", longest=len(f"{DOTS.high:.0f}"),
        )  # fmt: skip
        yield _asking(f"{name}.estimate", "write", asked, number, item, here)


def _paintings(step: MinimalGroupStep, here: Here) -> Iterator[Screen]:
    question = here.text(step.question) or here.session.interface.minimal_group["paintings"]
    for number, (item, pictures) in enumerate(_trials("paintings", here), start=1):
        options = tuple(
            Option(side, picture["alt"], picture["src"])
            for side, picture in zip(("left", "right"), pictures, strict=True)
        )
        asked = Ask(f"{here.name}.answer", options=options)
        screen = _asking(f"{here.name}.{number}", "choose", asked, number, item, here)
        yield replace(screen, content=(Block("text", question),))


def _trials(kind: str, here: Here) -> Iterator[tuple[str, tuple[dict[str, str], ...]]]:
    """Yield the items of the task in the order of the slot, with their pictures."""
    stimuli, language = here.session.opened.groups[kind], here.session.language
    for trial in here.session.trials(kind):
        pictures = stimuli.item(trial.item).images
        yield (
            trial.item,
            tuple(
                {"src": stimuli.src(each), "alt": each.alt.get(language, "")} for each in pictures
            ),
        )


def _asking(name: str, kind: str, asked: Ask, number: int, item: str, here: Here) -> Screen:
    return Screen(
        name, kind, "instructions", "minimal_group", asks=(asked,), trial=number, stimulus=item,
        proceed=here.session.interface.texts["continue"],
    )  # fmt: skip
