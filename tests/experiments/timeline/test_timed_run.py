"""Which display each flip of a timed trial shows, at the flips of a display that is only imagined."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from experiments.screen import Ask, Display, Response, Screen, Stimulus, Version
from experiments.timeline.timed_run import TimedRun

PERIOD = 1 / 60
KEYS = {"e": "kind", "i": "unkind"}
ASK = Ask("quick", correct="kind", keys=KEYS)


def showing(text: str, *results: str) -> Version:
    return Version((Stimulus("centre", text),), results)  # type: ignore[arg-type]


def trial(*displays: Display, asks: Sequence[Ask] = (ASK,)) -> Screen:
    named = (replace(each, name=f"show.{place}") for place, each in enumerate(displays, start=1))
    return Screen("t", "timed", "trials", "each", asks=tuple(asks), displays=tuple(named))


CROSS = Display("", (showing("+"),), seconds=0.5)
WORD = Display("", (showing("hug"),), ask="quick")
FEEDBACK = Display(
    "", (showing("Wrong", "wrong"), showing("Too slow", "late")), of="quick", seconds=0.4
)


def at_flips(
    screen: Screen, keys: Mapping[float, str] = {}, late: Mapping[int, int] = {}
) -> tuple[list[str], Response]:
    """Run a trial at 60 Hz; return what each flip shows, and the response.

    Parameters
    ----------
    keys
        Time -> the key that is pressed then.
    late
        Number of a flip -> number of refreshes by which it is late.
    """
    run, shown, waiting = TimedRun(screen, PERIOD), [], dict(sorted(keys.items()))
    refresh = number = 0
    while True:
        number += 1
        refresh += 1 + late.get(number, 0)
        now = refresh * PERIOD
        version = run.version
        run.flipped(now)
        if version is None:
            return shown, run.response(0.0, "imagined")
        shown.append(version.stimuli[0].text if version.stimuli else "")
        for time in [each for each in waiting if each <= now]:
            run.key(waiting.pop(time), time)
        run.advance(now + PERIOD)
        assert number < 2000


@pytest.mark.parametrize(
    ("seconds", "flips"), [(0.5, 30), (0.1, 6), (0.016, 1), (0.04, 2), (0.075, 4)]
)
def test_a_display_lasts_the_flips_that_are_closest_to_its_time(seconds: float, flips: int) -> None:
    shown, response = at_flips(trial(replace(CROSS, seconds=seconds), CROSS, asks=()))
    assert shown == ["+"] * (flips + 30)
    onset, lasted = response.shown["show.1"]
    assert lasted == pytest.approx(flips * PERIOD)
    assert response.shown["show.2"][0] == pytest.approx(onset + lasted)


def test_a_display_can_last_a_number_of_frames() -> None:
    shown, _ = at_flips(trial(replace(CROSS, seconds=0.0, frames=12), CROSS, asks=()), late={5: 3})
    assert len(shown) == 12 + 30


def test_a_late_flip_does_not_delay_the_end_of_a_display() -> None:
    _, response = at_flips(trial(CROSS, CROSS, asks=()), late={10: 2, 20: 1})
    assert response.shown["show.1"][1] == pytest.approx(0.5)


def test_a_key_ends_its_display_at_the_next_flip_and_is_timed_from_its_onset() -> None:
    shown, response = at_flips(trial(CROSS, WORD, FEEDBACK), {1.0: "e"})
    onset = response.shown["show.2"][0]
    assert onset == pytest.approx(31 * PERIOD)
    assert response.answers == {"quick": "kind"}
    assert response.times["quick"] == pytest.approx(1.0 - onset)
    assert 1.0 - onset <= response.shown["show.2"][1] <= 1.0 - onset + 2 * PERIOD
    assert "show.3" not in response.shown
    assert set(shown) == {"+", "hug"}


def test_keys_before_the_onset_and_other_keys_do_not_count() -> None:
    _, response = at_flips(trial(CROSS, WORD, FEEDBACK), {0.3: "e", 0.7: "x", 0.9: "i"})
    assert response.answers == {"quick": "unkind"}
    assert response.shown["show.3"][1] == pytest.approx(0.4)


def test_a_deadline_ends_the_display_without_an_answer() -> None:
    shown, response = at_flips(trial(CROSS, replace(WORD, seconds=0.3), FEEDBACK), {2.0: "e"})
    assert (response.answers, response.times) == ({"quick": None}, {"quick": None})
    assert response.shown["show.2"][1] == pytest.approx(0.3)
    assert shown.count("Too slow") == 24


def test_a_fixed_time_is_kept_whatever_is_pressed_and_the_first_key_counts() -> None:
    fixed = replace(WORD, seconds=0.5, fixed=True)
    _, response = at_flips(trial(fixed, FEEDBACK), {0.2: "e", 0.3: "i"})
    assert response.answers == {"quick": "kind"}
    assert response.times["quick"] == pytest.approx(0.2 - PERIOD)
    assert response.shown["show.1"][1] == pytest.approx(0.5)


def test_the_least_time_is_waited_for_after_a_fast_key() -> None:
    _, response = at_flips(trial(replace(WORD, at_least=0.25)), {0.1: "e"})
    assert response.times["quick"] == pytest.approx(0.1 - PERIOD)
    assert response.shown["show.1"][1] == pytest.approx(0.25)


def test_only_the_right_key_ends_a_trial_that_waits_for_it() -> None:
    ask = replace(ASK, until_right=True)
    asks = (ask, replace(ask, measure="quick.first", until_right=False, first=True))
    _, response = at_flips(trial(WORD, asks=asks), {0.4: "i", 0.5: "i", 0.8: "e"})
    assert response.answers == {"quick": "unkind", "quick.first": "unkind"}
    assert response.times["quick.first"] == pytest.approx(0.4 - PERIOD)
    assert response.times["quick"] == pytest.approx(0.8 - PERIOD)


def test_a_display_that_is_passed_over_at_the_end_is_no_gap() -> None:
    screen = trial(WORD, FEEDBACK, replace(CROSS, seconds=0.1))
    _, response = at_flips(screen, {0.4: "e"})
    onset, lasted = response.shown["show.1"]
    assert response.shown["show.3"][0] == pytest.approx(onset + lasted)
