"""The questions whose answers make up an outcome, and so follow its curve."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from analysis.errors import AnalysisError
from analysis.simulate.items import predicted, score_of
from experiments.language.columns import Call, Expression, Name, Negative, Operation
from experiments.language.columns import Number as Constant
from experiments.language.conditions import Condition
from experiments.measures import KINDS, Numeric
from experiments.screen import Ask, Screen
from experiments.study import Study


@dataclass(frozen=True)
class Outcome:
    """The questions that follow a curve, and the answers that they have."""

    name: str
    """The outcome as the hypothesis names it."""
    questions: frozenset[str]
    """Addresses of the questions: one, the items of a score, or those that a column is computed from."""
    where: tuple[Condition, ...]
    """Conditions of the rows that follow the curve."""
    items: int
    """Number of items whose mean it is; 1 if it is no score."""
    kind: str
    """Kind of screen that asks it (``experiments.measures``)."""
    count: int
    """Number of possible answers to a question."""
    width: float
    """Distance between the lowest and the highest answer to a question."""
    trials: int
    """Number of times that a participant is asked."""


def outcome_of(study: Study, name: str, mode: str) -> Outcome:
    """Return the questions of an outcome in a mode.

    Raises
    ------
    AnalysisError
        If it is not asked in this mode, or has no numbers that a curve could predict.
    """
    names, where = _followed(study, name)
    scores = [score_of(study, each) for each in names]
    questions = frozenset(question for score in scores for question in score.questions)
    asked = list(_asked(study, name, questions, mode))
    screen, ask = asked[0]
    kind = KINDS[screen.kind]
    if not issubclass(kind, Numeric):
        raise AnalysisError(
            f"The answers to '{ask.address}' are no numbers, so that no curve predicts their mean.",
            "Simulate a hypothesis about an outcome with numbers.",
        )
    count = kind.count(ask)
    if count < 2:
        raise AnalysisError(
            f"Simulated participants follow the mean or the peak of a dial, and not '{ask.measure}'.",
            "Simulate a hypothesis about another outcome.",
        )
    trials = max((screen.trial or 1) * max(1, len(screen.panels)) for screen, _ in asked)
    items = max(score.count for score in scores)
    return Outcome(name, questions, where, items, screen.kind, count, kind.width(ask), trials)


def _followed(study: Study, name: str) -> tuple[list[str], tuple[Condition, ...]]:
    """Return the measures that follow the curve of a measure or column, and on which rows.

    Of a difference it is what is added.
    """
    columns = study.file.columns
    if name not in columns:
        return [name], ()
    of = columns[name].of
    where = () if of.where is None else (of.where,)
    if isinstance(of.value, Condition) or not isinstance(of.value, Expression):
        raise AnalysisError(
            f"Simulated participants cannot follow a curve of '{name}', which is computed as '{of}'.",
            "Simulate a hypothesis about a measure.",
        )
    found: list[str] = []
    for each, sign, condition in _added(of.value, 1):
        if sign < 0 or study.names.levels(each) is not None or each == "trial":
            continue
        names, inner = _followed(study, each)
        found += names
        where = (*where, *inner, *condition)
    if not found:
        raise AnalysisError(
            f"Simulated participants cannot follow a curve of '{name}', which is computed as '{of}'.",
            "Simulate a hypothesis about a measure.",
        )
    return list(dict.fromkeys(found)), tuple(dict.fromkeys(where))


def _added(
    node: Expression | Condition, sign: int
) -> Iterator[tuple[str, int, tuple[Condition, ...]]]:
    """Yield the names in an expression, whether they raise or lower it, and on which rows."""
    if isinstance(node, Name):
        yield node.address, sign, ()
    elif isinstance(node, Negative):
        yield from _added(node.of, -sign)
    elif isinstance(node, Operation):
        turned = -sign if node.sign in "-/" else sign
        yield from _added(node.left, -sign if _lowers(node, node.right) else sign)
        yield from _added(node.right, -turned if _lowers(node, node.left) else turned)
    elif isinstance(node, Call) and node.function not in ("sd", "count"):
        for argument in node.arguments:
            for name, own, where in _added(argument, sign):
                yield name, own, (*where, *((node.where,) if node.where else ()))


def _lowers(node: Operation, factor: Expression) -> bool:
    """Return whether one side of a product is a number below zero."""
    return node.sign in "*/" and isinstance(factor, Negative) and isinstance(factor.of, Constant)


def _asked(
    study: Study, name: str, questions: frozenset[str], mode: str
) -> Iterator[tuple[Screen, Ask]]:
    """Yield the screens that ask an outcome, and how they do so, in the first cell that is asked."""
    for slot in study.first_slots(mode):
        found = [
            (screen, ask)
            for screen in study.timeline(slot).screens
            for ask in predicted(screen)
            if ask.address in questions and screen.phase != "practice"
        ]
        if found:
            yield from found
            return
    raise AnalysisError(
        f"The outcome '{name}' is not asked in the mode '{mode}'.",
        "Simulate another mode.",
    )
