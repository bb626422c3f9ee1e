"""The data package: BIDS accepts it, hostile data are unchanged, and nothing is mixed or overwritten."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.simulate import simulate
from experiments.package import DataError, gather, read_tidy, write_package
from experiments.package.bids import to_tsv
from experiments.session.collection import label, open_collection
from experiments.session.journal import Journal, read_journal
from experiments.stimuli.scales import load_scale
from experiments.study import open_study

VALIDATOR = Path(sys.executable).with_name("bids-validator-deno")
TIDY = Path("derivatives") / "tidy"


def from_tsv(cell: str) -> str | None:
    """Read a text back from a TSV cell, by the rule that the codebook states."""
    if cell == "n/a":
        return None
    return str(json.loads(cell)) if cell.startswith('"') else cell


@given(
    st.none()
    | st.text(
        st.sampled_from("\t\r\n'\" n/a\x1c\x85\u2028\\") | st.characters(exclude_categories=["Cs"])
    )
)
def test_tsv_cells_come_back_and_stay_on_their_line(text: str | None) -> None:
    cell = to_tsv(text)
    assert from_tsv(cell) == text
    assert cell
    assert len(cell.splitlines()) == 1
    assert "\t" not in cell


@pytest.fixture
def package(collect, hostile, tmp_path):
    collection = collect([(f"p{text}", text) for text in hostile])
    (made,) = write_package([collection.folder], tmp_path / "package")
    return collection, made


def test_the_validator_accepts_hostile_data(package) -> None:
    _, folder = package
    result = subprocess.run(
        [VALIDATOR, str(folder), "--format", "json", "--max-rows", "-1"],
        capture_output=True,
        text=True,
        check=False,
    )
    issues = json.loads(result.stdout)["issues"]["issues"]
    assert [issue for issue in issues if issue["severity"] == "error"] == []
    assert result.returncode == 0


def test_the_validator_would_have_found_an_error(package) -> None:
    _, folder = package
    (folder / "participants.tsv").write_text("participant_id\nsub-nobody\n", encoding="utf-8")
    assert subprocess.run([VALIDATOR, str(folder)], capture_output=True, check=False).returncode


def test_hostile_texts_come_back_from_every_format(package, hostile) -> None:
    collection, folder = package
    rows = gather([collection.folder]).rows
    assert sorted(set(rows["participant"].to_pylist())) == sorted(f"p{text}" for text in hostile)
    parquet = read_tidy(folder / TIDY)
    assert parquet.rows.equals(rows)
    (folder / TIDY / "rows.parquet").unlink()
    (folder / TIDY / "sessions.parquet").unlink()
    text = read_tidy(folder / TIDY)
    assert text.rows.equals(rows)
    assert text.sessions.equals(parquet.sessions)
    for typed in hostile:
        sub = f"sub-{label(f'p{typed}')}"
        (path,) = (folder / sub).rglob("*_beh.tsv")
        lines = path.read_text(encoding="utf-8").split("\n")
        names = lines[0].split("\t")
        cells = [dict(zip(names, line.split("\t"), strict=True)) for line in lines[1:-1]]
        comment = next(cell for cell in cells if cell["measure"] == "about_you.comment")
        assert from_tsv(comment["value"]) == typed
        assert from_tsv(comment["participant"]) == f"p{typed}"


def test_no_cell_of_a_csv_begins_a_formula(package) -> None:
    import csv

    _, folder = package
    for path in (folder / TIDY).glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            for line in csv.reader(file):
                for cell in line:
                    if cell[:1] in {"=", "@", "\t", "\r", "\n", "＝"}:
                        raise AssertionError((path.name, cell))
                    if cell[:1] in {"+", "-"}:
                        float(cell)


@pytest.mark.r
@pytest.mark.skipif(shutil.which("Rscript") is None, reason="Rscript is not installed")
def test_r_reads_it_in_one_line(package) -> None:
    collection, folder = package
    readme = (folder / "README.md").read_text(encoding="utf-8")
    line = next(line for line in readme.splitlines() if line.startswith("R: `"))[4:-1]
    ask = 'cat(nrow(rows), sum(rows$number[rows$measure == "needs.donation"]))'
    ask += '; cat("", sum(rows$value == "=cmd|\' /C calc\'!A0", na.rm = TRUE))'
    result = subprocess.run(
        ["Rscript", "-e", f"{line}; {ask}"], cwd=folder, capture_output=True, text=True, check=False
    )
    rows = gather([collection.folder]).rows.to_pandas()
    given = rows.loc[rows["measure"] == "needs.donation", "number"].sum()
    assert result.stdout == f"{len(rows)} {given:.0f} 1", result.stderr


def test_the_codebook_says_what_every_name_means(package) -> None:
    _, folder = package
    book = json.loads((folder / TIDY / "codebook.json").read_text(encoding="utf-8"))
    rows = pd.read_parquet(folder / TIDY / "rows.parquet")
    assert set(rows.columns) == {*book["columns"], *book["factors"]}
    assert set(rows["measure"]) <= set(book["measures"])
    assert all(entry["Description"] for entry in book["measures"].values())
    assert book["measures"]["needs.donation"] == {
        "Description": "donation: an amount divided between keeping and giving, or among several"
        " boxes that together hold all of it.",
        "Question": "How much of your {endowment} do you give?",
        "Kind": "allocation",
        "Units": "USD",
        "Minimum": 0.0,
        "Maximum": 10.0,
        "Stakes": {"within": "real", "between": "lottery"},
    }
    assert book["measures"]["needs.distress"]["Levels"] == {"0": "Not at all", "100": "Very much"}
    assert book["measures"]["attention.attention"]["Correct"] == "often"
    assert book["measures"]["about_you.gender"]["Levels"] == {"woman": "Woman", "man": "Man"}
    item = book["measures"]["feelings5.upset"]
    assert (item["Minimum"], item["Maximum"], item["Reversed"]) == (1, 5, False)
    assert item["Question"]
    assert item["Source"]
    score = book["computed"]["feelings5"]
    assert score["Computed"] == "mean of upset, sympathetic, responsible, moved, appropriate"
    assert (score["Minimum"], score["Maximum"]) == (1, 5)
    assert book["factors"]["victims"] == {
        "Description": "Level of the factor 'victims'.",
        "Levels": {"1": "1", "2": "2", "8": "8", "100": "100"},
        "Varies": {"within": "within", "between": "between"},
        "Nuisance": False,
    }
    assert "apostrophe" in book["rules"]["csv"]
    sidecar = json.loads((folder / "task-small_beh.json").read_text(encoding="utf-8"))
    assert set(rows.columns) <= set(sidecar)


def test_packages_are_never_overwritten(package, tmp_path: Path) -> None:
    collection, folder = package
    before = (folder / "README.md").read_bytes()
    with pytest.raises(DataError, match="never overwritten"):
        write_package([collection.folder], folder)
    assert (folder / "README.md").read_bytes() == before


def test_simulated_and_collected_are_never_put_together(collect, study, tmp_path: Path) -> None:
    simulate(study, tmp_path / "simulated", 3, "M5", 1)
    collection = collect([("p1", "")])
    with pytest.raises(DataError, match="never combined"):
        write_package([collection.folder, tmp_path / "simulated"], tmp_path / "package")
    assert not (tmp_path / "package").exists()
    (made,) = write_package([tmp_path / "simulated"], tmp_path / "package")
    assert "SIMULATED" in (made / "README.md").read_text(encoding="utf-8")
    described = json.loads((made / "dataset_description.json").read_text(encoding="utf-8"))
    assert described["Name"].startswith("SIMULATED DATA")


def test_contents_of_the_protocol_are_kept_apart(
    collect, run_session, small, tmp_path: Path
) -> None:
    first = collect([("p1", ""), ("p2", "")])
    changed = tmp_path / "changed"
    shutil.copytree(small.parent, changed)
    text = (changed / "small.yaml").read_text(encoding="utf-8")
    text = text.replace("version: 2.0.0", "version: 2.1.0").replace("minutes: 3", "minutes: 4")
    (changed / "small.yaml").write_text(text, encoding="utf-8")
    study = open_study(changed / "small.yaml")
    second = open_collection(tmp_path / "second", study, simulated=False)
    run_session(study, second, "p3", "")
    made = write_package([first.folder, second.folder], tmp_path / "packages")
    assert sorted(path.name[:6] for path in made) == ["v2.0.0", "v2.1.0"]
    held = [set(read_tidy(path / TIDY).rows["participant"].to_pylist()) for path in made]
    assert held == [{"p1", "p2"}, {"p3"}]


def test_damaged_lines_are_left_out_and_named(collect, tmp_path: Path) -> None:
    collection = collect([("p1", ""), ("p2", "")])
    path = collection.journal("p1", "1")
    lines = path.read_bytes().split(b"\n")
    lines[3] = lines[3][:40]
    path.write_bytes(b"\n".join(lines))
    collection.journal("p2", "1").write_bytes(b"garbage\n")
    gathered = gather([collection.folder])
    assert {(Path(one.file).name, one.line) for one in gathered.damage} == {
        (path.name, 4),
        (collection.journal("p2", "1").name, 1),
    }
    assert len(gathered.rows) == len(lines) - 4
    (made,) = write_package([collection.folder], tmp_path / "package")
    text = (made / "sourcedata" / "damaged_lines.txt").read_text(encoding="utf-8")
    assert f"{path.name}:4" in text


def test_the_same_session_twice_is_refused(collect, tmp_path: Path) -> None:
    collection = collect([("p1", "")])
    copy = tmp_path / "copy"
    shutil.copytree(collection.folder, copy)
    with pytest.raises(DataError, match="is in two folders"):
        gather([collection.folder, copy])
    assert len(gather([collection.folder, collection.folder]).sessions) == 1


def test_half_an_emoji_does_not_spoil_the_package(collect, tmp_path: Path) -> None:
    collection = collect([("p1", "cut \ud83d")])
    (made,) = write_package([collection.folder], tmp_path / "package")
    values = read_tidy(made / TIDY).rows["value"].to_pylist()
    assert "cut \ufffd" in values


def test_frames_pauses_and_interruptions_are_summed_up(
    collect, run_session, study, tmp_path: Path
) -> None:
    collection = collect([("p1", "")])
    path = run_session(study, collection, "p2", "", 2, stop="needs.2.donation")
    with Journal.resume(path) as journal:
        journal.event("pause", screen="needs.2.donation", seconds=1.5)
        journal.event("resumed", at="needs.2.donation")
        journal.frames(
            screen="needs.2.donation", n=120, dropped=3, median=16.7, p95=17.0, longest=50.1
        )
        journal.frames(
            screen="needs.3.donation", n=80, dropped=0, median=16.7, p95=17.0, longest=17.2
        )
        rows = read_journal(path).rows
        again = {
            **rows[-1],
            "sequence": rows[-1]["sequence"] + 1,
            "onset": 1.0,
            "response_time": 4.0,
        }
        journal.rows([again])
    gathered = gather([collection.folder])
    facts = {one["participant"]: one for one in gathered.sessions.to_pylist()}
    second = facts["p2"]
    assert (second["outcome"], second["runs"], second["pauses"]) == (None, 2, 1)
    assert (second["frames"], second["dropped_frames"]) == (200, 3)
    assert second["seconds"] == rows[-1]["onset"] + 2.0 + 5.0
    assert (facts["p1"]["outcome"], facts["p1"]["runs"]) == ("complete", 1)
    (made,) = write_package([collection.folder], tmp_path / "package")
    assert "3 of 200 frames were shown too late" in (made / "README.md").read_text(encoding="utf-8")
    frames = pd.read_csv(made / TIDY / "frames.csv")
    assert frames["screen"].tolist() == ["needs.2.donation", "needs.3.donation"]
    assert set(pd.read_csv(made / TIDY / "events.csv")["event"]) == {"pause", "resumed"}


def test_the_study_in_a_package_can_be_opened_and_what_is_not_ours_is_left_out(
    run_session, small, tmp_path: Path
) -> None:
    home = tmp_path / "lab"
    shutil.copytree(small.parent, home)
    text = (home / "small.yaml").read_text("utf-8")
    assert "  - scale: feelings5\n" in text
    (home / "small.yaml").write_text(
        text.replace("  - scale: feelings5\n", "  - scale: feelings5\n  - scale: iri\n"), "utf-8"
    )
    (home / "iri.items.yaml").write_text(wording(), encoding="utf-8")
    (home / "lab.yaml").write_text("approval: {small: 2026/17}\n", encoding="utf-8")
    study = open_study(home / "small.yaml")
    collection = open_collection(tmp_path / "data", study, simulated=False)
    run_session(study, collection, "p1", "")
    shutil.rmtree(home)
    assert open_study(collection.folder / "protocol.yaml").hash == study.hash
    (made,) = write_package([collection.folder], tmp_path / "package")
    files = {path.relative_to(made / "code").as_posix() for path in (made / "code").rglob("*.yaml")}
    assert files == {
        "protocol.yaml",
        *(f"stimuli/scales/{name}.yaml" for name in ("feelings5", "ipip_sympathy", "iri")),
    }
    everything = b"".join(path.read_bytes() for path in made.rglob("*") if path.is_file())
    assert b"Wording that is not ours" not in everything
    assert "The laboratory's own stimuli are not included (needs)." in (
        made / "README.md"
    ).read_text("utf-8")
    described = json.loads((made / "dataset_description.json").read_text(encoding="utf-8"))
    assert described["EthicsApprovals"] == ["2026/17"]
    shutil.copytree(collection.folder / "stimuli" / "needs", made / "code" / "stimuli" / "needs")
    assert open_study(made / "code" / "protocol.yaml").hash == study.hash
    book = json.loads((made / TIDY / "codebook.json").read_text(encoding="utf-8"))
    item = book["measures"]["iri.item_01"]
    assert "Question" not in item
    assert (item["Minimum"], item["Maximum"]) == (0, 4)


def wording() -> str:
    """Return wording for an instrument that a lab may use by permission."""
    scale = load_scale("iri")
    items = {item.id: {"en": f"Wording that is not ours: {item.id}."} for item in scale.items}
    ends = {scale.response.low: "Does not", scale.response.high: "Does"}
    given = {
        "scale": "iri",
        "permission": "Somebody",
        "source": "A letter.",
        "anchors": {"en": ends},
    }
    return json.dumps({**given, "items": items})
