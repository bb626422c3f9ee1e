"""Composing the screens of a session: each kind of step has a function here or in a file of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import singledispatchmethod
from itertools import product
from typing import Any

from experiments.language.by import By
from experiments.language.conditions import (
    Compared,
    Condition,
    IsNot,
    IsOneOf,
    Missing,
    Test,
    Wrong,
)
from experiments.language.quantities import Duration, Share
from experiments.marked_text import blocks
from experiments.measures import KINDS
from experiments.protocol.measures import Loop
from experiments.protocol.names import AddressError
from experiments.protocol.places import Place
from experiments.protocol.reach import Reach
from experiments.protocol.slots import Trial
from experiments.protocol.steps import (
    EndStep,
    LoopStep,
    MinimalGroupStep,
    PartStep,
    PayStep,
    ScaleStep,
    ScreenStep,
    Step,
    WaitStep,
)
from experiments.protocol.timing import Limits
from experiments.protocol.translations import translated
from experiments.protocol.trials import Practice
from experiments.questions import Checked, Question
from experiments.screen import Ask, Block, Fill, Given, Phase, Rule, Screen
from experiments.steps.asking import ask
from experiments.steps.here import Asked, Here, NotYetError, Session
from experiments.steps.instrument import instrument_pages
from experiments.steps.minimal_group import minimal_group

_PHASES: Mapping[str, Phase] = {
    "consent": "consent",
    "attention": "checks",
    "demographics": "demographics",
    "debriefing": "debrief",
    "receipt": "payment",
}
"""Part -> the phase of its screens."""


@dataclass
class Composer:
    """Composes the screens of one session of one slot."""

    session: Session
    closing: list[Screen] = field(default_factory=list)
    """Screens outside the normal order (explanations after a wrong answer), appended at the end."""
    exit: str = ""
    """The first screen that participants see who leave."""
    order: int = 0

    def __post_init__(self) -> None:
        opened = translated(self.session.opened, self.session.language)
        self.session = replace(self.session, opened=opened)

    def compose(self) -> list[Screen]:
        """Return the screens of the session, in order; the last one ends it."""
        key: tuple[str | int, ...] = ("flow",)
        if self.session.session:
            key = ("flow", self.session.session)
        steps = self.session.opened.study.flow[self.session.session]
        here = Here(self.session, Place(key, self.session.session, 0), "")
        screens = list(self.steps(steps, here, "instructions"))
        if screens and not screens[-1].ends:
            finish = self.session.interface.texts["finish"]
            screens[-1] = replace(screens[-1], ends="complete", proceed=finish)
        return [*screens, *self.closing]

    def steps(self, steps: Sequence[Step], here: Here, phase: Phase) -> Iterator[Screen]:
        """Yield the screens of several steps.

        Raises
        ------
        NotYetError
            If one of them cannot be shown yet.
        """
        for index, step in enumerate(steps):
            self.order += 1
            name = self._name(step, index, here)
            inside = replace(
                here.under(name, index), place=replace(here.place.at(index), screen=self.order)
            )
            given = self._given(step.when, inside)
            if given is None:
                continue
            for answers, conditions in self._versions(step, inside):
                version = replace(
                    inside,
                    answers={**inside.answers, **answers},
                    practice=here.practice or step.practice is True,
                )
                for screen in self.screens(step, version, phase):
                    added = (*given, *conditions, *screen.given)
                    yield replace(screen, given=tuple(dict.fromkeys(added)))

    def _name(self, step: Step, index: int, here: Here) -> str:
        own = step.address
        if not own and isinstance(step, ScreenStep) and step.ask and not here.name:
            own = next(iter(step.ask))
        if not own and not here.name:
            own = f"step_{index + 1}"
        if not here.name:
            return own
        return here.name if index == 0 else f"{here.name}.{own or index + 1}"

    def _given(self, condition: Condition | None, here: Here) -> tuple[Given, ...] | None:
        """Return the conditions on earlier answers; None if the step is not shown to this participant."""
        given: list[Given] = []
        for test in condition.tests if condition else ():
            levels = here.levels
            if test.name in levels:
                if not _holds(test, levels[test.name]):
                    return None
                continue
            given.append(self._test(test, here))
        return tuple(given)

    def _test(self, test: Test, here: Here) -> Given:
        measure, asked = here.earlier(test.name)
        base = Given(asked.screen, measure.address)
        if isinstance(test, IsOneOf):
            return replace(base, equals=test.levels)
        if isinstance(test, IsNot):
            return replace(base, differs=(test.level,))
        if isinstance(test, Missing):
            return replace(base, missing=True)
        if isinstance(test, Wrong):
            return replace(base, differs=tuple(asked.correct))  # type: ignore[arg-type]
        return replace(base, sign=test.sign, limit=_number(test))

    def _versions(
        self, step: Step, here: Here
    ) -> Iterator[tuple[dict[str, str], tuple[Given, ...]]]:
        """Yield the versions of a step whose values differ by earlier answers, with their conditions."""
        names = (
            [n for n in _by_names(step) if n not in here.levels]
            if isinstance(step, ScreenStep | EndStep)
            else []
        )
        reach = Reach(self.session.opened.names, self.session.opened.items)
        known: list[list[str]] = []
        for name in names:
            values = reach.possible(name, here.place)
            if values is None:
                raise NotYetError(
                    f"a value by '{name}' cannot be shown, since its answers are not a list"
                )
            known.append(list(values))
        for chosen in product(*known):
            answers = dict(zip(names, chosen, strict=True))
            conditions = tuple(
                self._test(IsOneOf(name, (value,)), here) for name, value in answers.items()
            )
            yield answers, conditions

    @singledispatchmethod
    def screens(self, step: Any, here: Here, phase: Phase) -> Iterator[Screen]:
        """Yield the screens of a step."""
        raise NotYetError(f"steps of the kind '{type(step).__name__}' cannot be shown yet")

    @screens.register
    def _(self, step: PartStep, here: Here, phase: Phase) -> Iterator[Screen]:
        part = step.part.partition("@")[0]
        yield from self.steps(
            step.flow, replace(here, place=here.place.at("flow")), _PHASES.get(part, phase)
        )

    @screens.register
    def _(self, step: ScreenStep, here: Here, phase: Phase) -> Iterator[Screen]:
        yield from self.screen(step, here, phase, "page")

    def screen(
        self, step: ScreenStep | LoopStep, here: Here, phase: Phase, task: str
    ) -> Iterator[Screen]:
        """Yield the screen of a page with its questions, and after it those of questions with an explanation."""
        content = blocks(here.text(step.page)) if step.page is not None else ()
        if any(getattr(step, medium, None) for medium in ("picture", "video", "audio")):
            raise NotYetError("pictures, films and sounds of a step cannot be shown yet")
        if isinstance(step, LoopStep):
            content = self.with_pictures(step, content, here)
        limits = step.time if isinstance(step.time, Limits) else Limits()
        duration = _seconds(step.time) if isinstance(step.time, Duration) else 0.0
        if limits.most is not None or limits.countdown or (duration and step.ask):
            raise NotYetError("screens that end by themselves cannot be shown yet")
        base = Screen(
            here.name,
            "look" if duration else "read",
            "practice" if here.practice else phase,
            task,
            content=content,
            proceed="" if duration else self.session.interface.texts["continue"],
            duration=duration,
            at_least=_seconds(limits.least),
            trial=here.number,
            stimulus=here.trial.item if here.trial else "",
            cells=here.cells or None,
        )
        if getattr(step, "on_leaving", False) and not self.exit:
            self.exit = base.id
        if not step.ask:
            yield replace(base, fills=tuple(here.fills.values()))
            return
        base = replace(base, phase="practice" if here.practice else self._phase_of(step, phase))
        yield from self._asking(base, step.ask, here)

    def _asking(
        self, base: Screen, questions: Mapping[str, Question], here: Here
    ) -> Iterator[Screen]:
        """Yield the screens that ask questions: one, divided where the questions cannot be on one screen yet."""
        pages: list[tuple[str, tuple[Given, ...], list[Ask], list[str]]] = []
        for name, question in questions.items():
            given = self._given(question.when, here)
            if given is None:
                continue
            kind, asks = ask(question, self._address(name, here), here)
            last = pages[-1] if pages else None
            if last and last[0] == kind and KINDS[kind].shares_page and last[1] == given:
                last[2].extend(asks)
                last[3].append(name)
            else:
                pages.append((kind, given, list(asks), [name]))
        for place, (kind, given, asked, names) in enumerate(pages):
            screen = replace(
                base,
                id=base.id if place == 0 else f"{base.id}.{names[0]}",
                kind=kind,
                content=base.content if place == 0 else (),
                asks=tuple(asked),
                given=given,
                fills=tuple(here.fills.values()),
            )
            self._remember(screen, here)
            yield self._explained(screen, {name: questions[name] for name in names}, here)

    def _phase_of(self, step: ScreenStep | LoopStep, phase: Phase) -> Phase:
        if phase != "instructions":
            return phase
        checked = all(
            getattr(question, "correct", None) is not None for question in (step.ask or {}).values()
        )
        return "checks" if checked else "scales"

    def _address(self, question: str, here: Here) -> str:
        """Return the full address of a question."""
        for measure in self.session.opened.names.measures.values():
            if measure.key == (*here.place.key, "ask", question) and not measure.part:
                return measure.address
        raise AddressError(f"'{question}' has no address", "This is a fault of the program.")

    def _remember(self, screen: Screen, here: Here) -> None:
        for each in screen.asks:
            words = {str(option.value): option.label for option in each.options if option.label}
            right = () if each.correct is None else (each.correct,)
            asked = Asked(screen.id, words, right)
            self.session.asked[each.measure] = asked
            if here.trial is not None:
                self.session.asked_of[each.measure, here.trial.item] = asked

    def _explained(self, screen: Screen, questions: Mapping[str, Question], here: Here) -> Screen:
        """Return the screen with a rule that leads to its explanation after a wrong answer."""
        for name, question in questions.items():
            if (
                not isinstance(question, Checked)
                or question.explain is None
                or question.attempts < 2
            ):
                continue
            (asked,) = [each for each in screen.asks if each.measure == self._address(name, here)]
            explained = Screen(
                f"{screen.id}.{name}.explained",
                "read",
                screen.phase,
                screen.task,
                content=blocks(here.text(question.explain)),
                proceed=self.session.interface.texts["continue"],
                after=(Rule(screen.id),),
                cells=screen.cells,
            )
            self.closing.append(explained)
            right = () if asked.correct is None else (asked.correct,)
            rule = Rule(explained.id, asked.measure, differs=right, visits_below=question.attempts)
            screen = replace(screen, after=(*screen.after, rule))
        return screen

    def with_pictures(
        self, step: LoopStep, content: tuple[Block, ...], here: Here
    ) -> tuple[Block, ...]:
        """Return the content with the pictures of the item, under the heading if there is one."""
        if step.pictures is None:
            return content
        number = int(here.value(step.pictures))
        pictures = self.session.opened.pictures(here.loop, here.trial.item, self.session.language)[
            :number
        ]
        if not pictures:
            return content
        shown = list(content)
        heading = shown and shown[0].type == "heading"
        shown.insert(1 if heading else 0, Block("images", images=tuple(pictures)))
        return tuple(shown)

    @screens.register
    def _(self, step: LoopStep, here: Here, phase: Phase) -> Iterator[Screen]:
        loop = Loop(step, here.place.key, self.session.session)
        trials = self.session.slot.trials[".".join(map(str, loop.key))]
        practice = step.practice if isinstance(step.practice, Practice) else None
        if practice is not None and practice.again is not None:
            raise NotYetError("practice until a criterion cannot be shown yet")
        trained = sum(trial.practice for trial in trials)
        for place, trial in enumerate(trials, start=1):
            number = place if trial.practice else place - trained
            suffix = f"practice.{number}" if trial.practice else f"{number}"
            name = f"{here.name}.{suffix}"
            inside = replace(
                here, name=name, loop=loop, trial=trial, number=number, fills={},
                place=replace(here.place, loop=loop), practice=here.practice or trial.practice,
            )  # fmt: skip
            yield from self._trial(step, inside, trial)
            if (
                practice is not None
                and trial.practice
                and place == trained
                and practice.page is not None
            ):
                yield self._read(f"{here.name}.practised", practice.page, here, "practice")
            if step.break_ is not None and not trial.practice and number % step.break_.every == 0:
                if place < len(trials):
                    yield self._read(
                        f"{here.name}.break.{number}", step.break_.page, here, "trials"
                    )

    def _trial(self, step: LoopStep, here: Here, trial: Trial) -> Iterator[Screen]:
        if trial.together:
            raise NotYetError("several levels together on one page cannot be shown yet")
        phase: Phase = "practice" if here.practice else "trials"
        if step.flow is None:
            yield from self.screen(step, here, phase, "each")
            return
        first = True
        for screen in self.steps(step.flow, replace(here, place=here.place.at("flow")), phase):
            if first and isinstance(step.flow[0], ScreenStep) and step.pictures is not None:
                screen = replace(screen, content=self.with_pictures(step, screen.content, here))
            first = False
            yield replace(screen, task="each")

    def _read(self, name: str, text: Any, here: Here, phase: Phase) -> Screen:
        fills: dict[str, Fill] = {}
        content = blocks(replace(here, fills=fills).text(text))
        proceed = self.session.interface.texts["continue"]
        return Screen(
            name,
            "read",
            phase,
            "page",
            content=content,
            proceed=proceed,
            fills=tuple(fills.values()),
        )

    @screens.register
    def _(self, step: ScaleStep, here: Here, phase: Phase) -> Iterator[Screen]:
        yield from instrument_pages(step, here, self.session.opened.scales[step.scale])

    @screens.register
    def _(self, step: WaitStep, here: Here, phase: Phase) -> Iterator[Screen]:
        if step.until is not None or not isinstance(step.time, Duration):
            raise NotYetError("waiting for the experimenter cannot be shown yet")
        content = blocks(here.text(step.wait))
        yield Screen(
            here.name, "look", phase, "wait", content=content, duration=_seconds(step.time)
        )

    @screens.register
    def _(self, step: MinimalGroupStep, here: Here, phase: Phase) -> Iterator[Screen]:
        kind = str(here.value(step.minimal_group))
        yield from minimal_group(step, kind, here, self.session.opened.groups[kind])
        content = blocks(here.text(step.page))
        yield Screen(
            f"{here.name}.feedback", "read", "instructions", "minimal_group", content=content,
            at_least=2.0, proceed=self.session.interface.texts["continue"], cells=here.cells,
        )  # fmt: skip

    @screens.register
    def _(self, step: EndStep, here: Here, phase: Phase) -> Iterator[Screen]:
        content = blocks(here.text(step.end))
        finish = self.session.interface.texts["finish"]
        yield Screen(
            here.name, "read", phase, "end", content=content, proceed=finish, ends=step.outcome,
            fills=tuple(here.fills.values()),
        )  # fmt: skip

    @screens.register
    def _(self, step: PayStep, here: Here, phase: Phase) -> Iterator[Screen]:
        stakes = self.session.stakes
        if stakes is None:
            raise NotYetError("a receipt needs stakes")
        drawn = self.session.slot.draws["implemented"]
        text = {"real": step.paid, "hypothetical": step.unpaid}.get(
            stakes.kind, step.drawn if drawn else step.not_drawn
        )
        measure, _ = here.earlier(step.pay)
        found = [
            a.screen
            for (address, _), a in self.session.asked_of.items()
            if address == measure.address
        ]
        screens = found or [self.session.asked[measure.address].screen]
        paid = screens[int(self.session.slot.draws["paid"] * len(screens))]
        amounts = [
            Fill(part, paid, measure.address, part, stakes.endowment, stakes.format)  # type: ignore[arg-type]
            for part in ("given", "kept")
        ]
        content = blocks(here.text(text))
        yield Screen(
            here.name, "read", "payment", "pay", content=content, ends="complete",
            fills=(*amounts, *here.fills.values()), proceed=self.session.interface.texts["finish"],
        )  # fmt: skip


def _seconds(duration: Duration | None) -> float:
    if duration is None:
        return 0.0
    if duration.seconds is None:
        raise NotYetError("durations in frames cannot be shown yet")
    return float(duration.seconds)


def _number(test: Compared) -> float:
    if isinstance(test.limit, Duration):
        return _seconds(test.limit)
    return float(test.limit.fraction if isinstance(test.limit, Share) else test.limit)


def _holds(test: Test, level: str) -> bool:
    if isinstance(test, IsOneOf):
        return level in test.levels
    if isinstance(test, IsNot):
        return level != test.level
    if isinstance(test, Compared):
        limit = _number(test)
        number = float(level)
        return {
            "<": number < limit,
            ">": number > limit,
            "<=": number <= limit,
            ">=": number >= limit,
        }[test.sign]
    return False


def _by_names(value: Any) -> list[str]:
    """Return what the values of a step differ by."""
    found: dict[str, None] = {}

    def walk(each: Any) -> None:
        if isinstance(each, By):
            found.update(dict.fromkeys(each.by))
            for inner in (*each.levels.values(), each.otherwise):
                walk(inner)
        elif isinstance(each, (Step, Question)):
            for name in type(each).model_fields:
                walk(getattr(each, name))
        elif isinstance(each, Mapping):
            for inner in each.values():
                walk(inner)

    walk(value)
    return list(found)
