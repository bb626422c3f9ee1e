"""The lock detects every change; the documents have the required parts; nothing is overwritten."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from analysis.errors import AnalysisError
from analysis.planned import Results
from analysis.planned.lock import check_prereg, hash_of, locked
from analysis.prereg.writing import draft as make_draft
from analysis.prereg.writing import sessions_before, write_prereg
from analysis.simulate import population
from analysis.simulate.sessions import plan_sessions
from experiments.places import shipped_folder
from experiments.protocol.protocol import Protocol
from experiments.study import Study, open_study


@pytest.fixture(scope="module")
def study() -> Study:
    return open_study(shipped_folder("protocols") / "identified_victim.yaml")


@pytest.fixture(scope="module")
def draft(study: Study) -> Results:
    return make_draft(study, 90, 1)


def changed(protocol: Protocol, where: str, **values: Any) -> Protocol:
    """The protocol with one section changed."""
    section = getattr(protocol, where)
    return protocol.model_copy(update={where: section.model_copy(update=values)})


def deviations(file: Path, protocol: Protocol) -> list[str]:
    return list(check_prereg(file, protocol).deviations)


@pytest.fixture
def file(study: Study, draft: Results, tmp_path: Path) -> Path:
    return write_prereg(study, tmp_path / "prereg", draft)


def test_the_hash_changes_with_everything_that_decides(study: Study) -> None:
    protocol = study.protocol
    original = hash_of(locked(protocol))
    others = [
        changed(protocol, "sesoi", d=0.3),
        changed(protocol, "sample", per_cell=100),
        changed(protocol, "allocation", seed=1),
        changed(protocol, "analysis", alpha=0.01),
        changed(protocol, "analysis", models=protocol.analysis.models[:1]),
        changed(protocol, "hypotheses", rivals=protocol.hypotheses.rivals[:2]),
        protocol.model_copy(update={"exclusions": protocol.exclusions[:2]}),
    ]
    hashes = {hash_of(locked(other)) for other in others}
    assert len(hashes) == len(others)
    assert original not in hashes
    assert hash_of(locked(protocol.model_copy())) == original


def test_an_unchanged_protocol_deviates_in_nothing(study: Study, file: Path) -> None:
    found = check_prereg(file, study.protocol)
    assert found.deviations == ()
    assert found.hash == json.loads(file.read_text(encoding="utf-8"))["hash"][:16]
    assert check_prereg(file.parent, study.protocol).deviations == ()


def test_deviations_are_sentences(study: Study, file: Path) -> None:
    protocol = study.protocol
    found = deviations(file, changed(protocol, "sesoi", d=0.3))
    assert found == ["The smallest effect size of interest changed: d was 0.2, is now 0.3."]
    found = deviations(file, protocol.model_copy(update={"exclusions": protocol.exclusions[:-1]}))
    assert len(found) == 1
    assert protocol.exclusions[-1].rule in found[0]
    assert "was removed" in found[0]
    found = deviations(
        file, changed(protocol, "hypotheses", rivals=protocol.hypotheses.rivals[:-1])
    )
    assert found == ["The set of curves in the model comparison changed: rivals: 'I4' was removed."]
    models = list(protocol.analysis.models)
    models[0] = models[0].model_copy(update={"formula": "victim"})
    found = deviations(file, changed(protocol, "analysis", models=tuple(models)))
    assert found == [
        "The planned models changed: gift, formula was 'victim + (1|stimulus) + (1|stimulus:victim)',"
        " is now 'victim'."
    ]


def test_other_changes_are_reported_as_such(study: Study, file: Path) -> None:
    other = study.protocol.model_copy(update={"minutes": 99.0})
    other.__dict__.pop("hash", None)
    found = deviations(file, other)
    assert len(found) == 1
    assert "in parts that do not affect the analysis" in found[0]


def test_a_file_changed_afterwards_is_noticed(study: Study, file: Path) -> None:
    stored = json.loads(file.read_text(encoding="utf-8"))
    stored["locked"]["sesoi"]["d"] = 0.5
    file.write_text(json.dumps(stored), encoding="utf-8")
    found = deviations(file, study.protocol)
    assert "changed after it was written" in found[0]
    assert any("d was 0.5" in line for line in found)


def test_documents_have_all_required_parts(study: Study, file: Path) -> None:
    for name in ("aspredicted", "osf"):
        text = (file.parent / f"{name}.md").read_text(encoding="utf-8")
        page = (file.parent / f"{name}.html").read_text(encoding="utf-8")
        for needed in (
            "SIMULATED. No participant gave these answers",
            "THE POWER ANALYSIS IS MISSING. Run: compassion power",
            "d = 0.2",
            "all of these checks were failed",
            "donation ~ victim + (1",
            json.loads(file.read_text(encoding="utf-8"))["hash"],
            "contains no session of a real participant",
            "Five feelings towards an appeal",
            "rate, 1 to 5",
            "feelings: mean of 5 items; missing if fewer than 80% of the items are answered",
        ):
            assert needed in text, needed
            assert needed in page.replace("&#x27;", "'"), needed
        assert "<script" not in page


def test_power_goes_in_and_power_of_other_content_is_refused(
    study: Study, draft: Results, tmp_path: Path
) -> None:
    power = {
        "protocol_hash": study.protocol.hash,
        "study": "identified_victim",
        "studies": 2000,
        "seed": 1,
        "code_version": "x",
        "sentences": ["The contrast has power .79 [.77, .81]."],
        "planned": 393,
        "tables": {
            "power": [{"test": "t", "d": 0.2, "power": 0.79, "equivalence": 0.1, "per_cell": 393}]
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
    }
    file = write_prereg(study, tmp_path / "a", draft, power=power)
    text = (file.parent / "osf.md").read_text(encoding="utf-8")
    assert "has power .79 [.77, .81]" in text
    assert "donation: participants .60, participants by conditions .00, stimuli .10" in text
    assert "(a pilot)" in text
    assert json.loads(file.read_text(encoding="utf-8"))["power"] == "abc"
    with pytest.raises(AnalysisError, match="Repeat it"):
        write_prereg(study, tmp_path / "b", draft, power={**power, "protocol_hash": "0"})


def test_nothing_is_overwritten(study: Study, draft: Results, file: Path) -> None:
    before = file.read_bytes()
    with pytest.raises(AnalysisError, match="not overwritten"):
        write_prereg(study, file.parent, draft)
    assert file.read_bytes() == before


def test_data_from_before_the_plan_are_reported(
    study: Study, draft: Results, tmp_path: Path
) -> None:
    assert sessions_before(study.protocol, tmp_path) == 0
    sessions = tmp_path / "data" / "identified_victim" / "0.9.0" / "collected" / "sessions"
    sessions.mkdir(parents=True)
    (sessions / "sub-1_ses-1.jsonl").write_text("{}\n", encoding="utf-8")
    simulated = tmp_path / "data" / "identified_victim" / "0.9.0" / "simulated" / "sessions"
    simulated.mkdir(parents=True)
    (simulated / "sub-1_ses-1.jsonl").write_text("{}\n", encoding="utf-8")
    found = sessions_before(study.protocol, tmp_path)
    assert found == 1
    file = write_prereg(study, tmp_path / "late", draft, existing=found)
    assert "NOT A PREREGISTRATION: 1 session had" in (file.parent / "aspredicted.md").read_text(
        "utf-8"
    )
    assert deviations(file, study.protocol)[0].startswith("1 session had been collected before")


@pytest.mark.parametrize("content", ["", "[]", '{"format": "compassion results 1"}'])
def test_other_files_are_refused(study: Study, tmp_path: Path, content: str) -> None:
    file = tmp_path / "prereg.json"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(AnalysisError, match="preregistration"):
        check_prereg(file, study.protocol)
    with pytest.raises(AnalysisError, match="cannot be read"):
        check_prereg(tmp_path / "nothing.json", study.protocol)


def test_another_study_is_refused(file: Path) -> None:
    other = shipped_folder("protocols") / "parochial_vignettes.yaml"
    with pytest.raises(AnalysisError, match="Give the preregistration of this study"):
        check_prereg(file, open_study(other).protocol)


@pytest.mark.parametrize(("first", "words"), [(1, "1 to 7"), (0, "0 to 6"), (-3, "-3 to 3")])
def test_the_range_of_a_rating_begins_at_its_first_point(
    study: Study, draft: Results, tmp_path: Path, first: int, words: str
) -> None:
    protocol = study.protocol
    name, rating = next((n, m) for n, m in protocol.measures.items() if m.kind == "rate")
    own = rating.model_copy(update={"first": first, "points": 7})
    changed = protocol.model_copy(update={"measures": {**protocol.measures, name: own}})
    file = write_prereg(replace(study, protocol=changed), tmp_path / "prereg", draft)
    for document in file.parent.glob("*.md"):
        (line,) = [
            line for line in document.read_text().splitlines() if f"| {name} | rate |" in line
        ]
        assert line.endswith(f"| {words} |")


def test_a_study_with_few_slots_is_drafted_with_as_many_as_there_are(study: Study) -> None:
    few = changed(study.protocol, "allocation", slots=48)
    small = replace(study, protocol=few)
    assert make_draft(small, None, 1).modes[0].sessions == 48
    with pytest.raises(
        AnalysisError, match="300 participants cannot be simulated: the 48 slots"
    ) as told:
        make_draft(small, 300, 1)
    most = int(str(told.value).split("Simulate at most ")[1].split(",")[0])
    assert 48 <= most < 300
    assert len(plan_sessions(population(small), most)) == most
