"""What participants answered before they went back is in the data, and does not count in the analysis."""

from __future__ import annotations

from pathlib import Path

import going_back
import pytest
from second_thoughts import SecondThoughts

from analysis.data.conditions import with_conditions
from analysis.data.exclude import exclude
from analysis.data.frames import Frames
from analysis.data.load import Data, load, trials
from experiments.package.package import write_package
from experiments.package.paying import tally
from experiments.session.collection import open_collection
from experiments.session.session import begin
from experiments.study import Study
from experiments.timeline.session_run import SessionIdentity

PLAN = {
    "tea": [{"tea.drinks": "yes"}, {"tea.drinks": "no"}],
    "tea.which": [{"tea.which": "green"}, None],
    "tea.often": [None, {"tea.often": 2}],
    "people.1.compassion": [None, {"people.compassion": 6}],
    "people.2.compassion": [{"people.compassion": 3}],
    "gift": [{"gift.donation": 5.0}, {"gift.donation": None}],
    "step_7": [None],
}


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    return going_back.write(
        tmp_path_factory.mktemp("study"),
        ("sample:", "exclude: {participants: [tea.which = green]}\nsample:"),
    )


@pytest.fixture(scope="module")
def folder(study: Study, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a collection in which one participant went back, with other answers, and one did not."""
    folder = tmp_path_factory.mktemp("data") / "data"
    collection = open_collection(folder, study, simulated=True)
    screens = study.timeline(study.slots("main")[0]).screens
    items = [[ask.measure for ask in each.asks] for each in screens if each.task == "scale"]
    for name, plan in (("changed", True), ("stayed", False)):
        scale = {
            # First a 1 to everything; then, after going back, a 5 to the items of the second page.
            "feelings5.1": [dict.fromkeys(items[0], 1)],
            "feelings5.2": [dict.fromkeys(items[1], 1), dict.fromkeys(items[1], 5)],
            "feelings5.3": [None, dict.fromkeys(items[2], 1)],
        }
        straight = {
            "tea": [{"tea.drinks": "yes"}],
            "tea.which": [{"tea.which": "green"}],
            "gift": [{"gift.donation": 5.0}],
        }
        who = SecondThoughts(plan={**PLAN, **scale} if plan else straight)
        session = begin(
            study, collection, "main", SessionIdentity(name, "1", True, "none"), "en", {}
        )
        assert session.run(who) == "complete"
        if plan:
            assert ("feelings5.2", dict.fromkeys(items[1], 1)) in who.drafts
    return folder


@pytest.fixture(scope="module")
def data(study: Study, folder: Path) -> Data:
    return with_conditions(load(folder), study)


def test_every_change_is_a_row(data: Data) -> None:
    rows = data.rows[data.rows["participant"] == "changed"]
    gift = rows[rows["measure"] == "gift.donation"]
    assert gift[["visit", "status"]].to_numpy().tolist() == [[1, "answered"], [2, "skipped"]]
    assert gift["number"].tolist()[0] == 5
    often = rows[rows["measure"] == "tea.often"]
    assert often["status"].tolist() == ["back", "answered"]
    assert rows["sequence"].tolist() == list(range(len(rows)))


def test_the_last_visit_counts_also_if_it_was_skipped(data: Data) -> None:
    people = data.participants.set_index("participant")
    assert people["tea_drinks"].to_dict() == {"changed": "no", "stayed": "yes"}
    assert people["gift_donation"].isna().to_dict() == {"changed": True, "stayed": False}
    own = data.trials[data.trials["participant"] == "changed"].set_index("trial")
    assert own["people_compassion"].to_dict() == {
        **own["people_compassion"].to_dict(), 1: 6, 2: 3,
    }  # fmt: skip
    assert len(own) == 4
    assert len(trials(data, "people.compassion")) == 8


def test_an_answer_that_is_not_asked_any_more_does_not_count(data: Data, study: Study) -> None:
    people = data.participants.set_index("participant")
    assert people["tea_which"].to_dict() == {
        "stayed": "green",
        "changed": people["tea_which"]["changed"],
    }
    assert people["tea_which"].isna().to_dict() == {"changed": True, "stayed": False}
    kept = exclude(data, study, "main").data
    assert kept.sessions["participant"].tolist() == ["changed"]


def test_scores_are_of_the_last_visit(data: Data, study: Study) -> None:
    frames = Frames.of(data, study, "main")
    scores = frames.frame("feelings5").set_index("participant")["feelings5"]
    assert scores["changed"] == pytest.approx((2 * 1 + 2 * 5 + 1) / 5)
    often = frames.frame("tea.often").set_index("participant")["tea_often"]
    assert often["changed"] == 2


def test_nobody_pays_what_was_taken_back(folder: Path, study: Study) -> None:
    given = {each.participant: each.given for each in tally(study, [folder]).payments}
    assert given == {"changed": 0.0, "stayed": 5.0}


def test_the_codebook_says_what_the_status_means(
    folder: Path, study: Study, tmp_path: Path
) -> None:
    (package,) = write_package([folder], tmp_path / "package")
    codebook = next(package.rglob("codebook.json")).read_text(encoding="utf-8")
    assert "went back to the screen before" in codebook
    loaded = with_conditions(load(package), study)
    assert "back" in set(loaded.rows["status"])
    assert loaded.participants["gift_donation"].isna().sum() == 1
