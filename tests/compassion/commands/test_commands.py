"""The commands as a person types them: what they say, and that a mistake is a sentence and not a traceback."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from analysis.data.exclude import exclude
from analysis.data.load import load
from compassion.commands.main import app, main
from experiments.places import shipped_folder
from experiments.study import open_study

CHECKOUT = Path(__file__).parents[3]
COMMANDS = (
    "new", "check", "preview", "run", "simulate", "export", "serve", "power", "prereg",
    "analyse", "report", "data", "hypotheses", "demo", "doctor", "schema",
)  # fmt: skip


@pytest.fixture
def say(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run a command in a folder, in this process: that saves the seconds in which Python starts."""

    def run(*words: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
        named = ["compassion", *map(str, words)]
        capsys.readouterr()
        with monkeypatch.context() as changed:
            changed.chdir(cwd)
            changed.setenv("COLUMNS", "120")
            changed.setattr(sys, "argv", named)
            with pytest.raises(SystemExit) as ended:
                main()
        said = capsys.readouterr()
        code = ended.value.code or 0
        return subprocess.CompletedProcess(named, int(code), said.out, said.err)

    return run


def started(*words: str | Path, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """Run a command as a person starts it, in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "compassion", *map(str, words)],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(CHECKOUT), "COLUMNS": "120", **env},
        capture_output=True,
        text=True,
        timeout=300,
    )


def told(done: subprocess.CompletedProcess[str]) -> str:
    text = " ".join((done.stdout + done.stderr).split())
    assert "Traceback" not in text
    return text


def protocol(name: str) -> Path:
    return shipped_folder("protocols") / f"{name}.yaml"


def test_every_command_has_help_with_an_example(tmp_path):
    text = told(started("--help", cwd=tmp_path))
    for command in COMMANDS:
        assert command in text


@pytest.mark.parametrize("command", [c for c in COMMANDS if c not in {"data", "hypotheses"}])
def test_help_shows_an_example(command):
    shown = CliRunner().invoke(app, [command, "--help"], env={"COLUMNS": "120"})
    assert shown.exit_code == 0
    assert f"Example: compassion {command}" in " ".join(shown.output.split())


def test_a_new_protocol_is_whole_and_never_overwrites(say, tmp_path):
    assert (
        started("new", "rain_relief", "--from", "compassion_collapse", cwd=tmp_path).returncode == 0
    )
    file = tmp_path / "protocols" / "rain_relief.yaml"
    checked = told(say("check", file, cwd=tmp_path))
    assert "✓" in checked
    assert "values: en: charity: still '[" in checked
    before = file.read_bytes()
    again = say("new", "rain_relief", cwd=tmp_path)
    assert again.returncode == 2
    assert "already exists" in told(again)
    assert file.read_bytes() == before
    assert (tmp_path / "protocols" / "protocol.schema.json").exists()


def test_check_names_what_breaks_the_norms_of_a_lab_s_own_stimuli(say, tmp_path):
    shutil.copytree(shipped_folder("stimuli") / "recipients", tmp_path / "recipients")
    card = tmp_path / "recipients" / "set.yaml"
    card.write_text(
        card.read_text("utf-8").replace("items:", "norms: {items: 99}\nitems:", 1), "utf-8"
    )
    file = tmp_path / "study.yaml"
    shutil.copy(protocol("parochial_vignettes"), file)
    said = told(say("check", file, cwd=tmp_path))
    assert "recipients: items: found 3 items, required: at least 99" in said


def test_check_tells_all_faults_of_all_files(say, tmp_path):
    text = protocol("identified_victim").read_text("utf-8")
    (tmp_path / "a.yaml").write_text(text.replace("minutes: 10", "minuts: 10"), "utf-8")
    (tmp_path / "b.yaml").write_text("study: [", "utf-8")
    (tmp_path / "c.yaml").write_text(text.replace("one_child_only", "one_child_onely"), "utf-8")
    done = say("check", "a.yaml", "b.yaml", "c.yaml", "d.yaml", cwd=tmp_path)
    assert done.returncode == 1
    text = told(done)
    for word in (
        "Did you mean 'minutes'?",
        "this is not valid YAML",
        "one_child_only",
        "d.yaml:1:1",
    ):
        assert word in text


def test_simulating_twice_into_one_folder_is_refused(say, tmp_path):
    words = ("simulate", protocol("identified_victim"), "--n", "4", "--data", "d")
    assert say(*words, cwd=tmp_path).returncode == 0
    before = {path: path.read_bytes() for path in (tmp_path / "d").rglob("*") if path.is_file()}
    again = say(*words, cwd=tmp_path)
    assert again.returncode == 2
    assert "already" in told(again)
    assert before == {p: p.read_bytes() for p in (tmp_path / "d").rglob("*") if p.is_file()}


def test_a_failure_of_the_device_is_noted_and_the_rule_goes_by_it(say, tmp_path):
    file = protocol("identified_victim")
    assert "  - {rule: device_failure}\n" in file.read_text("utf-8")
    assert say("simulate", file, "--n", "3", "--data", "d", cwd=tmp_path).returncode == 0
    journal = tmp_path / "d" / "sessions" / "sub-simreal000002_ses-1.jsonl"
    before = journal.read_bytes()
    done = say("data", "failure", "d", "simreal000002", "the screen went dark", cwd=tmp_path)
    assert "Recorded in" in told(done)
    assert journal.read_bytes().startswith(before)
    study = open_study(file)
    kept = exclude(load(tmp_path / "d"), study)
    assert set(kept.audit.query("rule == 'device_failure'")["participant"]) == {"simreal000002"}
    missing = say("data", "failure", "d", "nobody", "the screen went dark", cwd=tmp_path)
    assert "there is no session '1' of 'nobody'" in told(missing)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("run", "nowhere.yaml"), "cannot be read"),
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
def test_a_mistake_is_reported_in_a_sentence(say, tmp_path, words, sentence):
    named = [str(protocol("identified_victim")) if word == "PROTOCOL" else word for word in words]
    done = say(*named, cwd=tmp_path)
    assert done.returncode in {1, 2}
    assert sentence in told(done)
    assert list(tmp_path.iterdir()) == []


def test_no_display_is_reported_and_begins_nothing(tmp_path):
    if sys.platform != "linux":
        pytest.skip("only on Linux is there no display")
    done = started(
        "run",
        protocol("identified_victim"),
        "--participant",
        "p1",
        "--data",
        "d",
        cwd=tmp_path,
        DISPLAY="",
    )
    assert done.returncode == 2
    assert "display" in told(done)
    assert not (tmp_path / "d").exists()


def test_an_unwritable_folder_is_reported(say, tmp_path):
    (tmp_path / "d").write_text("a file, not a folder")
    done = say("simulate", protocol("identified_victim"), "--n", "1", "--data", "d/e", cwd=tmp_path)
    assert done.returncode == 2
    assert "cannot be written" in told(done)
