"""The screen: plain data on what is shown, what is asked, and which screens can follow.

A screen has no callables and can be converted to JSON and back without change, so that the lab (PsychoPy),
the browser (jsPsych) and simulated participants all use the same screens. A screen asks questions of one kind
(``experiments/measures``) or none. Where several levels of a factor are shown together, it has a panel for each, with
questions of its own. Without questions it is either read at the participant's own pace (``read``)
or shown for ``duration`` seconds (``look``); its single row then has the measure ``read`` or ``look``.

A ``timed`` screen is one timed trial: displays that follow each other without a gap, each from one flip to another.
Each display has a row of its own with its onset and its duration, before the rows of the answers.
"""

from experiments.screen.ask import Answer, Ask, Option, name_on_screen
from experiments.screen.branching import Fill, Given, Rule
from experiments.screen.content import Block, Clip, Cue
from experiments.screen.displays import (
    RESULTS,
    Display,
    Result,
    Spot,
    Stimulus,
    Version,
    result_of,
    version_for,
)
from experiments.screen.entry import Decision, Entry
from experiments.screen.response import Response, Way
from experiments.screen.screen import Panel, Phase, Screen, shown_after

__all__ = [
    "RESULTS",
    "Answer",
    "Ask",
    "Block",
    "Clip",
    "Cue",
    "Decision",
    "Display",
    "Entry",
    "Fill",
    "Given",
    "Option",
    "Panel",
    "Phase",
    "Response",
    "Result",
    "Rule",
    "Screen",
    "Spot",
    "Stimulus",
    "Version",
    "Way",
    "name_on_screen",
    "result_of",
    "shown_after",
    "version_for",
]
