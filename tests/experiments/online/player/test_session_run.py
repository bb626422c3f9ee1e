"""The browser's run of a session gives the rows of Python's, screen by screen, also after an interruption."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import contract
import every_kind
import pytest
import two_clubs

from experiments.places import shipped_folder
from experiments.screen import (
    Answer,
    Ask,
    Block,
    Fill,
    Given,
    Option,
    Response,
    Screen,
    Way,
    shown_after,
)
from experiments.study import open_study
from experiments.timeline.session_run import SessionIdentity, SessionRun
from experiments.timeline.timeline import Timeline

SCRIPT = """
const { SessionRun } = await player("session_run.js");
const main = ({ timeline, responses, stops }) => {
  const person = { participant: "p", session: "1", simulated: true, renderer: "browser" };
  const start = (kept = {}) => new SessionRun(timeline, person, () => "T", kept);
  let run = start();
  const rows = [];
  const shown = [];
  const drafts = [];
  responses.forEach((response, place) => {
    shown.push(run.current());
    drafts.push(run.drafts());
    rows.push(...run.take(response));
    if (!stops.includes(place)) return;
    run = start(run.kept);
    run.replay(rows);
  });
  return { rows, shown, drafts, outcome: run.outcome, ended: run.current() === null };
};
"""


def some_answers(screen: Screen, rng: random.Random) -> dict[str, Answer]:
    """Answer a screen at random, as a Python responder would."""
    made: dict[str, Answer] = {}
    for ask in screen.asks:
        if ask.measure in ("consent", "consent.agree") and rng.random() < 0.8:
            made[ask.measure] = "yes"
        elif not ask.required and rng.random() < 0.2:
            made[ask.measure] = None
        elif ask.keys:
            made[ask.measure] = rng.choice(list(ask.keys.values()))
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


def played(timeline: Timeline, seed: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """Play a timeline with random answers; return the browser's input and the expected output."""
    rng = random.Random(seed)
    run = SessionRun(timeline, SessionIdentity("p", "1", True, "browser"), clock=lambda: "T")
    responses, rows, shown, drafts = [], [], [], []
    while (screen := run.current()) is not None:
        shown.append(screen.to_json())
        drafts.append(dict(run.drafts))
        way: Way = "leave" if rng.random() < 0.015 else "on"
        answers = {} if way == "leave" else some_answers(screen, rng)
        if screen.back and way == "on" and rng.random() < 0.4:
            way = "back"
            answers = {name: each for name, each in answers.items() if rng.random() < 0.5}
        times: dict[str, float | None] = {measure: rng.uniform(0, 30) for measure in answers}
        displays = [] if way == "leave" else shown_after(screen, answers)
        seen = {name: (rng.uniform(0, 900), rng.uniform(0, 2)) for name in displays}
        response = Response(answers, times, rng.uniform(0, 900), "clock", way, seen)
        responses.append(
            {
                "answers": answers,
                "times": times,
                "onset": response.onset,
                "clock": "clock",
                "way": way,
                "shown": seen,
            }
        )
        rows += run.take(response)
    stops = sorted(rng.sample(range(len(shown)), min(3, len(shown))))
    given = {"timeline": timeline.to_json(), "responses": responses, "stops": stops}
    return given, {
        "rows": rows,
        "shown": shown,
        "drafts": drafts,
        "outcome": run.outcome,
        "ended": True,
    }


@pytest.mark.parametrize(
    ("language", "seed"), [("en", 1), ("en", 2), ("he", 3), ("zh", 4), ("en", 5), ("en", 6)]
)
def test_rows_and_screens_are_those_of_python(
    run_js: Callable[[str, Any], Any], language: str, seed: int
) -> None:
    # A participant who leaves in these timelines goes on to the last questions, and the session still ends as left.
    timeline = replace(every_kind.build(language), exit="write.line")
    given, expected = played(timeline, seed)
    assert run_js(SCRIPT, given) == json.loads(json.dumps(expected))


def depending() -> Timeline:
    """Return a timeline whose screens are shown by earlier answers, and repeat these in their texts."""
    dollars = {"prefix": "$", "suffix": "", "decimals": 2}
    asked = {
        "choice": Ask(
            "choice",
            options=(Option("a", "**Apples**"), Option("b", "Pears & $&"), Option("c", "")),
        ),
        "age": Ask("age", low=16, high=20, entry="integer"),
        "line": Ask("line", entry="text"),
        "mark": Ask("mark", low=0.0, high=2.0, step=0.5),
        "gift": Ask("gift", low=0.0, high=1.0, step=0.25, money=dollars),
    }
    kinds = {"choice": "choose", "age": "write", "line": "write", "mark": "mark", "gift": "give"}
    conditions = [
        Given("choice", "choice", equals=("a", "b")),
        Given("choice", "choice", differs=("a",)),
        Given("choice", "choice", missing=True),
        Given("age", "age", equals=(18,)),
        *(Given("age", "age", sign=sign, limit=18.0) for sign in ("<", ">", "<=", ">=")),
        Given("mark", "mark", differs=(1.0, 2)),
        Given("line", "line", sign="<", limit=18.0),
        Given("never", "shown", missing=True),
        Given("never", "shown", equals=("a",)),
    ]
    fills: tuple[Fill, ...] = (
        Fill("choice", "choice", "choice", "answer", words={"a": "Apples", "b": "Pears & $&"}),
        Fill("age", "age", "age", "answer"),
        Fill("line", "line", "line", "answer"),
        Fill("mark", "mark", "mark", "answer", words={"1": "one", "toString": "no"}),
        Fill("gift", "gift", "gift", "answer", money=dollars),
        Fill("kept", "gift", "gift", "kept", of=1.0, money=dollars),
        Fill("given", "never", "shown", "given", money=dollars),
    )
    boxes = tuple(Ask(f"box.{name}", high=2.0, step=0.1, money=dollars) for name in "abc")
    for part in ("given", "kept"):
        of_boxes = Fill(f"box.{part}", "boxes", "box.b", part, 2.0, dollars, others=("box.c",))
        fills = (*fills, of_boxes)
    words = " ".join(f"[[{fill.name}]]" for fill in fills)
    repeated = (
        Ask("option", words, options=(Option("x", words), Option("y", "y"))),
        Ask("point", words, low=0.0, high=1.0, low_label=words, high_label=words),
    )
    screens = [
        *(Screen(name, kinds[name], "trials", "test", asks=(ask,)) for name, ask in asked.items()),
        *(
            Screen(f"given.{place}", "read", "trials", "test", given=(each,))
            for place, each in enumerate(conditions)
        ),
        Screen("boxes", "split", "trials", "test", asks=boxes),
        Screen("both", "read", "trials", "test", given=(conditions[0], conditions[5])),
        Screen("text", "read", "trials", "test", content=(Block("text", words),), fills=fills),
        Screen("option", "choose", "trials", "test", asks=repeated[:1], fills=fills),
        Screen("point", "mark", "trials", "test", asks=repeated[1:], fills=fills),
        Screen("end", "read", "debrief", "test", ends="complete"),
    ]
    return replace(every_kind.build("en"), screens=tuple(screens), exit="end")


@pytest.mark.parametrize("seed", range(12))
def test_screens_that_depend_on_answers_are_those_of_python(
    run_js: Callable[[str, Any], Any], seed: int
) -> None:
    given, expected = played(depending(), seed)
    assert run_js(SCRIPT, given) == json.loads(json.dumps(expected))


@pytest.mark.parametrize(
    ("name", "mode", "seed"),
    [
        ("identified_victim", "real", 1),
        ("identified_victim", "lottery", 2),
        ("compassion_collapse", "within", 3),
        ("parochial_vignettes", "paintings", 4),
        # Practice that is repeated after wrong keys.
        ("dot_probe", "main", 5),
    ],
)
def test_studies_of_the_second_edition_run_as_in_python(
    run_js: Callable[[str, Any], Any], name: str, mode: str, seed: int
) -> None:
    study = open_study(shipped_folder("protocols") / f"{name}.yaml")
    given, expected = played(study.timeline(study.slots(mode)[seed]), seed)
    assert run_js(SCRIPT, given) == json.loads(json.dumps(expected))


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("number", [0, 5])
def test_an_entry_and_a_slot_taken_after_it_run_as_in_python(
    run_js: Callable[[str, Any], Any], tmp_path: Path, number: int, seed: int
) -> None:
    timeline = two_clubs.write(tmp_path).timeline_at("main", number)
    # Some leave on the way: in the entry, they see another last page.
    given, expected = played(timeline, seed)
    assert run_js(SCRIPT, given) == json.loads(json.dumps(expected))
    assert {row["slot"] for row in expected["rows"]} <= {0, number}


FAULTS = """
const { SessionRun } = await player("session_run.js");
const main = ({ timeline, rows }) => {
  const messageOf = (act) => { try { act(); return ""; } catch (fault) { return fault.message; } };
  const run = () => new SessionRun(timeline, {}, () => "");
  const nothing = { answers: {}, times: {}, onset: 0, clock: "", way: "on" };
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
