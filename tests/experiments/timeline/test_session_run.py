"""The run of a session: rows, branching, leaving, and resuming where it was interrupted."""

from __future__ import annotations

import pytest

from experiments.places import shipped_folder
from experiments.schema import faults_of
from experiments.screen import Response, Screen
from experiments.study import open_study
from experiments.timeline.session_run import SessionIdentity, SessionRun

WHO = SessionIdentity("p01", "1", False, "none")


def answer(screen: Screen, given=None) -> Response:
    answers, given = {}, given or {}
    for ask in screen.asks:
        if ask.measure in given:
            answers[ask.measure] = given[ask.measure]
        elif ask.correct is not None:
            answers[ask.measure] = ask.correct
        elif screen.kind in {"choose", "rate"}:
            answers[ask.measure] = ask.options[0].value
        elif screen.kind == "write":
            answers[ask.measure] = 30 if ask.entry == "integer" else '=1+1 "quoted"\nשלום 😀'
        else:
            answers[ask.measure] = ask.high
    return Response(answers, dict.fromkeys(answers, 1.0), 0.5, "test")


def go(run: SessionRun, given=None) -> list[dict]:
    rows = []
    while (screen := run.current()) is not None:
        rows += run.take(answer(screen, given))
    return rows


@pytest.fixture(scope="module")
def study():
    return open_study(shipped_folder("protocols") / "identified_victim.yaml")


@pytest.fixture
def run(study):
    return SessionRun(study.timeline(study.slots("real")[0]), WHO)


def test_rows_are_good_and_numbered(run):
    rows = go(run)
    assert run.outcome == "complete"
    assert [row["sequence"] for row in rows] == list(range(len(rows)))
    assert [faults_of(row) for row in rows] == [[]] * len(rows)
    gift = next(row for row in rows if row["measure"] == "appeal.donation")
    assert (gift["number"], gift["value"], gift["unit"]) == (5.0, "5", "USD")
    assert gift["cells"]["victim"] in {"identified", "statistical", "joint"}
    assert gift["stimulus"]


def test_declining_ends_the_session(run):
    rows = go(run, {"consent.agree": "no"})
    assert run.outcome == "declined"
    assert [row["screen"] for row in rows] == ["consent", "consent.2"]


def test_under_age_people_do_not_take_part(run):
    rows = go(run, {"consent.age": 17})
    assert run.outcome == "ineligible"
    assert not any(row["phase"] == "trials" for row in rows)


def test_a_wrong_answer_is_explained_once_and_asked_again(run):
    rows = go(run, {"comprehension.money": "mine"})
    asked = [row for row in rows if row["measure"] == "comprehension.money"]
    assert [row["visit"] for row in asked] == [1, 2]
    assert [row["correct"] for row in asked] == [False, False]
    assert sum(row["screen"].endswith(".explained") for row in rows) == 1
    assert run.outcome == "complete"


def test_leaving_goes_to_the_debrief_and_is_reported(run):
    while not run.current().id.startswith("appeal"):
        run.take(answer(run.current()))
    rows = run.take(Response({}, {}, 0.1, "test", way="leave"))
    assert rows[0]["status"] == "left"
    assert run.current().phase == "debrief"
    go(run)
    assert run.outcome == "left"


def test_the_receipt_says_what_was_given(run):
    seen = []
    while (screen := run.current()) is not None:
        seen.append(screen)
        run.take(answer(screen, {"appeal.donation": 2.0}))
    receipt = " ".join(block.text for block in seen[-1].content)
    assert "keep **$3**" in receipt
    assert "give **$2**" in receipt


def test_required_answers_cannot_be_skipped(run):
    with pytest.raises(ValueError, match="cannot be skipped"):
        run.take(answer(run.current(), {"consent.agree": None}))


@pytest.mark.parametrize("given", [{}, {"comprehension.money": "mine"}, {"appeal.donation": None}])
def test_a_replay_is_where_the_session_was_after_every_row(study, given):
    line = study.timeline(study.slots("real")[1])
    whole, rows = SessionRun(line, WHO), []
    while (screen := whole.current()) is not None:
        again = SessionRun(line, WHO)
        again.replay(rows)
        assert again.current() == screen
        assert (again.sequence, again.visit) == (whole.sequence, whole.visit)
        rows += whole.take(answer(screen, given))
    again = SessionRun(line, WHO)
    again.replay(rows)
    assert again.current() is None
    assert again.outcome == "complete"


def test_a_screen_of_which_only_some_rows_were_written_is_shown_again(study):
    """The process was killed while it wrote the rows of a screen, resumed, and killed again later."""
    line = study.timeline(study.slots("real")[1])
    whole, rows, cut = SessionRun(line, WHO), [], 0
    while (screen := whole.current()) is not None:
        written = whole.take(answer(screen))
        for some in range(1, len(written)):
            again = SessionRun(line, WHO)
            again.replay([*rows, *written[:some]])
            assert again.current() == screen
            assert again.sequence == len(rows)
            again_written = again.take(answer(screen))
            numbered = [(row["sequence"], row["measure"]) for row in written]
            assert [(row["sequence"], row["measure"]) for row in again_written] == numbered
            cut += 1
        rows += written
        again = SessionRun(line, WHO)
        again.replay(rows)
        assert again.current() == whole.current()
    assert cut > 1
    assert again.outcome == "complete"


def test_a_replay_refuses_rows_of_another_timeline(study):
    line = study.timeline(study.slots("real")[0])
    rows = go(SessionRun(line, WHO))
    other = study.timeline(study.slots("hypothetical")[0])
    with pytest.raises(ValueError, match="but the timeline is at"):
        SessionRun(other, WHO).replay(rows)
