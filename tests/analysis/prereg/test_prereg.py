"""The documents have the required parts; the lock goes with them; nothing is overwritten."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from small_study import TEXT, write

from analysis.errors import AnalysisError
from analysis.planned import Results
from analysis.planned.lock import check_prereg
from analysis.prereg.writing import DRAFTED, FILES, sessions_before, write_prereg
from analysis.prereg.writing import draft as make_draft
from experiments.places import shipped_folder
from experiments.study import Study, open_study


@pytest.fixture(scope="module")
def study() -> Study:
    return open_study(shipped_folder("protocols") / "identified_victim.yaml")


@pytest.fixture(scope="module")
def draft(study: Study) -> Results:
    return make_draft(study, 90, 1)


@pytest.fixture
def file(study: Study, draft: Results, tmp_path: Path) -> Path:
    return write_prereg(study, tmp_path / "prereg", draft)


def documents(file: Path) -> list[str]:
    return [(file.parent / f"{name}.md").read_text("utf-8") for name in ("aspredicted", "osf")]


def test_an_unchanged_study_deviates_in_nothing(study: Study, file: Path) -> None:
    found = check_prereg(file, study)
    assert found.deviations == ()
    assert found.hash == json.loads(file.read_text(encoding="utf-8"))["hash"][:16]
    assert check_prereg(file.parent, study).deviations == ()


def test_a_changed_study_deviates(study: Study, file: Path, tmp_path: Path) -> None:
    text = study.path.read_text(encoding="utf-8")
    other = tmp_path / "identified_victim.yaml"
    other.write_text(
        text.replace("smallest_effect: {d: 0.20", "smallest_effect: {d: 0.30"), "utf-8"
    )
    (found,) = check_prereg(file, open_study(other)).deviations
    assert "smallest_effect, d was 0.2, is now 0.3." in found
    other.write_text(text.replace("minutes: 10", "minutes: 11"), "utf-8")
    (found,) = check_prereg(file, open_study(other)).deviations
    assert "in parts that do not affect the analysis" in found


def test_the_complete_study_is_written_beside_the_documents(study: Study, file: Path) -> None:
    assert {path.name for path in file.parent.iterdir()} == set(FILES)
    assert open_study(file.parent / "protocol.yaml").hash == study.hash


def test_documents_have_all_required_parts(file: Path) -> None:
    for name in ("aspredicted", "osf"):
        text = (file.parent / f"{name}.md").read_text(encoding="utf-8")
        page = (file.parent / f"{name}.html").read_text(encoding="utf-8")
        for needed in (
            "SIMULATED. No participant gave these answers",
            "THE POWER ANALYSIS IS MISSING. Run: compassion power",
            "Prediction for donation: One child raises most, both together less, statistics alone",
            "d = 0.2",
            "the answer to attention was wrong and the answer to money was wrong",
            "duration is below 1/3 of the median",
            "donation ~ victim + (1",
            "The primary test is the contrast identified − statistical of donation in mode",
            json.loads(file.read_text(encoding="utf-8"))["hash"],
            "contains no session of a real participant",
            "Five feelings towards an appeal",
            "rating from 1 to 5",
            "feelings: mean of 5 items; missing if fewer than 80% of the items are answered",
            "permuted blocks of 6, each level twice in a block",
            "consent 1.0",
            "Participants are not deceived.",
            "Any analysis"
            if name == "osf"
            else "Always left out: participants who did not consent",
        ):
            assert needed in text, needed
            assert needed in page.replace("&#x27;", "'"), needed
        assert "<script" not in page
        assert "None" not in text


def test_the_draft_names_what_was_simulated(file: Path, draft: Results) -> None:
    mode = draft.modes[0]
    for text in documents(file):
        assert (
            f"90 simulated participants followed the claim (seed 1); {mode.analysed} were" in text
        )
        assert "| gift: identified − statistical |" in text
        assert "| gift in two parts: victim (how much) |" in text
        assert "Verdict on the SIMULATED data: " in text


POWER: dict[str, Any] = {
    "study": "identified_victim",
    "studies": 2000,
    "seed": 1,
    "code_version": "x",
    "sentences": ["The contrast has power .79 [.77, .81]."],
    "planned": 393,
    "tables": {
        "power": [
            {"test": "t", "d": 0.2, "power": 0.79, "equivalence": 0.1, "per_cell": 393,
             "effect": "difference between two means"},
            {"test": "other size", "d": 0.2, "power": 0.9, "equivalence": 0.1, "per_cell": 400,
             "effect": "difference between two means"},
        ]
    },
    "components": {
        "donation": {
            "person": 0.6,
            "person_by_level": 0.0,
            "stimulus": 0.1,
            "stimulus_by_level": 0.0,
            "residual": 0.3,
            "source": "a pilot",
        }
    },
    "notes": [],
    "key": "abc",
}  # fmt: skip


def test_power_goes_in_and_power_of_other_content_is_refused(
    study: Study, draft: Results, tmp_path: Path
) -> None:
    power = {**POWER, "protocol_hash": study.hash}
    file = write_prereg(study, tmp_path / "a", draft, power=power)
    text = (file.parent / "osf.md").read_text(encoding="utf-8")
    assert "has power .79 [.77, .81]" in text
    assert "| t | difference between two means | 0.20 | .79 | .10 |" in text
    assert "other size" not in text
    assert "donation: participants .60, participants by conditions .00, items .10" in text
    assert "(a pilot)" in text
    assert json.loads(file.read_text(encoding="utf-8"))["power"] == "abc"
    with pytest.raises(AnalysisError, match="Repeat it"):
        write_prereg(study, tmp_path / "b", draft, power={**power, "protocol_hash": "0"})


def test_power_without_equivalence_has_no_column_for_it(
    study: Study, draft: Results, tmp_path: Path
) -> None:
    rows = [{**row, "equivalence": None} for row in POWER["tables"]["power"]]
    power = {**POWER, "protocol_hash": study.hash, "tables": {"power": rows}}
    file = write_prereg(study, tmp_path / "a", draft, power=power)
    for text in documents(file):
        assert "| t | difference between two means | 0.20 | .79 |\n" in text
        assert "equivalence shown" not in text


def test_nothing_is_overwritten(study: Study, draft: Results, file: Path) -> None:
    before = file.read_bytes()
    with pytest.raises(AnalysisError, match="not overwritten"):
        write_prereg(study, file.parent, draft)
    assert file.read_bytes() == before


def test_data_from_before_the_plan_are_reported(
    study: Study, draft: Results, tmp_path: Path
) -> None:
    assert sessions_before(study, tmp_path) == 0
    sessions = tmp_path / "data" / "identified_victim" / "0.9.0" / "collected" / "sessions"
    sessions.mkdir(parents=True)
    (sessions / "sub-1_ses-1.jsonl").write_text("{}\n", encoding="utf-8")
    simulated = tmp_path / "data" / "identified_victim" / "0.9.0" / "simulated" / "sessions"
    simulated.mkdir(parents=True)
    (simulated / "sub-1_ses-1.jsonl").write_text("{}\n", encoding="utf-8")
    found = sessions_before(study, tmp_path)
    assert found == 1
    file = write_prereg(study, tmp_path / "late", draft, existing=found)
    assert "NOT A PREREGISTRATION: 1 session had" in documents(file)[0]
    assert check_prereg(file, study).deviations[0].startswith("1 session had been collected before")


@pytest.mark.parametrize("content", ["", "[]", '{"format": "compassion results 1"}'])
def test_other_files_are_refused(study: Study, tmp_path: Path, content: str) -> None:
    file = tmp_path / "prereg.json"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(AnalysisError, match="preregistration"):
        check_prereg(file, study)
    with pytest.raises(AnalysisError, match="cannot be read"):
        check_prereg(tmp_path / "nothing.json", study)


def test_another_study_is_refused(file: Path) -> None:
    other = shipped_folder("protocols") / "parochial_vignettes.yaml"
    with pytest.raises(AnalysisError, match="Give the preregistration of this study"):
        check_prereg(file, open_study(other))


@pytest.mark.parametrize(("wanted", "drafted"), [(None, DRAFTED), (40, 40)])
def test_a_short_allocation_list_does_not_shorten_the_draft(
    tmp_path: Path, wanted: int | None, drafted: int
) -> None:
    small = write(tmp_path, TEXT.replace("{participants: 60}", "{participants: 24}"))
    assert len(small.slots("main")) == 24 < drafted
    assert make_draft(small, wanted, 1).modes[0].sessions == drafted
