"""Pages: text, pictures and questions on one screen, and the explanation after a wrong answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from experiments.files.scalars import selected
from experiments.language.quantities import Duration
from experiments.marked_text import blocks
from experiments.measures import KINDS
from experiments.protocol.names import AddressError
from experiments.protocol.screen_steps import Limits, ScreenStep, Step
from experiments.protocol.steps import LoopStep
from experiments.questions import Checked, Question
from experiments.questions.dial import Dial
from experiments.screen import Block, Given, Option, Phase, Rule, Screen
from experiments.steps.asking import Asking, ask
from experiments.steps.composer import Composer, screens_of
from experiments.steps.conditions import given
from experiments.steps.here import Here
from experiments.steps.media import clip_seconds, ends_with_clip, with_media, without_clip
from experiments.steps.not_yet import NotYetError
from experiments.steps.timing import seconds


@screens_of.register
def _(step: ScreenStep, here: Here, phase: Phase, composer: Composer) -> Iterator[Screen]:
    if step.on_leaving and not composer.exit:
        composer.exit = here.name
    yield from page(step, here, phase, "each" if here.loop else "page", composer)


def page(
    step: ScreenStep | LoopStep, here: Here, phase: Phase, task: str, composer: Composer
) -> Iterator[Screen]:
    """Yield the screens of a text with its questions: one, unless kinds of question cannot share a screen yet."""
    content = blocks(here.text(step.page)) if step.page is not None else ()
    content = with_media(step, _with_pictures(step, content, here), here)
    limits = step.time if isinstance(step.time, Limits) else Limits()
    whole = seconds(step.time) if isinstance(step.time, Duration) else 0.0
    # What is only looked at has no button; questions can be answered until the time is over.
    duration = 0.0 if step.ask else whole
    answering = whole if step.ask else 0.0
    waiting = 0.0
    if step.time is None and (clip := clip_seconds(step, here)):
        # A film or sound is shown as a whole: the screen ends with it, or one can go on when it is over.
        duration = clip if isinstance(step, ScreenStep) and ends_with_clip(step) else 0.0
        answering = clip if step.ask and _only_while_shown(step.ask) else 0.0
        waiting = 0.0 if duration or answering else clip
    base = Screen(
        here.name,
        "look" if duration else "read",
        "practice" if here.practice else phase,
        task,
        content=content,
        proceed="" if duration else here.session.interface.texts["continue"],
        duration=duration,
        at_least=answering or waiting or seconds(limits.least),
        at_most=answering or seconds(limits.most),
        countdown=limits.countdown,
        fills=tuple(here.fills.values()),
        trial=here.number,
        stimulus=here.trial.item if here.trial else "",
        cells=here.cells or None,
    )
    if step.ask:
        yield from _asking(
            replace(base, phase=_phase(step.ask, base.phase, composer)), step.ask, here, composer
        )
    else:
        yield base


def _only_while_shown(questions: Mapping[str, Question]) -> bool:
    """Return whether all questions are answered while something is shown, and not after it."""
    return all(isinstance(question, Dial) for question in questions.values())


def _asking(
    base: Screen, questions: Mapping[str, Question], here: Here, composer: Composer
) -> Iterator[Screen]:
    """Yield the screens that ask questions, each with the text.

    In a panel, the screen of a question that its level does not have is empty: another level can have it.
    """
    pages: list[Screen] = []
    names: list[list[str]] = []
    stems: list[tuple[Block, ...]] = []
    options: list[tuple[Option, ...]] = []
    for name, question in questions.items():
        conditions = given(question.when, here)
        if conditions is None and not here.panel:
            continue
        asked = ask(question, address_of(name, here), here).within(base.at_most)
        points = asked.asks[0].options if asked.asks else ()
        if conditions is None:
            asked, conditions = replace(asked, asks=(), stem=(), turns=()), ()
        if len(pages) == 1:
            # A film or sound is on the first screen only.
            base = without_clip(base)
        if asked.turns:
            for shown in _in_turn(replace(base, given=conditions), name, asked, not pages):
                pages.append(shown)
                names.append([name])
                stems.append(asked.stem)
                options.append(points)
                composer.remember(shown, here)
            continue
        last = pages[-1] if pages else None
        # Ratings on one screen are a table, which has one row of points and labels.
        if (
            last is not None
            and (last.kind, last.given) == (asked.kind, conditions)
            and KINDS[asked.kind].shares_page
            and not asked.stem
            and not stems[-1]
            and options[-1] == points
        ):
            pages[-1] = replace(last, asks=(*last.asks, *asked.asks))
            names[-1].append(name)
        else:
            pages.append(
                replace(
                    base,
                    id=f"{base.id}.{name}" if pages else base.id,
                    kind=asked.kind,
                    # Participants see what a question is about on its screen too.
                    content=(*base.content, *asked.stem),
                    asks=asked.asks,
                    given=conditions,
                )
            )
            names.append([name])
            stems.append(asked.stem)
            options.append(points)
        # A later question of the step can have a condition on this one.
        composer.remember(replace(pages[-1], asks=asked.asks), here)
    if base.at_most and len(pages) > 1:
        raise NotYetError(
            "a step with a time limit can ask on one screen only, and this one has several"
        )
    for shown, listed in zip(pages, names, strict=True):
        screen = replace(shown, fills=tuple(here.fills.values()))
        yield _explained(screen, {name: questions[name] for name in listed}, here, composer)


def _in_turn(base: Screen, name: str, asked: Asking, first: bool) -> Iterator[Screen]:
    """Yield the screens that ask the parts of a question one at a time, each under the answers that lead to it."""
    root = asked.turns[0].name
    ids = {
        turn.name: base.id if first and turn.name == root else f"{base.id}.{name}.{turn.name}"
        for turn in asked.turns
    }
    measures = {turn.name: turn.ask.measure for turn in asked.turns}
    for turn in asked.turns:
        path = (Given(ids[each], measures[each], equals=(answer,)) for each, answer in turn.after)
        yield replace(
            base,
            id=ids[turn.name],
            kind=asked.kind,
            content=(*base.content, *asked.stem),
            asks=(turn.ask,),
            given=(*base.given, *path),
        )


def _phase(questions: Mapping[str, Question], phase: Phase, composer: Composer) -> Phase:
    """Return the phase of a screen with questions among screens of text.

    Questions with a right answer are checks only before the trials; after them they are checks of the manipulation,
    which belong to what is asked after it.
    """
    if phase != "instructions":
        return phase
    correct = [getattr(question, "correct", None) for question in questions.values()]
    return "checks" if None not in correct and not composer.tried else "scales"


def address_of(question: str, here: Here) -> str:
    """Return the full address of a question of the step."""
    key = (*here.place.key, "ask", question)
    for measure in here.session.opened.names.measures.values():
        if measure.key == key:
            return replace(measure, part="").address
    raise AddressError(
        f"'{question}' has no address", "Please report this; it is a fault of the program."
    )


def _explained(
    screen: Screen, questions: Mapping[str, Question], here: Here, composer: Composer
) -> Screen:
    """Return the screen with rules that lead to an explanation after a wrong answer, and from there back to it."""
    for name, question in questions.items():
        if not isinstance(question, Checked) or question.explain is None or question.attempts < 2:
            continue
        found = [each for each in screen.asks if each.address == address_of(name, here)]
        if not found:
            continue
        (asked,) = found
        right = () if asked.correct is None else (asked.correct,)
        explanation = composer.page(
            f"{screen.id}.{name}.explained", question.explain, here, screen.phase, screen.task
        )
        composer.closing.append(replace(explanation, after=(Rule(screen.id),)))
        rule = Rule(explanation.id, asked.measure, differs=right, visits_below=question.attempts)
        screen = replace(screen, after=(*screen.after, rule))
    return screen


def _with_pictures(step: Step, content: tuple[Block, ...], here: Here) -> tuple[Block, ...]:
    """Return the content with the pictures of the item, under the heading if there is one.

    They are on the first page of the loop.
    """
    if here.loop is None or here.trial is None or here.loop.step.pictures is None:
        return content
    pages = [here.loop.step, *(here.loop.step.flow or ())]
    shows = next((each for each in pages if getattr(each, "page", None) is not None), None)
    pictures = here.session.opened.pictures(here.loop, here.trial.item, here.session.language)
    shown = tuple(selected(pictures, here.value(here.loop.step.pictures)))
    if step is not shows or not shown:
        return content
    images = Block("images", images=shown)
    place = 1 if content and content[0].type == "heading" else 0
    return (*content[:place], images, *content[place:])
