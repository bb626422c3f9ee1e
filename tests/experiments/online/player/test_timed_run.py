"""The browser's course of a timed trial is that of Python, flip by flip."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

import pytest

from experiments.screen import Ask, Display, Screen, Stimulus, Version
from experiments.timeline.timed_run import TimedRun

SCRIPT = """
const { TimedRun } = await player("timed_run.js");
const main = (trials) => trials.map(({ screen, period, events }) => {
  const run = new TimedRun(screen, period);
  const seen = [];
  for (const [what, ...given] of events) {
    if (what === "key") run.key(...given);
    else {
      run.advance(given[0]);
      seen.push([run.version, run.isWrong]);
      run.flipped(given[0]);
    }
  }
  return { seen, response: run.response(0.5, "imagined") };
});
"""
PERIODS = (1 / 60, 1 / 120, 1 / 144)


def some_trial(rng: random.Random) -> Screen:
    """Return a trial with one to five displays, of which some await a key."""

    def stimuli() -> tuple[Stimulus, ...]:
        return tuple(Stimulus("centre", rng.choice("abc")) for _ in range(rng.randrange(2)))

    displays: list[Display] = []
    asks: list[Ask] = []
    for place in range(1, rng.randrange(2, 7)):
        seconds = rng.choice([0.016, 0.05, 0.1, 0.25, 0.3])
        display = Display(f"show.{place}", (Version(stimuli()),), seconds=seconds)
        if rng.random() < 0.5:
            ask = Ask(f"a{place}", correct="x", keys={"e": "x", "i": "y", "space": "x"})
            ask = replace(ask, until_right=rng.random() < 0.5)
            asks.append(ask)
            if ask.until_right:
                first = replace(ask, measure=f"a{place}.first", until_right=False, first=True)
                asks.append(first)
            free = not asks[:-1] and rng.random() < 0.5
            display = replace(
                display,
                ask=ask.measure,
                fixed=rng.random() < 0.3,
                at_least=rng.choice([0.0, 0.08]),
                seconds=0.0 if free else seconds,
            )
            display = replace(display, fixed=display.fixed and display.seconds > 0)
        elif asks and rng.random() < 0.7:
            results = rng.sample(["right", "wrong", "late"], rng.randrange(1, 4))
            versions = tuple(Version(stimuli(), (each,)) for each in results)
            of = next(each for each in reversed(asks) if not each.first)
            display = replace(display, versions=versions, of=of.measure)
        displays.append(display)
    return Screen("t", "timed", "trials", "each", asks=tuple(asks), displays=tuple(displays))


def some_events(rng: random.Random, period: float) -> list[list[Any]]:
    """Return flips, some of them late, and keys between them."""
    events: list[list[Any]] = []
    time = 10.0
    for _ in range(round(2.0 / period)):
        step = period * rng.choice([1, 1, 1, 1, 1, 1, 1, 1, 2, 3])
        if rng.random() < 0.05:
            events.append(["key", rng.choice(["e", "i", "space", "q"]), time + rng.random() * step])
        time += step
        events.append(["flip", time])
    return events


def python(screen: Screen, period: float, events: list[list[Any]]) -> dict[str, Any]:
    run = TimedRun(screen, period)
    seen = []
    for what, *given in events:
        if what == "key":
            run.key(*given)
            continue
        run.advance(given[0])
        ask = run.asked
        waits = ask is not None and ask.until_right
        wrong = ask is not None and waits and ask.measure in run.answers
        seen.append([run.version and asdict(run.version), wrong and ask.measure not in run.times])
        run.flipped(given[0])
    return {"seen": seen, "response": asdict(run.response(0.5, "imagined"))}


@pytest.mark.parametrize("seed", range(4))
def test_every_flip_shows_what_it_does_in_python(
    run_js: Callable[[str, Any], Any], seed: int
) -> None:
    rng = random.Random(seed)
    trials, expected = [], []
    for _ in range(40):
        screen, period = some_trial(rng), rng.choice(PERIODS)
        events = some_events(rng, period)
        trials.append({"screen": screen.to_json(), "period": period, "events": events})
        expected.append(python(screen, period, events))
    found = run_js(SCRIPT, trials)
    for one, other in zip(found, expected, strict=True):
        assert one["seen"] == [[_plain(version), wrong] for version, wrong in other["seen"]]
        response, wanted = one["response"], other["response"]
        shown, wanted_shown = response.pop("shown"), wanted.pop("shown")
        assert list(shown) == list(wanted_shown)
        for name, times in shown.items():
            assert tuple(times) == pytest.approx(wanted_shown[name])
        assert response == wanted


def _plain(version: dict[str, Any] | None) -> dict[str, Any] | None:
    return version and {
        **version,
        "stimuli": list(version["stimuli"]),
        "results": list(version["results"]),
    }
