"""Going back: every change is a row, changed answers change what follows, and the answers taken back do not count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import going_back
import pytest

from experiments.schema import Row, faults_of
from experiments.screen import Answer, Ask, Block, Fill, Given, Option, Response, Rule, Screen, Way
from experiments.timeline.rows import taken_back
from experiments.timeline.session_run import SessionIdentity, SessionRun
from experiments.timeline.timeline import Timeline

WHO = SessionIdentity("p01", "1", False, "none")
YES_NO = (Option("yes", "Yes"), Option("no", "No"))


@pytest.fixture(scope="module")
def timeline(tmp_path_factory: pytest.TempPathFactory) -> Timeline:
    study = going_back.write(tmp_path_factory.mktemp("study"))
    return study.timeline(study.slots("main")[0])


def to(run: SessionRun, screen: str) -> None:
    """Go on to a screen, with any answers."""
    while (shown := run.current()) is not None and shown.id != screen:
        go(run, {ask.measure: anything(ask) for ask in shown.asks})
    assert shown is not None


def anything(ask: Ask) -> Answer:
    if ask.options:
        return ask.options[0].value
    return 30 if ask.entry else ask.high


def go(run: SessionRun, answers: Mapping[str, Answer] = {}, way: Way = "on") -> list[Row]:
    return run.take(Response(dict(answers), {}, 0.5, "test", way))


def back(run: SessionRun, **answers: Answer) -> list[Row]:
    return go(run, answers, "back")


def at(run: SessionRun) -> str:
    shown = run.current()
    return "" if shown is None else shown.id


def test_back_shows_the_screen_before_with_its_answers(timeline: Timeline) -> None:
    run = SessionRun(timeline, WHO)
    to(run, "people.2.compassion")
    assert run.current().back == ("people.2",)
    (row,) = back(run, **{"people.compassion": 3})
    assert (row["status"], row["measure"], row["number"], row["visit"]) == (
        "back", "people.compassion", 3, 1,
    )  # fmt: skip
    assert faults_of(row) == []
    assert (at(run), run.visit, run.drafts) == ("people.2", 2, {})
    (row,) = go(run)
    assert (row["status"], row["visit"]) == ("shown", 2)
    assert (at(run), run.visit) == ("people.2.compassion", 2)
    assert run.drafts == {"people.compassion": 3}
    go(run, {"people.compassion": 5})
    # No way leads back from one trial into another.
    assert (at(run), run.current().back) == ("people.3", ())
    with pytest.raises(ValueError, match=r"there is no way back from 'people\.3'"):
        back(run)
    assert at(run) == "people.3"


def test_a_changed_answer_changes_what_follows(timeline: Timeline) -> None:
    run = SessionRun(timeline, WHO)
    to(run, "tea")
    go(run, {"tea.drinks": "yes"})
    go(run, {"tea.which": "green"})
    assert (at(run), run.current().back) == ("tea.often", ("tea.which",))
    back(run)
    assert (at(run), run.drafts) == ("tea.which", {"tea.which": "green"})
    back(run, **{"tea.which": "black"})
    assert (at(run), run.drafts) == ("tea", {"tea.drinks": "yes"})
    go(run, {"tea.drinks": "no"})
    # The question of which tea is passed over, also on the way back, and has no answer any more.
    assert (at(run), run.current().back) == ("tea.often", ("tea",))
    assert ("tea.which", "tea.which") not in run.answers
    back(run)
    assert at(run) == "tea"
    go(run, {"tea.drinks": "yes"})
    assert (at(run), run.drafts) == ("tea.which", {"tea.which": "black"})
    go(run, {"tea.which": "black"})
    assert run.answers["tea.which", "tea.which"] == "black"


def test_texts_repeat_the_last_answer(timeline: Timeline) -> None:
    run = SessionRun(timeline, WHO)
    to(run, "gift")
    go(run, {"gift.donation": 4.0})
    assert run.current().content[0].text == "You give $4."
    back(run)
    assert run.drafts == {"gift.donation": 4.0}
    go(run, {"gift.donation": 1.0})
    assert run.current().content[0].text == "You give $1."


def test_a_question_that_was_skipped_is_skipped_when_it_is_shown_again(timeline: Timeline) -> None:
    run = SessionRun(timeline, WHO)
    to(run, "gift")
    go(run, {"gift.donation": None})
    back(run)
    assert run.drafts == {"gift.donation": None}


def test_nobody_goes_back_from_the_debriefing_after_leaving(timeline: Timeline) -> None:
    screens = {screen.id: screen for screen in timeline.screens}
    exit = replace(screens[timeline.exit], back=("demographics",))
    changed = [exit if each.id == exit.id else each for each in timeline.screens]
    run = SessionRun(replace(timeline, screens=tuple(changed)), WHO)
    to(run, "people.1.compassion")
    go(run, way="leave")
    assert (at(run), run.current().back) == (exit.id, ())


def test_a_replay_is_where_the_session_was_after_every_row(timeline: Timeline) -> None:
    """Back from each screen that has a button, with some answers; killed after any screen, or within its rows."""
    whole, rows, went, cut = SessionRun(timeline, WHO), [], set(), 0
    while (screen := whole.current()) is not None:
        way: Way = "back" if screen.back and screen.id not in went else "on"
        went.add(screen.id)
        asked = screen.asks[1:] if way == "back" else screen.asks
        answers = {ask.measure: anything(ask) for ask in asked}
        written = whole.take(Response(answers, {}, 0.5, "test", way))
        for some in range(1, len(written)):
            again = SessionRun(timeline, WHO)
            again.replay([*rows, *written[:some]])
            assert again.current() == screen
            assert again.sequence == len(rows)
            cut += 1
        rows += written
        again = SessionRun(timeline, WHO)
        again.replay(rows)
        assert again.current() == whole.current()
        assert (again.sequence, again.visit) == (whole.sequence, whole.visit)
        assert (again.drafts, again.answers) == (whole.drafts, whole.answers)
    assert cut > 3
    assert whole.outcome == again.outcome == "complete"
    assert sum(row["status"] == "back" for row in rows) > 10
    assert [row["sequence"] for row in rows] == list(range(len(rows)))


def small(*screens: Screen) -> SessionRun:
    end = Screen("end", "read", "debrief", "page", ends="complete")
    line = Timeline(
        "s", "S", "1", "h", "c", "main", 1, "en", "ltr", {}, "end", (*screens, end)
    )  # fmt: skip
    return SessionRun(line, WHO)


def test_going_back_uses_up_no_attempt() -> None:
    check = Ask("check", options=YES_NO, correct="yes")
    wrong = Rule("explained", "check", differs=("yes",), visits_below=2)
    read = Screen("read", "read", "instructions", "page")
    asks = Screen("asks", "choose", "checks", "page", asks=(check,), after=(wrong,), back=("read",))
    explained = Screen("explained", "read", "checks", "page", after=(Rule("asks"),))
    run = small(read, asks, Screen("on", "read", "checks", "page", after=(Rule("end"),)), explained)
    go(run)
    for visit in (1, 2, 3):
        assert (at(run), run.visit) == ("asks", visit)
        (row,) = back(run, check="no")
        assert row["correct"] is None
        go(run)
    assert [row["correct"] for row in go(run, {"check": "no"})] == [False]
    assert at(run) == "explained"
    go(run)
    back(run)
    go(run)
    go(run, {"check": "no"})
    assert at(run) == "on"


def test_an_answer_that_stays_on_the_device_comes_back_there_only() -> None:
    name = Ask("name", entry="text", local=True)
    asks = Screen("asks", "write", "trials", "page", asks=(name,))
    fill = Fill("name", "asks", "name", "answer")
    read = Screen(
        "read",
        "read",
        "trials",
        "page",
        (Block("text", "[[name]]"),),
        fills=(fill,),
        back=("asks",),
    )
    more = Ask("more", entry="text", local=True)
    asks_more = Screen("more", "write", "trials", "page", asks=(more,), back=("read", "asks"))
    run = small(asks, read, asks_more)
    rows = go(run, {"name": "Noor"}) + go(run)
    rows += back(run, more="Dana")
    assert [row["value"] for row in rows] == [None, None, None]
    rows += back(run)
    assert (at(run), run.drafts) == ("asks", {"name": "Noor"})
    elsewhere = SessionRun(run.timeline, WHO)
    elsewhere.replay(rows)
    assert (elsewhere.current().id, elsewhere.drafts) == ("asks", {})
    here = SessionRun(run.timeline, WHO, kept=dict(run.kept))
    here.replay(rows)
    assert here.drafts == {"name": "Noor"}
    for each, text in ((run, "Ada"), (here, "Ada")):
        go(each, {"name": text})
        assert each.current().content[0].text == text
        go(each)
        assert each.drafts == {"more": "Dana"}


def test_a_way_back_passes_over_what_was_not_shown() -> None:
    first = Screen("first", "choose", "trials", "page", asks=(Ask("a", options=YES_NO),))
    only = Screen("only", "read", "trials", "page", given=(Given("first", "a", equals=("yes",)),))
    last = Screen("last", "read", "trials", "page", back=("only",))
    run = small(first, only, last)
    go(run, {"a": "no"})
    # Here, Back leads to nothing but the screen that was not shown.
    assert (at(run), run.current().back) == ("last", ())


def test_which_visits_were_taken_back(timeline: Timeline, tmp_path: Path) -> None:
    run, rows = SessionRun(timeline, WHO), []

    def more(written: list[Row]) -> None:
        rows.extend(written)

    to(run, "tea")
    more(go(run, {"tea.drinks": "yes"}))
    more(go(run, {"tea.which": "green"}))
    assert taken_back(rows) == set()
    more(back(run))
    # Until the screen is answered again, its answer counts.
    assert taken_back(rows) == {("tea.often", 1)}
    more(back(run))
    assert taken_back(rows) == {("tea.often", 1), ("tea.which", 1), ("tea.which", 2)}
    more(go(run, {"tea.drinks": "no"}))
    more(go(run, {"tea.often": 1}))
    assert taken_back(rows) == {
        ("tea.often", 1), ("tea.which", 1), ("tea.which", 2), ("tea", 1),
    }  # fmt: skip
