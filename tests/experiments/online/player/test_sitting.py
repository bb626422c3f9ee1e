"""The browser's sitting gives the rows of Python's, screen by screen, also after an interruption."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import contract
import every_kind
import pytest

from experiments.screen import Answer, Response, Screen
from experiments.session_run import Participant, SessionRun

SCRIPT = """
const { Sitting } = await player("sitting.js");
const main = ({ timeline, responses, stops }) => {
  const person = { participant: "p", session: "1", simulated: true, renderer: "browser" };
  const start = () => new Sitting(timeline, person, () => "T");
  let sitting = start();
  const rows = [];
  const shown = [];
  responses.forEach((response, place) => {
    shown.push(sitting.current());
    rows.push(...sitting.take(response));
    if (!stops.includes(place)) return;
    sitting = start();
    sitting.replay(rows);
  });
  return { rows, shown, outcome: sitting.outcome, ended: sitting.current() === null };
};
"""


def some_answers(screen: Screen, rng: random.Random) -> dict[str, Answer]:
    """Answer a screen at random, as a Python responder would."""
    made: dict[str, Answer] = {}
    for ask in screen.asks:
        if ask.measure == "consent" and rng.random() < 0.8:
            made[ask.measure] = "yes"
        elif not ask.required and rng.random() < 0.2:
            made[ask.measure] = None
        elif ask.options:
            made[ask.measure] = rng.choice(ask.options).value
        elif ask.entry in {"text", "lines"}:
            made[ask.measure] = rng.choice(["=1+1", 'so "it" is', "שלום\nעולם", "🌍, $&"])
        elif ask.entry == "integer":
            made[ask.measure] = rng.randrange(int(ask.low), int(ask.high) + 1)
        else:
            steps = rng.randrange(round((ask.high - ask.low) / ask.step) + 1)
            made[ask.measure] = ask.low + steps * ask.step
    return made


def played(language: str, seed: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """Play the timeline with random answers; return what the browser gets and what it should give."""
    rng = random.Random(seed)
    # Who leaves in these timelines goes on to the last questions, and the session still ends as left.
    timeline = replace(every_kind.build(language), exit="write.line")
    sitting = SessionRun(timeline, Participant("p", "1", True, "browser"), clock=lambda: "T")
    responses, rows, shown = [], [], []
    while (screen := sitting.current()) is not None:
        shown.append(screen.to_json())
        leaves = rng.random() < 0.015
        answers = {} if leaves else some_answers(screen, rng)
        times: dict[str, float | None] = {measure: rng.uniform(0, 30) for measure in answers}
        response = Response(answers, times, rng.uniform(0, 900), "clock", leaves)
        responses.append(
            {
                "answers": answers,
                "times": times,
                "onset": response.onset,
                "clock": "clock",
                "leaves": leaves,
            }
        )
        rows += sitting.take(response)
    stops = sorted(rng.sample(range(len(responses)), min(3, len(responses))))
    given = {"timeline": timeline.to_json(), "responses": responses, "stops": stops}
    return given, {"rows": rows, "shown": shown, "outcome": sitting.outcome, "ended": True}


@pytest.mark.parametrize(
    ("language", "seed"), [("en", 1), ("en", 2), ("he", 3), ("zh", 4), ("en", 5), ("en", 6)]
)
def test_rows_and_screens_are_those_of_python(
    run_js: Callable[[str, Any], Any], language: str, seed: int
) -> None:
    given, wanted = played(language, seed)
    assert run_js(SCRIPT, given) == json.loads(json.dumps(wanted))


FAULTS = """
const { Sitting } = await player("sitting.js");
const main = ({ timeline, rows }) => {
  const told = (act) => { try { act(); return ""; } catch (fault) { return fault.message; } };
  const sitting = () => new Sitting(timeline, {}, () => "");
  const nothing = { answers: {}, times: {}, onset: 0, clock: "", leaves: false };
  const asked = sitting();
  asked.replay(rows.slice(0, 2));
  return [
    told(() => asked.take(nothing)),
    told(() => asked.take({ ...nothing, answers: { consent: null } })),
    told(() => sitting().replay(rows.slice(1))),
  ];
};
"""


def test_faults_are_told_as_in_python(run_js: Callable[[str, Any], Any]) -> None:
    timeline = every_kind.build("en")
    rows = contract.rows_of("en", contract.walks("en")["answered"])
    told = run_js(FAULTS, {"timeline": timeline.to_json(), "rows": rows})

    def python(act: Callable[[SessionRun], Any], before: int) -> str:
        sitting = SessionRun(timeline, Participant("p", "1", True, "browser"))
        sitting.replay(rows[:before])
        with pytest.raises(ValueError) as caught:  # noqa: PT011
            act(sitting)
        return str(caught.value)

    assert told == [
        python(lambda sitting: sitting.take(Response({}, {}, 0.0, "")), 2),
        python(lambda sitting: sitting.take(Response({"consent": None}, {}, 0.0, "")), 2),
        python(lambda sitting: sitting.replay(rows[1:]), 0),
    ]
