"""A session that is interrupted after going back continues at the screen before, with the answers that were there."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import going_back
import pytest
from second_thoughts import SecondThoughts

from experiments.screen import Answer, Response, Screen
from experiments.session.collection import Collection, open_collection
from experiments.session.journal import read_journal
from experiments.session.session import begin, resume
from experiments.study import Study
from experiments.timeline.session_run import SessionIdentity

WHO = SessionIdentity("p01", "1", True, "none")


class Interrupted(Exception):
    """The window was closed."""


class Leaving(SecondThoughts):
    """Closes the window at a visit of a screen, after an answer to it."""

    closes_at: tuple[str, int] = ("", 0)

    def respond(self, screen: Screen, drafts: Mapping[str, Answer]) -> Response:
        if (screen.id, sum(each.id == screen.id for each in self.seen) + 1) == self.closes_at:
            raise Interrupted
        return super().respond(screen, drafts)


@pytest.fixture
def study(tmp_path: Path) -> Study:
    return going_back.write(tmp_path)


def interrupted(study: Study, collection: Collection, at: tuple[str, int], **plan: object) -> None:
    who = Leaving(plan={name.replace("__", "."): each for name, each in plan.items()})  # type: ignore[misc]
    who.closes_at = at
    with pytest.raises(Interrupted):
        begin(study, collection, "main", WHO, "en", {}).run(who)


def test_the_screen_before_is_shown_with_its_answers(study: Study, tmp_path: Path) -> None:
    collection = open_collection(tmp_path / "data", study, simulated=True)
    interrupted(study, collection, ("gift", 2), gift=[{"gift.donation": 4.0}], step_7=[None])
    session = resume(study, collection, WHO)
    assert session.progress.current().id == "gift"
    assert session.progress.visit == 2
    # Begun before the interruption, after going back.
    session.save_draft("gift", "gift.donation", 2.0, 1.0)
    session = resume(study, collection, WHO)
    who = SecondThoughts(plan={"gift": [{"gift.donation": 1.0}]})
    assert session.run(who) == "complete"
    assert who.drafts == [("gift", {"gift.donation": 2.0})]
    rows = read_journal(collection.journal("p01", "1")).rows
    gift = [(row["visit"], row["status"], row["number"]) for row in rows if row["screen"] == "gift"]
    assert gift == [(1, "answered", 4.0), (2, "answered", 1.0)]
    assert [row["sequence"] for row in rows] == list(range(len(rows)))


def test_the_screen_that_was_left_by_back_keeps_its_answers(study: Study, tmp_path: Path) -> None:
    collection = open_collection(tmp_path / "data", study, simulated=True)

    class Rates(Leaving):
        def respond(self, screen: Screen, drafts: Mapping[str, Answer]) -> Response:
            response = super().respond(screen, drafts)
            rated = {"people.compassion": 6} if screen.id == "people.1.compassion" else {}
            return Response({**response.answers, **rated}, {}, 0.0, "test", response.way)

    who = Rates(plan={"people.1.compassion": [None]})
    who.closes_at = ("people.1", 2)
    with pytest.raises(Interrupted):
        begin(study, collection, "main", WHO, "en", {}).run(who)
    again = SecondThoughts()
    resume(study, collection, WHO).run(again)
    assert again.drafts == [("people.1.compassion", {"people.compassion": 6})]
