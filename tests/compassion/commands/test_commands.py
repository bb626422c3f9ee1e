"""The commands as a user types them: their output, and that a mistake gives a message and not a traceback."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from simulated_answers import Somebody
from typer.testing import CliRunner

from analysis.data.exclude import exclude
from analysis.data.load import load
from compassion.commands.main import app
from experiments.places import shipped_folder
from experiments.session.collection import open_collection
from experiments.session.session import begin
from experiments.study import open_study
from experiments.timeline.session_run import SessionIdentity

CHECKOUT = Path(__file__).parents[3]
COMMANDS = (
    "new", "check", "preview", "run", "simulate", "export", "serve", "power", "prereg",
    "analyse", "report", "data", "hypotheses", "part", "demo", "doctor", "schema",
)  # fmt: skip


def start(*words: str | Path, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """Run a command as a user starts it, in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "compassion", *map(str, words)],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(CHECKOUT), "COLUMNS": "120", **env},
        capture_output=True,
        text=True,
        timeout=300,
    )


def output_of(result: subprocess.CompletedProcess[str]) -> str:
    text = " ".join((result.stdout + result.stderr).split())
    assert "Traceback" not in text
    return text


def protocol(name: str) -> Path:
    return shipped_folder("protocols") / f"{name}.yaml"


@pytest.fixture(scope="session")
def ready(tmp_path_factory) -> Path:
    """A study whose values are filled in."""
    folder = tmp_path_factory.mktemp("ready")
    values = "values: {contact: Ada, help_line: 116 123, charity: Example}\n"
    approval = "approval: {identified_victim: Committee A 17}\n"
    (folder / "lab.yaml").write_text(values + approval, encoding="utf-8")
    return Path(shutil.copy(protocol("identified_victim"), folder))


def test_every_command_has_help_with_an_example(tmp_path):
    text = output_of(start("--help", cwd=tmp_path))
    for command in COMMANDS:
        assert command in text


@pytest.mark.parametrize(
    "command", [c for c in COMMANDS if c not in {"data", "hypotheses", "part"}]
)
def test_help_shows_an_example(command):
    shown = CliRunner().invoke(app, [command, "--help"], env={"COLUMNS": "120"})
    assert shown.exit_code == 0
    assert f"Example: compassion {command}" in " ".join(shown.output.split())


def test_a_copy_of_a_study_is_whole_and_never_overwrites(run, tmp_path):
    assert (
        start("new", "rain_relief", "--from", "compassion_collapse", cwd=tmp_path).returncode == 0
    )
    file = tmp_path / "rain_relief.yaml"
    checked = output_of(run("check", "--deep", file, cwd=tmp_path))
    assert "✓" in checked
    assert "values: charity: name of the registered charity is not filled in" in checked
    before = file.read_bytes()
    again = run("new", "rain_relief", cwd=tmp_path)
    assert again.returncode == 2
    assert "already exists" in output_of(again)
    assert file.read_bytes() == before
    assert (tmp_path / "study.schema.json").exists()


@pytest.mark.slow
def test_what_new_writes_is_checked_simulated_and_shown(run, tmp_path):
    assert run("new", "severity", cwd=tmp_path).returncode == 0
    assert "✓" in output_of(run("check", "--deep", "severity.yaml", cwd=tmp_path))
    words = ("simulate", "severity.yaml", "--n", "4", "--data", "d")
    assert run(*words, cwd=tmp_path).returncode == 0
    assert len(list((tmp_path / "d" / "sessions").iterdir())) == 4
    assert run("preview", "severity.yaml", cwd=tmp_path).returncode == 0
    assert (tmp_path / "preview" / "severity" / "index.html").exists()
    study = open_study(tmp_path / "severity.yaml")
    collection = open_collection(tmp_path / "c", study, simulated=False)
    identity = SessionIdentity("p01", "1", False, "none")
    session = begin(study, collection, study.mode(), identity, study.language(), {})
    assert session.run(Somebody()) == "complete"


def test_check_names_what_breaks_the_norms_of_a_lab_s_own_stimuli(run, tmp_path):
    shutil.copytree(shipped_folder("stimuli") / "recipients", tmp_path / "recipients")
    card = tmp_path / "recipients" / "set.yaml"
    card.write_text(
        card.read_text("utf-8").replace("items:", "norms: {items: 99}\nitems:", 1), "utf-8"
    )
    file = tmp_path / "study.yaml"
    shutil.copy(protocol("parochial_vignettes"), file)
    output = output_of(run("check", "--deep", file, cwd=tmp_path))
    assert "recipients: items: found 3 items, required: at least 99" in output


def test_check_reports_all_faults_of_all_files(run, tmp_path):
    text = protocol("identified_victim").read_text("utf-8")
    (tmp_path / "a.yaml").write_text(text.replace("sample:", "sampel:"), "utf-8")
    (tmp_path / "b.yaml").write_text("flow: []\nstudy: [", "utf-8")
    (tmp_path / "c.yaml").write_text(text.replace("one_child_only", "one_child_onely"), "utf-8")
    result = run("check", "--deep", "a.yaml", "b.yaml", "c.yaml", "d.yaml", cwd=tmp_path)
    assert result.returncode == 1
    text = output_of(result)
    for word in (
        "Did you mean 'sample'?",
        "the bracket '[' that opens here is not closed",
        "one_child_only",
        "d.yaml:1:1",
    ):
        assert word in text


def test_simulating_twice_into_one_folder_is_refused(run, tmp_path):
    words = ("simulate", protocol("identified_victim"), "--n", "4", "--data", "d")
    assert run(*words, cwd=tmp_path).returncode == 0
    before = {path: path.read_bytes() for path in (tmp_path / "d").rglob("*") if path.is_file()}
    again = run(*words, cwd=tmp_path)
    assert again.returncode == 2
    assert "already" in output_of(again)
    assert before == {p: p.read_bytes() for p in (tmp_path / "d").rglob("*") if p.is_file()}


def test_a_failure_of_the_device_is_noted_and_excludes_the_session(run, tmp_path):
    file = protocol("identified_victim")
    assert run("simulate", file, "--n", "3", "--data", "d", cwd=tmp_path).returncode == 0
    journal = tmp_path / "d" / "sessions" / "sub-simreal000002_ses-1.jsonl"
    before = journal.read_bytes()
    result = run("data", "failure", "d", "simreal000002", "the screen went dark", cwd=tmp_path)
    assert "Recorded in" in output_of(result)
    assert journal.read_bytes().startswith(before)
    study = open_study(file)
    kept = exclude(load(tmp_path / "d"), study)
    assert set(kept.audit.query("rule == 'device failure'")["participant"]) == {"simreal000002"}
    missing = run("data", "failure", "d", "nobody", "the screen went dark", cwd=tmp_path)
    assert "there is no session '1' of 'nobody'" in output_of(missing)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("run", "nowhere.yaml"), "there is no such file"),
        (("run", "PROTOCOL", "--mode", "reel", "--participant", "p"), "there is no mode 'reel'"),
        (("run", "PROTOCOL", "--language", "xx", "--participant", "p"), "no texts in 'xx'"),
        (("run", "PROTOCOL", "--participant", "p", "--window", "big"), "is not a window size"),
        (("run", "PROTOCOL", "--participant", "p", "--marker", "smoke:1"), "smoke"),
        (("preview", "PROTOCOL", "--mode", "reel"), "there is no mode 'reel'"),
        (("preview", "PROTOCOL", "--language", "xx"), "no texts in 'xx'"),
        (("simulate", "PROTOCOL", "--language", "xx"), "no texts in 'xx'"),
        (("simulate", "PROTOCOL", "--at-window", "--language", "xx"), "no texts in 'xx'"),
        (("simulate", "PROTOCOL", "--hypothesis", "flatt"), "Did you mean"),
        (("export", "PROTOCOL", "--target", "moon"), "there is no target 'moon'"),
        (("analyse", "nowhere"), "nowhere"),
        (("hypotheses", "show", "exponental_to_floor"), "exponential_to_floor"),
        (("data", "delete", "nowhere", "p", "--yes"), "nowhere"),
        (("data", "import", "x.txt", "--to", "d"), "--from"),
        (("serve", "nowhere"), "nowhere"),
    ],
)
def test_a_mistake_is_reported_in_a_sentence(run, tmp_path, ready, words, sentence):
    named = [str(ready) if word == "PROTOCOL" else word for word in words]
    result = run(*named, cwd=tmp_path)
    assert result.returncode in {1, 2}
    assert sentence in output_of(result)
    assert list(tmp_path.iterdir()) == []


def test_no_display_is_reported_and_begins_nothing(tmp_path, ready):
    if sys.platform != "linux":
        pytest.skip("only on Linux is there no display")
    result = start(
        "run",
        ready,
        "--participant",
        "p1",
        "--data",
        "d",
        cwd=tmp_path,
        DISPLAY="",
    )
    assert result.returncode == 2
    assert "display" in output_of(result)
    assert not (tmp_path / "d").exists()


def test_an_unwritable_folder_is_reported(run, tmp_path):
    (tmp_path / "d").write_text("a file, not a folder")
    result = run(
        "simulate", protocol("identified_victim"), "--n", "1", "--data", "d/e", cwd=tmp_path
    )
    assert result.returncode == 2
    assert "cannot be written" in output_of(result)
