"""Studies run through the real session machine and give rows."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import small_study
from simulated_answers import Somebody

from experiments.errors import UserError
from experiments.places import shipped_folder
from experiments.session.collection import Collection, open_collection
from experiments.session.journal import read_journal
from experiments.session.secret import allocated, secret_of
from experiments.session.session import begin, resume
from experiments.steps.not_yet import NotYetError
from experiments.study import Study, open_study
from experiments.timeline.session_run import SessionIdentity

STUDIES = shipped_folder("protocols")
MODES = {
    "identified_victim": ("real", "lottery", "hypothetical"),
    "compassion_collapse": ("between", "within"),
    "parochial_vignettes": ("dots", "paintings"),
}


def went_through(
    study: Study, mode: str, folder: Path, somebody: Somebody | None = None
) -> tuple[str, list[dict[str, Any]]]:
    """Run a whole session; return its outcome and its rows."""
    collection = open_collection(folder / "data", study, simulated=True)
    identity = SessionIdentity("p01", "1", True, "none")
    session = begin(study, collection, mode, identity, study.language(), {})
    outcome = session.run(somebody or Somebody())
    record = read_journal(collection.journal("p01", "1"))
    assert record.damage == ()
    return outcome, list(record.rows)


@pytest.mark.parametrize(("name", "mode"), [(n, mode) for n in MODES for mode in MODES[n]])
def test_a_whole_session_of_a_shipped_study_gives_rows(
    tmp_path: Path, name: str, mode: str
) -> None:
    study = open_study(STUDIES / f"{name}.yaml")
    somebody = Somebody()
    outcome, rows = went_through(study, mode, tmp_path, somebody)
    assert outcome == "complete"
    asked = {ask.measure for screen in somebody.seen for ask in screen.asks}
    measures = study.opened.names.measures
    assert asked <= set(measures)
    never = {address for address in measures if not measures[address].part} - asked
    # Scores of instruments are computed, a matrix is asked by item, and some questions are not asked in every mode.
    scores = {address for address in never if measures[address].kind == "scale"}
    assert never - scores <= {"thermometer.warmth", "comprehension.money", "believed", "how_many"}
    assert all("[[" not in block.text for screen in somebody.seen for block in screen.content)
    assert {row["study"] for row in rows} == {name}
    assert {row["protocol_hash"] for row in rows} == {study.hash}


def test_the_smallest_study_gives_each_item_once_in_both_groups_over_people(tmp_path: Path) -> None:
    study = small_study.write(tmp_path)
    outcome, rows = went_through(study, "main", tmp_path)
    assert outcome == "complete"
    rated = [row for row in rows if row["measure"] == "vignettes.compassion"]
    assert sorted(row["stimulus"] for row in rated) == [f"i{n}" for n in range(1, 9)]
    cells = Counter((row["cells"]["group"], row["cells"]["severity"]) for row in rated)
    assert set(cells.values()) == {2}
    assert {row["phase"] for row in rated} == {"trials"}
    assert [row["trial"] for row in rated] == list(range(1, 9))
    met = {
        (trial.item, trial.cells["group"])
        for slot in study.slots("main")[:2]
        for trial in slot.trials["flow.1"]
    }
    assert len(met) == 16
    shown = next(row for row in rated if row["stimulus"] == "i3")
    assert shown["cells"]["severity"] == "mild"


def test_a_study_without_minutes_says_how_long_its_screens_take(tmp_path: Path) -> None:
    study = small_study.write(tmp_path)
    first = study.timeline(study.slots("main")[0]).screens[0]
    assert "It takes about 2 minutes." in first.content[1].text


def test_items_for_practice_are_never_trials() -> None:
    study = open_study(STUDIES / "parochial_vignettes.yaml")
    trials = [
        trial
        for slot in study.slots("dots")[:12]
        for trial in slot.trials["flow.7"]
        if trial.item.startswith("practice")
    ]
    assert {(trial.item, trial.practice) for trial in trials} == {("practice_bus", True)}


def test_who_declines_sees_no_more_than_the_end(tmp_path: Path) -> None:
    study = open_study(STUDIES / "identified_victim.yaml")
    outcome, rows = went_through(study, "real", tmp_path, Somebody({"consent.agree": "no"}))
    assert outcome == "declined"
    assert [row["screen"] for row in rows] == ["consent", "consent.2"]
    assert rows[0]["stimulus"].startswith("consent@1.0#")


def test_who_is_too_young_goes_no_further(tmp_path: Path) -> None:
    study = open_study(STUDIES / "identified_victim.yaml")
    outcome, rows = went_through(study, "real", tmp_path, Somebody({"consent.age": 17}))
    assert outcome == "ineligible"
    assert [row["screen"] for row in rows] == ["consent", "consent.age", "consent.4"]


def test_a_wrong_answer_is_explained_once_and_asked_again(tmp_path: Path) -> None:
    study = open_study(STUDIES / "identified_victim.yaml")
    _, rows = went_through(study, "real", tmp_path, Somebody({"comprehension.money": "mine"}))
    asked = [row for row in rows if row["measure"] == "comprehension.money"]
    assert [(row["visit"], row["correct"]) for row in asked] == [(1, False), (2, False)]
    assert sum(row["screen"].endswith(".explained") for row in rows) == 1


def test_who_leaves_sees_the_debriefing_and_the_receipt(tmp_path: Path) -> None:
    study = open_study(STUDIES / "identified_victim.yaml")
    outcome, rows = went_through(study, "real", tmp_path, Somebody(leaves_at="appeal.1.donation"))
    assert outcome == "left"
    after = [row["screen"] for row in rows][-4:]
    assert after == ["appeal.1.donation", "debriefing", "debriefing.2", "receipt"]


def test_a_session_resumes_where_it_stopped(tmp_path: Path) -> None:
    class Stops(Somebody):
        def respond(self, screen: Any, drafts: Any) -> Any:
            if screen.id == "feelings5.1":
                raise KeyboardInterrupt
            return super().respond(screen, drafts)

    study = open_study(STUDIES / "identified_victim.yaml")
    collection = open_collection(tmp_path / "data", study, simulated=True)
    identity = SessionIdentity("p01", "1", True, "none")
    with pytest.raises(KeyboardInterrupt):
        begin(study, collection, "real", identity, "en", {}).run(Stops())
    somebody = Somebody()
    assert resume(study, collection, identity).run(somebody) == "complete"
    assert somebody.seen[0].id == "feelings5.1"


ANSWERS = """\
study: answers
title: Earlier answers
stakes: {endowment: 10 USD, paid: nobody}
factors: {within: {person: [ann, ben]}}
flow:
  - name: before
    ask:
      hobby: {text: What do you like to do?, lines: 1}
      mood: {choice: "How are you?", options: {good: I am well, bad: I am not well}}
      wish: {number: "How many wishes?", least: 0, most: 10}
      tense: {rating: "Right now", points: 5, items: {calm: "calm", worried: "worried"}, from: No, to: Yes}
  - page: "You like {hobby}. You said: {mood}. Wishes: {wish}."
  - when: mood = bad
    page: We are sorry.
  - when: mood = good and wish > 3
    page: So many wishes!
  - when: before.tense.worried = 5
    page: You are worried.
  - when: hobby missing
    page: You do not say what you like.
  - page: {by: mood, good: "Glad: {hobby}", bad: "Sorry: {hobby}", else: You do not say.}
  - name: people
    each: person
    order: as written
    flow:
      - ask:
          close: {choice: "Are you close to {person}?", options: yes_no}
      - when: close = yes
        ask: {gift: {allocation: "How much for {person}?"}}
      - when: gift > 5
        page: "You give {person} {gift}. That is much."
  - name: again
    each: person
    order: as written
    page: "Of {person} you said: {close}."
    ask: {liked: {rating: "How much do you like {person}?", from: No, to: Yes}}
  - when: close = no
    end: You are not close to ben.
analysis: {formula: liked ~ person, contrasts: [ann - ben]}
sample: {participants: 10}
"""


def shown(study: Study, tmp_path: Path, **given: Any) -> list[str]:
    """Return the texts and questions of a session, in the order in which they are shown."""
    addresses = {name.replace("__", "."): value for name, value in given.items()}
    somebody = Somebody({"people.gift": 3.0, "before.tense.worried": 1, **addresses})
    went_through(study, "main", tmp_path, somebody)
    return [
        text
        for screen in somebody.seen
        for text in (
            *(block.text for block in screen.content),
            *(ask.prompt for ask in screen.asks),
        )
    ]


@pytest.fixture
def answers(tmp_path: Path) -> Study:
    return small_study.write(tmp_path, ANSWERS)


def test_texts_repeat_earlier_answers(answers: Study, tmp_path: Path) -> None:
    texts = shown(answers, tmp_path, before__hobby="music", before__mood="good", before__wish=4)
    assert "You like music. You said: I am well. Wishes: 4." in texts
    assert "Glad: music" in texts


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"before__mood": "bad"}, {"We are sorry."}),
        ({"before__mood": "good", "before__wish": 4}, {"So many wishes!"}),
        ({"before__mood": "good", "before__wish": 3}, set()),
        ({"before__mood": "good", "before__wish": None}, set()),
        ({"before__mood": None}, {"You do not say."}),
        (
            {"before__mood": "bad", "before__tense__worried": 5},
            {"We are sorry.", "You are worried."},
        ),
        (
            {"before__mood": "bad", "before__hobby": None},
            {"We are sorry.", "You do not say what you like."},
        ),
    ],
)
def test_steps_are_shown_by_earlier_answers(
    answers: Study, tmp_path: Path, given: dict[str, Any], expected: set[str]
) -> None:
    conditional = {
        "We are sorry.", "So many wishes!", "You are worried.", "You do not say what you like.",
        "You do not say.",
    }  # fmt: skip
    given = {"before__hobby": "music", "before__wish": 1, **given}
    assert conditional.intersection(shown(answers, tmp_path, **given)) == expected


def test_conditions_in_a_loop_are_on_the_answers_of_the_same_trial(
    answers: Study, tmp_path: Path
) -> None:
    class Close(Somebody):
        def answer(self, screen: Any, ask: Any) -> Any:
            if ask.measure == "people.close":
                return "yes" if "ann" in ask.prompt else "no"
            return super().answer(screen, ask)

    somebody = Close({"people.gift": 8.0})
    outcome, rows = went_through(answers, "main", tmp_path, somebody)
    given = [
        (row["trial"], row["cells"]["person"]) for row in rows if row["measure"] == "people.gift"
    ]
    assert given == [(1, "ann")]
    texts = [block.text for screen in somebody.seen for block in screen.content]
    assert "You give ann $8. That is much." in texts
    assert [text for text in texts if text.startswith("Of ")] == [
        "Of ann you said: Yes.",
        "Of ben you said: No.",
    ]
    assert somebody.seen[-1].content[0].text == "You are not close to ben."
    assert outcome == "complete"


def test_every_participant_reaches_an_end(answers: Study, tmp_path: Path) -> None:
    somebody = Somebody({"people.close": "yes", "people.gift": 1.0})
    outcome, rows = went_through(answers, "main", tmp_path, somebody)
    assert (outcome, rows[-1]["screen"]) == ("complete", "thanks")


def test_ids_of_screens_are_distinct(answers: Study) -> None:
    studies = [answers, *(open_study(STUDIES / f"{name}.yaml") for name in MODES)]
    for study in studies:
        for mode in study.opened.study.modes:
            for slot in study.first_slots(mode):
                ids = Counter(screen.id for screen in study.timeline(slot).screens)
                assert max(ids.values()) == 1


class TestSecret:
    @pytest.fixture
    def collection(self, tmp_path: Path) -> Collection:
        study = open_study(STUDIES / "identified_victim.yaml")
        return open_collection(tmp_path / "data", study, simulated=False)

    def test_is_made_once_for_each_collection(self, collection: Collection, tmp_path: Path) -> None:
        secret = secret_of(collection.folder)
        assert len(secret) == 32
        assert secret_of(collection.folder) == secret
        assert secret_of(tmp_path / "other") != secret
        (file,) = collection.folder.glob("*.secret")
        assert file.stat().st_mode & 0o077 == 0

    def test_decides_the_allocation(self, collection: Collection) -> None:
        study = open_study(STUDIES / "identified_victim.yaml")

        def cells(of: Study) -> list[dict[str, str]]:
            return [slot.cells for slot in of.slots("real")[:60]]

        collected = allocated(study, collection)
        assert cells(collected) == cells(allocated(study, collection))
        assert cells(collected) != cells(study)
        assert Counter(cell["victim"] for cell in cells(collected)) == {
            "identified": 20, "statistical": 20, "joint": 20,
        }  # fmt: skip

    def test_is_not_used_for_simulated_sessions(self, collection: Collection) -> None:
        study = open_study(STUDIES / "identified_victim.yaml")
        assert allocated(study, replace(collection, simulated=True)) == study


def test_a_collection_keeps_the_whole_study(tmp_path: Path) -> None:
    study = small_study.write(tmp_path)
    collection = open_collection(tmp_path / "data", study, simulated=True)
    kept = open_study(collection.folder / "protocol.yaml")
    assert kept.hash == study.hash
    assert kept.timeline(kept.slots("main")[0]) == study.timeline(study.slots("main")[0])


def test_unknown_modes_and_languages_are_named(answers: Study) -> None:
    with pytest.raises(UserError, match=r"there is no mode 'dots'\. The modes are main"):
        answers.mode("dots")
    with pytest.raises(UserError, match=r"the study has no texts in 'he'\. Its languages are en"):
        answers.language("he")


@pytest.mark.parametrize(
    ("factors", "what"),
    [("sealed: {drug: [a, b]}", "sealed factors")],
)
def test_what_cannot_run_yet_is_said(tmp_path: Path, factors: str, what: str) -> None:
    study = small_study.write(tmp_path, ANSWERS.replace("factors: {", f"factors: {{{factors}, "))
    with pytest.raises(NotYetError, match=f"{what} cannot be run yet"):
        study.timeline(study.slots("main")[0])


def test_what_the_laboratory_has_to_fill_in_is_noted(tmp_path: Path) -> None:
    study = open_study(STUDIES / "identified_victim.yaml")
    left = study.unfinished
    assert len(left) == 4
    assert "values: charity: name of the registered charity is not filled in" in left
    (tmp_path / "identified_victim.yaml").write_bytes(
        (STUDIES / "identified_victim.yaml").read_bytes()
    )
    (tmp_path / "lab.yaml").write_text("values: {contact: Ada, charity: Example}\n", "utf-8")
    left = open_study(tmp_path / "identified_victim.yaml").unfinished
    assert [note.split(":")[:2] for note in left] == [
        ["approval", " identified_victim"],  # A key of its own beside `values`.
        ["values", " help_line"],
    ]


def test_a_study_that_gives_to_no_charity_needs_none() -> None:
    study = open_study(STUDIES / "parochial_vignettes.yaml")
    assert "charity" not in " ".join(study.unfinished)
