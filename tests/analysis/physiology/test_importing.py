"""Recordings of simulated sessions, imported and analysed."""

from __future__ import annotations

from dataclasses import replace
from math import isnan, log
from pathlib import Path

import heart_study
import pytest

from analysis.data.conditions import with_conditions
from analysis.data.frames import Frames
from analysis.data.load import Data, load
from analysis.data.with_columns import with_columns
from analysis.errors import AnalysisError
from analysis.physiology.importing import import_signals
from analysis.physiology.periods import Period
from analysis.planned import analyse
from experiments.package import delete, write_package
from experiments.package.imported import FILE, read_imported
from experiments.study import Study

RULES = (
    "hypothesis:",
    "exclude:\n  trials: [artifacts > 10 %]\n  participants: [change missing]\nhypothesis:",
)
Made = tuple[Path, Study, dict[str, list[Period]]]


@pytest.fixture
def made(tmp_path: Path) -> Made:
    study = heart_study.write(tmp_path, RULES)
    return tmp_path, study, heart_study.sessions(study, tmp_path / "data")


def data_of(folder: Path, study: Study) -> Data:
    return with_conditions(load(folder), study)


def test_simulated_sessions_have_the_periods_of_the_study(made: Made) -> None:
    _, _, found = made
    assert len(found) == 6
    for own in found.values():
        assert [each.address for each in own] == [
            "baseline.rest",
            *["scenes.pause", "scenes.viewing"] * 4,
        ]
        assert [each.seconds for each in own] == pytest.approx([120, *[20, 90] * 4])


def test_without_recordings_the_analysis_says_what_is_missing(made: Made) -> None:
    folder, study, _ = made
    mode = analyse(folder / "data").modes[0]
    assert mode.notes == (
        "'change' could not be described: Nothing was imported for these data (lnhf)."
        " Simulated participants have no signals: analyse what does not need them.",
    )
    heart = mode.contrasts.set_index("model").loc["heart"]
    assert isnan(heart["estimate"])
    assert heart["failed"].startswith("Nothing was imported for these data (lnhf).")
    collected = replace(data_of(folder / "data", study), simulated=False)
    with pytest.raises(AnalysisError, match="compassion data physiology FOLDER"):
        Frames.of(collected, study, "main").frame("change")


class TestImported:
    """With NeuroKit2."""

    @pytest.fixture
    def imported(self, made: Made) -> Made:
        pytest.importorskip("neurokit2")
        folder, _, found = made
        import_signals(folder / "data", heart_study.record(folder, folder / "data", found))
        return made

    def test_the_change_of_the_arrhythmia_is_that_of_its_amplitude(self, imported: Made) -> None:
        folder, study, _ = imported
        data = data_of(folder / "data", study)
        frames = Frames.of(data, study, "main")
        change = frames.frame("change")
        assert len(change) == 24
        by_scene = change.groupby("scene", observed=True)["change"]
        assert by_scene.mean().to_dict() == pytest.approx(
            {"neutral": 0.0, "suffering": log(4)}, abs=0.01
        )
        assert frames.frame("rise")["rise"].to_list() == pytest.approx([log(4)] * 6, abs=0.01)
        looks = with_columns(data, study)
        assert looks.notes == ()
        assert {"change", "rsa"} & {*looks.trials} == {"change"}
        assert {"resting", "rise", "rsa"} & {*looks.participants} == {"resting", "rise"}
        mode = analyse(folder / "data").modes[0]
        (heart,) = mode.contrasts.query("model == 'heart'")["estimate"]
        assert heart == pytest.approx(log(4), abs=0.01)

    def test_a_trial_with_artifacts_is_left_out_and_the_baseline_is_none(
        self, imported: Made
    ) -> None:
        folder, _, found = imported
        table = read_imported(folder / "data").to_pandas()
        who = next(iter(found))
        own = table["participant"] == who
        table.loc[own & (table["period"] == "baseline.rest"), "artifacts"] = 0.5
        table.loc[own & (table["screen"] == "scenes.2.2"), "artifacts"] = 0.5
        table.to_csv(folder / "data" / FILE, index=False)
        counts = analyse(folder / "data").modes[0].trials
        assert counts["excluded"].to_list() == [0, 1]
        assert counts["left"].to_list() == [24, 23]

    def test_the_table_is_in_the_package_and_withdrawal_deletes_its_lines(
        self, imported: Made
    ) -> None:
        folder, study, found = imported
        (package,) = write_package([folder / "data"], folder / "package")
        loaded = data_of(package, study)
        change = Frames.of(loaded, study, "main").frame("change")
        assert len(change) == 24
        who = next(iter(found))
        delete(folder / "data", who)
        assert who not in (folder / "data" / FILE).read_text(encoding="utf-8")
        assert len(read_imported(folder / "data")) == 45

    def test_sessions_are_imported_anew_and_others_stay(self, made: Made) -> None:
        pytest.importorskip("neurokit2")
        folder, _, found = made
        first, second = list(found)[:2]
        for who in (first, second, second):
            listed = heart_study.record(folder, folder / "data", {who: found[who]})
            done = import_signals(folder / "data", listed)
            assert len(done.table) == 9
        assert set(done.without) == {f"{who}/1" for who in list(found)[2:]}
        assert len(read_imported(folder / "data")) == 18

    @pytest.mark.parametrize(
        ("line", "found"),
        [
            ("{who},{who}.csv,rest,-5000", "the recording goes from 0.0 s to .* begin between -5000.0 s"),
            ("{who},{who}.csv,sleep,30", "the session has no period 'sleep'"),
            ("nobody,{who}.csv,rest,30", "there is no session '1' of 'nobody'"),
        ],
    )  # fmt: skip
    def test_a_recording_that_does_not_fit_its_session_is_refused(
        self, made: Made, line: str, found: str
    ) -> None:
        pytest.importorskip("neurokit2")
        folder, _, sessions = made
        who = next(iter(sessions))
        listed = heart_study.record(folder, folder / "data", {who: sessions[who]})
        listed.write_text(f"participant,file,period,at\n{line.format(who=who)}\n", encoding="utf-8")
        with pytest.raises(AnalysisError, match=f"recordings.csv:2: {found}"):
            import_signals(folder / "data", listed)
        assert not (folder / "data" / FILE).exists()
