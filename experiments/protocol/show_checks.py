"""Checks of timed trials: ``show`` steps, and the questions that are answered with a key."""

from __future__ import annotations

from experiments.files.faults import Findings, Key
from experiments.protocol.places import steps_of
from experiments.protocol.screen_steps import Limits, ShowStep, Step
from experiments.protocol.study_file import StudyFile
from experiments.questions.key import Key as KeyPress


def faults_of_shows(study: StudyFile) -> Findings:
    """Yield the faults of timed trials: key in the file, what was found, remedy."""
    for place, step in steps_of(study):
        if isinstance(step, ShowStep):
            yield from _of_show(step, place.key)
        else:
            yield from _keys_elsewhere(step, place.key)


def _of_show(step: ShowStep, key: Key) -> Findings:
    asked = step.ask or {}
    for name, question in asked.items():
        if not isinstance(question, KeyPress):
            found = f"'{name}' is not answered with a key, and nothing else is on the screen of a 'show' step"
            yield (*key, "ask", name), found, "Ask it in a step of its own, after the trial."
    if len(asked) > 1:
        found = f"a 'show' step asks {len(asked)} questions"
        yield (*key, "ask"), found, "Write a 'show' step for each of them."
    time = step.time
    ends = time.most is not None if isinstance(time, Limits) else time is not None
    if not ends and not asked:
        remedy = "Write how long it lasts ('time: 500 ms'), or ask for a key."
        yield (*key, "show"), "it would be shown for ever", remedy
    if isinstance(time, Limits):
        if time.countdown:
            found = "nothing but the stimulus is on the screen, so no remaining time either"
            yield (*key, "time", "countdown"), found, "Remove 'countdown'."
        if time.least is not None and time.least.unit == "frames":
            found = "the least time of a display is in frames"
            yield (*key, "time", "least"), found, "Write it in ms: 'least: 200 ms'."


def _keys_elsewhere(step: Step, key: Key) -> Findings:
    for name, question in (getattr(step, "ask", None) or {}).items():
        if isinstance(question, KeyPress):
            found = f"'{name}' is answered with a key, which only a 'show' step can ask for"
            yield (
                (*key, "ask", name),
                found,
                "Write 'show:' in place of 'page:', with 'ask:' in it.",
            )
