"""Frames of outcomes: made once, filtered for each selection of sessions, refused where there are no answers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import small_study

from analysis.data.conditions import with_conditions
from analysis.data.frames import Frames
from analysis.data.load import Data, load, trials
from analysis.errors import AnalysisError
from analysis.simulate import Assumptions, simulate
from experiments.places import shipped_folder
from experiments.study import Study, open_study

ASSUMED = Assumptions(careless=0, skipping=0.3, declines=0)


@pytest.fixture(scope="module")
def data(study: Study, tmp_path_factory) -> Data:
    path = tmp_path_factory.mktemp("data") / "s"
    simulate(study, path, 80, None, 4, mode="between", dropout=0, assumed=ASSUMED)
    return with_conditions(load(path), study)


def given(data: Data) -> pd.DataFrame:
    """Rows with a donation."""
    rows = data.rows
    return rows[(rows["measure"] == "appeals.donation") & (rows["status"] == "answered")]


def test_what_a_model_explains_is_an_answer_or_a_score(data: Data, study: Study) -> None:
    frames = Frames.of(data, study, "between")
    feelings = frames.frame("feelings5")
    assert {"participant", "victims", "feelings5"} <= set(feelings.columns)
    assert feelings["victims"].cat.categories.tolist() == ["1", "2", "8", "100"]
    assert feelings["feelings5"].notna().all()
    donations = frames.frame("donation")
    assert len(donations) == len(given(data))
    assert list(donations) == [
        "participant", "session", "occasion", "mode", "step", "item", "trial", "victims", "donation",
    ]  # fmt: skip
    assert donations["donation"].tolist() == given(data)["number"].tolist()
    pd.testing.assert_frame_equal(frames.answered("donation"), donations)
    with pytest.raises(AnalysisError, match="'warmth' is no question of the study"):
        frames.frame("warmth")


def test_fewer_sessions_have_the_same_frames_as_if_they_were_all(data: Data, study: Study) -> None:
    some = data.only(data.sessions.iloc[::3])
    filtered, made = Frames.of(data, study, "between").only(some), Frames.of(some, study, "between")
    for measure in ("donation", "feelings5", "ipip_sympathy"):
        pd.testing.assert_frame_equal(filtered.frame(measure), made.frame(measure))
    table = trials(some, "appeals.donation").rename(columns={"appeals_donation": "donation"})
    pd.testing.assert_frame_equal(
        filtered.frame("donation")[["participant", "item", "trial", "donation"]],
        table[["participant", "item", "trial", "donation"]],
        check_dtype=False,
    )
    pd.testing.assert_frame_equal(filtered.scores.reliability, made.scores.reliability)


def test_answers_outside_the_range_of_a_measure_are_refused(data: Data, study: Study) -> None:
    """Impossible answers make the analyses of their session refuse, and no others."""
    assert Frames.of(data, study, "between").frame("donation")["donation"].max() <= 5
    rows, faulty = data.rows.copy(), given(data).iloc[0]
    rows.loc[faulty.name, "number"] = 5.5
    frames = Frames.of(replace(data, rows=rows), study, "between")
    with pytest.raises(
        AnalysisError, match=r"1 of \d+ answers to 'donation' are not between 0 and 5"
    ):
        frames.frame("donation")
    others = data.only(data.sessions[data.sessions["participant"] != faulty["participant"]])
    pd.testing.assert_frame_equal(
        frames.only(others).frame("donation"),
        Frames.of(others, study, "between").frame("donation"),
    )


def test_a_text_among_numbers_is_refused_for_the_sessions_with_it_only(
    data: Data, study: Study
) -> None:
    rows, faulty = data.rows.copy(), given(data).iloc[0]
    rows.loc[faulty.name, ["number", "value"]] = [None, "five"]
    frames = Frames.of(replace(data, rows=rows), study, "between")
    with pytest.raises(AnalysisError, match=r"1 of \d+ answers .*: five"):
        frames.frame("donation")
    others = data.only(data.sessions[data.sessions["participant"] != faulty["participant"]])
    assert frames.only(others).frame("donation")["donation"].dtype == "float64"


def test_what_is_asked_after_a_loop_of_one_item_knows_the_item(tmp_path, data, study) -> None:
    letters = open_study(shipped_folder("protocols") / "identified_victim.yaml")
    simulate(letters, tmp_path / "s", 30, "letters_indifferent", 2)
    found = with_conditions(load(tmp_path / "s"), letters)
    frames = Frames.of(found, letters, "real")
    feelings = frames.frame("feelings5").set_index("participant")["item"]
    read = frames.frame("donation").set_index("participant")["item"]
    assert feelings.to_dict() == {person: read[person] for person in feelings.index}
    assert feelings.nunique() > 4
    assert "trial" not in frames.frame("feelings5")
    # The loop of this study has one item in one of its modes only, and none is known after it.
    assert "item" not in Frames.of(data, study, "between").frame("feelings5")


def test_scales_that_cannot_be_explained_are_refused(data: Data, study: Study) -> None:
    items = data.rows["measure"].str.startswith("feelings5.")
    frames = Frames.of(replace(data, rows=data.rows[~items]), study, "between")
    assert frames.answered("feelings5").empty
    with pytest.raises(AnalysisError, match="'feelings5' was not asked in these data"):
        frames.frame("feelings5")
    nobody = Frames.of(data.only(data.sessions.head(0)), study, "between")
    for outcome in ("donation", "feelings5"):
        assert nobody.answered(outcome).empty
        assert "victims" in nobody.answered(outcome)


def test_an_instrument_with_several_scores_is_named_with_one_of_them(
    tmp_path: Path, collected
) -> None:
    text = small_study.TEXT.replace("  - use: debriefing", "  - scale: iri\n  - use: debriefing")
    text = text.replace("  - scale: iri", "  - scale: two")
    (tmp_path / "scales").mkdir()
    shipped = shipped_folder("stimuli") / "scales" / "ipip_sympathy.yaml"
    two = shipped.read_text(encoding="utf-8").replace("id: ipip_sympathy", "id: two")
    found = two.split("subscales:\n")[1].split("missing:")[0]
    name = found.split(":")[0].strip()
    halves = found.replace(f"{name}:", "first:") + found.replace(f"{name}:", "second:")
    two = two.replace(found, halves)
    (tmp_path / "scales" / "two.yaml").write_text(_with_both_scores(two, name), encoding="utf-8")
    study = small_study.write(tmp_path, text)
    frames = Frames.of(collected(study, tmp_path, people=2), study, "main")
    with pytest.raises(AnalysisError, match=r"Name one: two\.first, two\.second"):
        frames.frame("two")
    assert frames.frame("two.first")["two_first"].tolist() == (
        frames.frame("two.second")["two_second"].tolist()
    )
    assert frames.frame("two.homeless")["two_homeless"].between(1, 5).all()


def _with_both_scores(text: str, name: str) -> str:
    """Return a scale whose examples have the score twice."""
    import re

    return re.sub(rf"scores: {{{name}: ([^}}]+)}}", r"scores: {first: \1, second: \1}", text)


class TestPredictors:
    """Covariates, fields of items, and lines over the numbers of a factor."""

    TEXT = small_study.TEXT.replace(
        "  - each:",
        "  - name: before\n    ask: {mood: {rating: How are you?, from: Bad, to: Good}}\n  - each:",
    ).replace("hypothesis:", "columns: {n: log(length), exposure: trial / 8}\nhypothesis:")

    @pytest.fixture
    def frames(self, tmp_path, collected) -> Frames:
        lengths = "".join(
            f"i{n},Story {n}.,{'mild' if n % 2 else 'severe'},{n * 10},{'kin' if n < 5 else 'none'}\n"
            for n in range(1, 9)
        )
        items = f"item,text,severity,length,who\n{lengths}"
        study = small_study.write(tmp_path, self.TEXT, items)
        moods = {"p1": 2, "p2": 7, "p3": None}

        def answers(name, screen, ask):
            return moods[name] if ask.measure == "before.mood" else "at random"

        return Frames.of(collected(study, tmp_path, answers, 3), study, "main")

    def test_spread_and_join_on_the_rows_of_the_outcome(self, frames: Frames) -> None:
        table = frames.frame("compassion", ["group", "before.mood", "length", "n", "exposure"])
        assert len(table) == 24
        assert table.groupby("participant")["before_mood"].first().tolist()[:2] == [2.0, 7.0]
        assert table.loc[table["participant"] == "p3", "before_mood"].isna().all()
        length = table["item"].str[1:].astype(float) * 10
        assert table["length"].tolist() == length.tolist()
        assert table["n"].to_numpy() == pytest.approx(np.log(length))
        assert table["exposure"].to_numpy() == pytest.approx(table["trial"] / 8)
        assert table["severity"].astype(str).eq("mild").tolist() == (length % 20 == 10).tolist()

    def test_in_words_are_refused(self, frames: Frames) -> None:
        with pytest.raises(AnalysisError, match="'who' is in words, such as"):
            frames.frame("compassion", ["who"])

    def test_that_the_study_does_not_have_are_refused(self, frames: Frames) -> None:
        with pytest.raises(AnalysisError, match="'height' is no question of the study"):
            frames.frame("compassion", ["height"])


def test_numbers_of_a_factor_can_be_computed_with(tmp_path: Path, collected) -> None:
    text = (
        small_study.TEXT.replace("group: [ours, theirs]", "group: [1, 10, 100, 1000]")
        .replace("hypothesis: {outcome: compassion, claim: ours > theirs}", "columns: {n: log(group)}")
        .replace("analysis: compassion ~ group * severity", "analysis: {formula: compassion ~ group, primary: 1 - 10}")
    )  # fmt: skip
    study = small_study.write(tmp_path, text)
    table = Frames.of(collected(study, tmp_path, people=2), study, "main").frame(
        "compassion", ["n"]
    )
    assert table["group"].cat.categories.tolist() == ["1", "10", "100", "1000"]
    assert table["n"].to_numpy() == pytest.approx(np.log(table["group"].astype(float)))


def test_answers_in_words_are_categories_in_the_order_of_the_options(
    data: Data, study: Study
) -> None:
    gender = Frames.of(data, study, "between").frame("gender")["gender"]
    assert gender.cat.ordered
    assert gender.cat.categories.tolist() == ["woman", "man", "other"]
    rows = data.rows
    answered = rows[(rows["measure"] == "demographics.gender") & (rows["status"] == "answered")]
    assert gender.astype(str).tolist() == answered["value"].tolist()


def test_practice_is_never_analysed(tmp_path: Path) -> None:
    groups = open_study(shipped_folder("protocols") / "parochial_vignettes.yaml")
    simulate(groups, tmp_path / "s", 5, None, 2, mode="dots", assumed=Assumptions(declines=0))
    found = with_conditions(load(tmp_path / "s"), groups)
    practised = found.rows[found.rows["phase"] == "practice"]
    assert "vignettes.compassion" in set(practised["measure"])
    frames = Frames.of(found, groups, "dots")
    table = frames.frame("compassion")
    assert "practice_bus" not in set(table["item"])
    assert table.groupby("participant").size().max() == 15
    assert sorted(table["trial"].unique()) == list(range(1, 16))
    # A factor of the trials is unknown to what is asked once; what is counterbalanced is known.
    assert {"group", "team"} <= set(table)
    assert "group" not in frames.frame("warmth")
    assert "team" in frames.frame("warmth")


def test_of_a_question_shown_again_the_last_answer_counts(data: Data, study: Study) -> None:
    again = given(data).iloc[[0]].copy()
    again[["visit", "sequence", "number"]] = [2, 999, 4.5]
    rows = pd.concat([again, data.rows], ignore_index=True)
    table = Frames.of(replace(data, rows=rows), study, "between").frame("donation")
    who = again["participant"].iloc[0]
    assert table.loc[table["participant"] == who, "donation"].tolist() == [4.5]


def test_steps_are_stacked_where_a_formula_compares_them(tmp_path: Path, collected) -> None:
    text = small_study.TEXT.replace(
        "  - each:",
        "  - {name: before, ask: {mood: {rating: How are you?, from: Bad, to: Good}}}\n  - each:",
    ).replace(
        "  - use: debriefing",
        "  - {name: after, ask: {mood: {rating: How are you?, from: Bad, to: Good}}}\n  - use: debriefing",
    )
    study = small_study.write(tmp_path, text)
    moods = {"before.mood": 2, "after.mood": 5}

    def answers(name, screen, ask):
        return moods.get(ask.measure, "at random")

    frames = Frames.of(collected(study, tmp_path, answers, 3), study, "main")
    table = frames.frame("mood", ["step"])
    assert table["step"].cat.categories.tolist() == ["before", "after"]
    assert table.groupby("step", observed=True)["mood"].agg(["size", "mean"]).to_numpy().tolist() == [
        [3, 2], [3, 5],
    ]  # fmt: skip
    with pytest.raises(AnalysisError, match=r"'mood' can be before\.mood, after\.mood"):
        frames.frame("mood")
