"""The displays of a timed trial that are shown, by its answer."""

from __future__ import annotations

import pytest

from experiments.screen import (
    Ask,
    Display,
    Screen,
    Stimulus,
    Version,
    result_of,
    shown_after,
    version_for,
)
from experiments.screen.displays import FRAME

KEY = Ask("word", correct="kind", keys={"e": "kind", "i": "unkind"})
PRAISE = Version((Stimulus("centre", "Right"),), ("right",))
ELSE = Version((Stimulus("centre", "Wrong or late"),), ("wrong", "late"))
FEEDBACK = Display("show.2", (PRAISE, ELSE), of="word", seconds=0.5)


@pytest.mark.parametrize(
    ("answer", "result"), [("kind", "right"), ("unkind", "wrong"), (None, "late")]
)
def test_the_result_of_an_answer(answer, result) -> None:
    assert result_of(KEY, answer) == result


def test_every_answer_is_right_where_none_is_correct() -> None:
    assert result_of(Ask("word", keys=KEY.keys), "unkind") == "right"


@pytest.mark.parametrize(("answer", "version"), [("kind", PRAISE), ("unkind", ELSE), (None, ELSE)])
def test_the_first_version_for_the_result_is_shown(answer, version) -> None:
    assert version_for(FEEDBACK, {"word": KEY}, {"word": answer}) is version


def test_a_version_for_a_result_is_passed_over_before_there_is_one() -> None:
    assert version_for(FEEDBACK, {"word": KEY}, {}) is None


def test_a_trial_shows_its_feedback_only_after_the_results_it_is_for() -> None:
    word = Display("show.1", (Version((Stimulus("centre", "warm"),)),), ask="word")
    only_wrong = Display("show.2", (ELSE,), of="word", seconds=0.5)
    trial = Screen("t", "timed", "trials", "each", asks=(KEY,), displays=(word, only_wrong))
    assert shown_after(trial, {"word": "kind"}) == ["show.1"]
    assert shown_after(trial, {"word": "unkind"}) == ["show.1", "show.2"]


def test_a_display_with_a_number_of_frames_is_shown_for_as_long() -> None:
    assert Display("show.1", (), frames=6, seconds=9.0).longest == pytest.approx(6 * FRAME)
    assert Display("show.1", (), seconds=9.0).longest == 9.0
