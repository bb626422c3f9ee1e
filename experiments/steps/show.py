"""``show``: the displays of a timed trial. ``show`` steps that follow each other are one screen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from experiments.files.faults import Key
from experiments.language.conditions import Condition, IsNot, IsOneOf, Test, Wrong
from experiments.language.quantities import Duration
from experiments.protocol.screen_steps import ByChance, Limits, ShownPicture, ShowStep
from experiments.questions import Question
from experiments.screen import (
    RESULTS,
    Ask,
    Display,
    Given,
    Phase,
    Result,
    Screen,
    Spot,
    Stimulus,
    Version,
)
from experiments.steps.asking import ask
from experiments.steps.composer import Composer, TimedTrial, screens_of
from experiments.steps.conditions import given
from experiments.steps.here import Here
from experiments.steps.media import medium_of
from experiments.steps.not_yet import NotYetError
from experiments.steps.page import address_of
from experiments.steps.timing import seconds
from experiments.steps.versions import differing


@dataclass
class _Trial:
    """What a timed trial asks so far, which its later displays can depend on."""

    questions: dict[Key, str] = field(default_factory=dict)
    """Place of each question in the file -> its measure."""
    asks: list[Ask] = field(default_factory=list)

    def result(self, name: str, here: Here) -> str:
        """Return the measure whose result a name is; '' if it is not of this trial."""
        for measure in here.session.opened.names.fitting(name):
            if measure.part in ("", "result", "correct") and measure.key in self.questions:
                return self.questions[measure.key]
        return ""


@screens_of.register
def _(whole: TimedTrial, here: Here, phase: Phase, composer: Composer) -> Iterator[Screen]:
    trial = _Trial()
    displays: list[Display] = []
    conditions: list[Given] = []
    fills = dict(here.fills)
    for number, (step, place) in enumerate(zip(whole.steps, whole.places, strict=True), start=1):
        assert isinstance(step, ShowStep)
        inside = replace(here, place=place, fills={})
        if (decided := _conditions(step, inside, trial)) is None:
            continue
        of_trial, earlier = decided
        if earlier and len(whole.steps) > 1:
            raise NotYetError(
                "a display of a timed trial can depend on factors and on the answer of its own trial only"
            )
        conditions += earlier
        displays.append(_display(step, inside, f"show.{number}", trial, of_trial))
        fills |= inside.fills
    if not displays:
        return
    screen = Screen(
        here.name,
        "timed",
        "practice" if here.practice else phase,
        "each" if here.loop else "page",
        asks=tuple(trial.asks),
        displays=tuple(displays),
        given=tuple(conditions),
        fills=tuple(fills.values()),
        trial=here.number,
        stimulus=here.trial.item if here.trial else "",
        cells=here.cells or None,
    )
    composer.remember(screen, here)
    yield screen


def _conditions(
    step: ShowStep, here: Here, trial: _Trial
) -> tuple[tuple[str, tuple[Result, ...]], tuple[Given, ...]] | None:
    """Return the measure and results for which a step is shown, and its conditions on earlier answers; None if never."""
    tests = step.when.tests if step.when else ()
    own = [(test, of) for test in tests if (of := trial.result(test.name, here))]
    others = Condition(tuple(test for test in tests if not trial.result(test.name, here)))
    earlier = given(others, here)
    if earlier is None:
        return None
    results: tuple[Result, ...] = RESULTS if own else ()
    for test, _ in own:
        results = tuple(each for each in results if _holds(test, each))
    return (own[0][1] if own else "", results), earlier


def _holds(test: Test, result: Result) -> bool:
    """Return whether a test of the trial's answer holds for a result."""
    part = test.name.rpartition(".")[2]
    if isinstance(test, Wrong):
        return result != "right"
    value = {"right": "yes"}.get(result, "no") if part == "correct" else result
    if part in ("result", "correct") and isinstance(test, IsOneOf):
        return value in test.levels
    if part in ("result", "correct") and isinstance(test, IsNot):
        return value != test.level
    raise NotYetError(f"the condition '{test}' cannot be decided within a timed trial yet")


def _display(
    step: ShowStep, here: Here, name: str, trial: _Trial, when: tuple[str, tuple[Result, ...]]
) -> Display:
    of, results = when
    names = differing((step.show, step.at), here)
    if names:
        measures = {trial.result(each, here) for each in names}
        if len(names) > 1 or measures == {""} or not names[0].endswith("result"):
            raise NotYetError(
                f"a display that differs by '{names[0]}' cannot be shown yet: it can differ by factors, by fields of"
                " the item, and by the result of its own trial, as in 'by: answer.result'"
            )
        of, results = measures.pop(), results or RESULTS
        versions = tuple(
            Version(_stimuli(step, _after(here, names[0], each)), (each,)) for each in results
        )
    else:
        versions = (Version(_stimuli(step, here), results),)
    time = _time(step, here)
    asked = ""
    if step.ask is not None:
        asked = _ask(step.ask, here, trial)
    fixed = isinstance(step.time, (Duration, ByChance)) and bool(asked)
    return replace(time, name=name, versions=versions, of=of, ask=asked, fixed=fixed)


def _after(here: Here, name: str, result: Result) -> Here:
    return replace(here, answers={**here.answers, name: result})


def _ask(questions: dict[str, Question], here: Here, trial: _Trial) -> str:
    """Add the question of a display to the trial, and return its measure."""
    ((name, question),) = questions.items()
    asked = ask(question, address_of(name, here), here)
    trial.asks += asked.asks
    trial.questions[*here.place.key, "ask", name] = asked.asks[0].measure
    return asked.asks[0].measure


def _time(step: ShowStep, here: Here) -> Display:
    """Return a display that has only its times."""
    time = step.time
    if isinstance(time, ByChance):
        time = time.one_of[_drawn(len(time.one_of), here)]
    least = time.least if isinstance(time, Limits) else None
    most = time.most if isinstance(time, Limits) else time
    if most is not None and most.unit == "frames":
        return Display("", (), frames=int(most.value), at_least=seconds(least))
    return Display("", (), seconds=seconds(most), at_least=seconds(least))


def _drawn(count: int, here: Here) -> int:
    """Return which of several durations chance chose for this trial of the slot."""
    return int(here.generator(f"{here.place.key} time").integers(count))


def _stimuli(step: ShowStep, here: Here) -> tuple[Stimulus, ...]:
    shown = step.show
    if isinstance(shown, dict):
        found = [_stimulus(each, spot, here) for spot, each in shown.items()]
    else:
        found = [_stimulus(shown, here.value(step.at), here)]  # type: ignore[arg-type]
    return tuple(each for each in found if each.text or each.image)


def _stimulus(shown: object, spot: Spot, here: Here) -> Stimulus:
    if not isinstance(shown, ShownPicture):
        return Stimulus(spot, here.text(shown))  # type: ignore[arg-type]
    medium, language = medium_of("picture", shown.picture, here), here.session.language
    alt = "" if medium is None else medium.shows(language)
    if medium is None or not medium.is_there:
        # As on pages: previews and simulated participants do without it, and no session begins.
        return Stimulus(spot, f"[{alt or '...'}]")
    return Stimulus(spot, image=medium.src, alt=alt)
