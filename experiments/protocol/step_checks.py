"""Checks of steps and questions: what a step names, correct answers, texts and variants of items."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import product
from typing import Any

from experiments.files.faults import Findings, Key, nearest
from experiments.language.by import By, values
from experiments.language.quantities import Duration
from experiments.measures.trace import LONGEST
from experiments.protocol.cells import TEXT, names_in_loop, read
from experiments.protocol.names import AddressError, Items
from experiments.protocol.opened import OpenedStudy
from experiments.protocol.places import Loop, Place, steps_of
from experiments.protocol.screen_steps import Limits, ScreenStep, Step, Time
from experiments.protocol.steps import LoopStep, MinimalGroupStep, PayStep
from experiments.questions import Question, kind_of
from experiments.questions.allocation import Allocation
from experiments.questions.dial import Dial
from experiments.questions.key import Key as KeyPress
from experiments.questions.question import Checked, Scale

AMOUNTS = ("allocation", "price_list", "game")
"""Kinds of measure that can be paid."""


def faults_of_steps(opened: OpenedStudy) -> Findings:
    """Yield the faults of single steps and questions."""
    for place, step in steps_of(opened.study):
        key = place.key
        if isinstance(step, PayStep):
            yield from _paid(step, key, opened)
        elif isinstance(step, MinimalGroupStep):
            yield from _group(step, key, opened)
        elif isinstance(step, LoopStep):
            loop = Loop(step, key, place.session)
            yield from _loop(loop, opened)
        if isinstance(step, ScreenStep):
            yield from _clips(step, place)
        if isinstance(step.time, Limits):
            yield from _limits(step.time, (*key, "time"))
        for name, question in (getattr(step, "ask", None) or {}).items():
            yield from _question(question, (*key, "ask", name), opened)
            if isinstance(question, Dial) and not _lasts_as_long_as_its_clip(step):
                yield from _dial(step.time, key, name)


def _lasts_as_long_as_its_clip(step: Step) -> bool:
    """Return whether a screen of dials ends with its film or sound."""
    clip = isinstance(step, ScreenStep) and (step.video is not None or step.audio is not None)
    asked = getattr(step, "ask", None) or {}
    return clip and step.time is None and all(isinstance(each, Dial) for each in asked.values())


def _dial(time: Time | None, key: Key, name: str) -> Findings:
    """Yield what is wrong with the time of a screen with a dial, which has to end by itself."""
    most = time.most if isinstance(time, Limits) else time
    if not isinstance(most, Duration):
        found = "the screen of a dial ends by itself, and it is not said when"
        yield (*key, "ask", name), found, "Add 'time: 60 s' to the step."
    elif most.seconds is not None and most.seconds > LONGEST:
        found = f"a dial is shown for {most}"
        yield (*key, "time"), found, f"Write at most {LONGEST:g} s."


def _clips(step: ScreenStep, place: Place) -> Findings:
    key, kind = place.key, "video" if step.video is not None else "audio"
    if step.video is not None and step.audio is not None:
        found = "a film and a sound would be heard at the same time"
        yield (*key, "audio"), found, "Write two steps."
    if getattr(step, kind) is None:
        if step.captions:
            yield (*key, "captions"), "there is no film or sound with captions", "Remove it."
        return
    if place.loop is not None and place.loop.step.together:
        found = "a film or sound would be played for all levels at the same time"
        yield (*key, kind), found, "Write 'cross' in place of 'together' in the loop."
    first = next(iter((step.ask or {}).items()), None)
    if first is not None and first[1].when is not None:
        found = f"the {'film' if kind == 'video' else 'sound'} is on the screen of this question, which some participants do not see"
        yield (
            (*key, "ask", first[0], "when"),
            found,
            "Write the question in a step of its own, after it.",
        )


def _limits(limits: Limits, key: Key) -> Findings:
    least = None if limits.least is None else limits.least.seconds
    most = None if limits.most is None else limits.most.seconds
    if least is not None and most is not None and least >= most:
        found = (
            f"the screen ends after {limits.most}, before participants can go on ({limits.least})"
        )
        yield (*key, "most"), found, "Write a longer time here, or a shorter one under 'least'."
    if limits.countdown and limits.least is None and limits.most is None:
        yield (*key, "countdown"), "no time is said", "Add 'least: 60 s' or 'most: 60 s'."


def _paid(step: PayStep, key: Key, opened: OpenedStudy) -> Findings:
    try:
        measure = opened.names.measure(step.pay)
    except AddressError as error:
        yield (*key, "pay"), str(error), error.remedy
        return
    if measure.kind not in AMOUNTS:
        found = f"'{step.pay}' is a {measure.kind}, which is no amount"
        known = [each.address for each in opened.names.measures.values() if each.kind in AMOUNTS]
        yield (*key, "pay"), found, nearest(step.pay, known)
    if not isinstance(measure.asked, Allocation) or not measure.asked.boxes:
        return
    if measure.part:
        whole = measure.address.removesuffix(f".{measure.part}")
        found = f"'{step.pay}' is one of several boxes, which are paid together"
        yield (*key, "pay"), found, f"Write '{whole}'."
    for name in ("paid", "drawn", "not_drawn", "unpaid"):
        if not all("{boxes}" in str(text) for text in values(getattr(step, name))):
            found = f"participants do not read what is in the boxes of '{step.pay}'"
            yield (*key, name), found, "Write '{boxes}' into the text: each box with its amount."


def _group(step: MinimalGroupStep, key: Key, opened: OpenedStudy) -> Findings:
    possible = opened.study.factors.counterbalanced
    if step.of not in possible:
        found = f"'{step.of}' is no counterbalanced factor"
        yield (*key, "of"), found, nearest(step.of, possible)


def _loop(loop: Loop, opened: OpenedStudy) -> Findings:
    steps = loop.step.flow or ()
    for index, each in enumerate(steps):
        if isinstance(each, LoopStep):
            found = f"the loop over '{each.each}' is within another loop"
            yield (*loop.key, "flow", index), found, "Write 'cross:' or a loop after it."
    if loop.name in opened.items:
        yield from _variant(loop, opened.items[loop.name], opened)
        yield from _fill(loop, opened)


def _variant(loop: Loop, items: Items, opened: OpenedStudy) -> Findings:
    variant, key = loop.step.variant, (*loop.key, "variant")
    if variant is None:
        return
    known = items.texts or [
        name.removeprefix("text.").replace(".", " ")
        for name in items.fields
        if name.startswith("text.")
    ]
    if not known:
        yield key, f"the items of '{loop.step.each}' have one text each", "Remove 'variant'."
        return
    if isinstance(variant, By) and not variant.levels and variant.otherwise is None:
        if not all(name in opened.names.factors for name in variant.by):
            return
        levels = [list(opened.names.factors[name].levels) for name in variant.by]
        for level in map(" ".join, product(*levels)):
            if level in known:
                continue
            found = f"the items of '{loop.step.each}' have no text '{level}'"
            yield (*key, "by"), found, nearest(level, known)
        return
    written = {"": variant} if not isinstance(variant, By) else _levels(variant)
    for level, name in written.items():
        if name not in known:
            found = f"the items of '{loop.step.each}' have no text '{name}'"
            yield (*key, *([level] if level else [])), found, nearest(name, known)


def _levels(by: By[Any]) -> dict[str, Any]:
    return {**by.levels, **({} if by.otherwise is None else {"else": by.otherwise})}


def _fill(loop: Loop, opened: OpenedStudy) -> Findings:
    stimuli = opened.sets.get(loop.name)
    holes = set(stimuli.inserts) if stimuli else names_in_loop(opened, loop) - {TEXT}
    for name in loop.step.fill:
        if name not in holes:
            found = f"no text of '{loop.step.each}' has a hole {{{name}}}"
            yield (*loop.key, "fill", name), found, nearest(name, sorted(holes))


def _question(question: Question, key: Key, opened: OpenedStudy) -> Findings:
    if isinstance(question, Allocation) and question.of is None and opened.study.stakes is None:
        found = "it is not said what is divided: the study has no stakes"
        yield key, found, "Add 'of: 10' here, or 'stakes: {endowment: 10 USD}' to the study."
    for inside, found, remedy in question.faults():
        yield (*key, *inside), found, remedy
    for name in question.rows:
        if name in question.yields:
            found = f"'{name}' is what every answer of the kind '{kind_of(question)}' has"
            yield key, found, "Write another name."
    if isinstance(question, Scale):
        yield from _scores(question, key)
    correct = getattr(question, "correct", None)
    if isinstance(question, Checked) and correct is None:
        for name, without in (("explain", None), ("attempts", 1)):
            if getattr(question, name) != without:
                found = f"'{name}' needs a correct answer"
                yield (*key, name), found, "Add 'correct:', or remove it."
    if question.local and correct is not None:
        found = "the answer stays on the device, so that nobody knows whether it is correct"
        yield (*key, "correct"), found, "Take 'correct' or 'local' away."
    answers = _answers(question)
    if answers is not None and correct is not None:
        yield from _correct(correct, answers, (*key, "correct"), opened)


def _scores(question: Scale, key: Key) -> Findings:
    for name, items in question.scores.items():
        for index, item in enumerate(items):
            if item not in question.items:
                found = f"there is no item '{item}'"
                yield (*key, "scores", name, index), found, nearest(item, question.items)


def _answers(question: Question) -> list[str] | None:
    if isinstance(question, KeyPress):
        listed: Iterable[str | tuple[str, ...]] = question.key.values()
        return [each for one in listed for each in ([one] if isinstance(one, str) else one)]
    options: Mapping[str, Any] | None = getattr(question, "options", None)
    return None if options is None else list(options)


def _correct(correct: Any, answers: list[str], key: Key, opened: OpenedStudy) -> Findings:
    if not isinstance(correct, By):
        if correct not in answers:
            remedy = nearest(correct, answers)
            if names := read(correct).names:
                remedy = f"For the answer that a column or factor has, write {{by: {names[0]}}}."
            yield key, f"the correct answer '{correct}' is none of the options", remedy
        return
    if not correct.levels and correct.otherwise is None and len(correct.by) == 1:
        for level in opened.names.levels(correct.by[0]) or ():
            if level not in answers:
                found = f"the level '{level}' of '{correct.by[0]}' is none of the options"
                remedy = f"Write the answer for each level: {{by: {correct.by[0]}, {level}: ...}}."
                yield (*key, "by"), found, remedy
    for level, answer in _levels(correct).items():
        for each in values(answer):
            if each not in answers:
                yield (
                    (*key, level),
                    f"the correct answer '{each}' is none of the options",
                    nearest(each, answers),
                )
