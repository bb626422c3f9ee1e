"""Answers without a response scale: options chosen, texts and numbers typed."""

from __future__ import annotations

from math import exp, log

from analysis.simulate.assumptions import Assumptions
from analysis.simulate.draws import Draws
from analysis.simulate.style import Style
from experiments.screen import Answer, Ask, Screen

#: What is typed where a text is asked; plain letters, so that it can be typed on any keyboard.
WORDS = (
    "I do not know.",
    "How people decide about giving.",
    "It made me think.",
    "Something about how numbers change what we feel.",
    "No idea, sorry",
    "About helping others",
)
#: Median of a whole number that is asked for (an estimate), as a share of the way to the greatest.
NUMBER_SHARE = 0.2


def choose(screen: Screen, ask: Ask, draws: Draws, style: Style, assumed: Assumptions) -> str | int:
    """Choose an option: consent by the style, checks by reading, all else by chance."""
    options = [option.value for option in ask.options]
    if screen.task == "consent":
        return options[0] if style.consents else options[-1]
    if style.reads == "straight line":
        return options[draws.below(len(options), "line")]
    anything = options[draws.below(len(options), "choose", screen.id, ask.measure)]
    if ask.correct is None or style.reads != "with care":
        return anything
    if draws.uniform("right", screen.id, ask.measure) < assumed.right:
        return ask.correct
    wrong = [value for value in options if value != ask.correct]
    return wrong[draws.below(len(wrong), "wrong", screen.id, ask.measure)]


def age(draws: Draws) -> float:
    """Return a person's age: exponential above 18 with mean 34, so that young adults are most frequent."""
    return 18 - 16 * log(draws.uniform("age"))


def write(screen: Screen, ask: Ask, draws: Draws) -> Answer:
    """Type a number (an age from 18, or an estimate) or a few words."""
    if ask.entry == "integer":
        if ask.measure == "age":
            typed = age(draws)
        else:
            spread = exp(0.3 * draws.normal("number", screen.id, ask.measure))
            typed = ask.low + NUMBER_SHARE * (ask.high - ask.low) * spread
        return int(min(max(typed, ask.low), ask.high))
    words = WORDS[draws.below(len(WORDS), "words", screen.id, ask.measure)]
    return words[: ask.longest] if ask.longest else words
