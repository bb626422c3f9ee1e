"""The browser's run of a session gives the rows of Python's, screen by screen, also after an interruption."""

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
from experiments.timeline.session_run import SessionIdentity, SessionRun

SCRIPT = """
const { SessionRun } = await player("session_run.js");
const main = ({ timeline, responses, stops }) => {
  const person = { participant: "p", session: "1", simulated: true, renderer: "browser" };
  const start = () => new SessionRun(timeline, person, () => "T");
  let run = start();
  const rows = [];
  const shown = [];
  responses.forEach((response, place) => {
    shown.push(run.current());
    rows.push(...run.take(response));
    if (!stops.includes(place)) return;
    run = start();
    run.replay(rows);
  });
  return { rows, shown, outcome: run.outcome, ended: run.current() === null };
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
    """Play the timeline with random answers; return the browser's input and the expected output."""
    rng = random.Random(seed)
    # A participant who leaves in these timelines goes on to the last questions, and the session still ends as left.
    timeline = replace(every_kind.build(language), exit="write.line")
    run = SessionRun(timeline, SessionIdentity("p", "1", True, "browser"), clock=lambda: "T")
    responses, rows, shown = [], [], []
    while (screen := run.current()) is not None:
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
        rows += run.take(response)
    stops = sorted(rng.sample(range(len(responses)), min(3, len(responses))))
    given = {"timeline": timeline.to_json(), "responses": responses, "stops": stops}
    return given, {"rows": rows, "shown": shown, "outcome": run.outcome, "ended": True}


@pytest.mark.parametrize(
    ("language", "seed"), [("en", 1), ("en", 2), ("he", 3), ("zh", 4), ("en", 5), ("en", 6)]
)
def test_rows_and_screens_are_those_of_python(
    run_js: Callable[[str, Any], Any], language: str, seed: int
) -> None:
    given, expected = played(language, seed)
    assert run_js(SCRIPT, given) == json.loads(json.dumps(expected))


FAULTS = """
const { SessionRun } = await player("session_run.js");
const main = ({ timeline, rows }) => {
  const messageOf = (act) => { try { act(); return ""; } catch (fault) { return fault.message; } };
  const run = () => new SessionRun(timeline, {}, () => "");
  const nothing = { answers: {}, times: {}, onset: 0, clock: "", leaves: false };
  const asked = run();
  asked.replay(rows.slice(0, 2));
  return [
    messageOf(() => asked.take(nothing)),
    messageOf(() => asked.take({ ...nothing, answers: { consent: null } })),
    messageOf(() => run().replay(rows.slice(1))),
  ];
};
"""


def test_faults_are_named_as_in_python(run_js: Callable[[str, Any], Any]) -> None:
    timeline = every_kind.build("en")
    rows = contract.rows_of("en", contract.walks("en")["answered"])
    messages = run_js(FAULTS, {"timeline": timeline.to_json(), "rows": rows})

    def python(act: Callable[[SessionRun], Any], before: int) -> str:
        run = SessionRun(timeline, SessionIdentity("p", "1", True, "browser"))
        run.replay(rows[:before])
        with pytest.raises(ValueError) as caught:  # noqa: PT011
            act(run)
        return str(caught.value)

    assert messages == [
        python(lambda run: run.take(Response({}, {}, 0.0, "")), 2),
        python(lambda run: run.take(Response({"consent": None}, {}, 0.0, "")), 2),
        python(lambda run: run.replay(rows[1:]), 0),
    ]
