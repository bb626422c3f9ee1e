"""The export command: a warning names what is not filled in, and an error what a target cannot do, before anything is written."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from compassion.commands.main import app
from experiments.errors import UserError
from experiments.files.faults import InvalidFileError
from experiments.places import shipped_folder

READY = """\
values:
  charity: Example, no. 1
  contact: Ada Example, ada@example.org
  help_line: 0800 000
approval: {compassion_collapse: "Example committee, 2026/17"}
"""


pytestmark = pytest.mark.usefixtures("modules")


def export(*words: str | Path) -> str:
    """Run the command; return its output on one line."""
    result = CliRunner().invoke(app, ["export", *map(str, words)], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return " ".join(result.output.split())


def collapse() -> Path:
    """Return a shipped protocol."""
    return shipped_folder("protocols") / "compassion_collapse.yaml"


@pytest.mark.parametrize("target", ["static", "jatos", "pavlovia"])
def test_what_is_not_filled_in_is_reported_in_the_console_and_in_the_note(
    target: str, tmp_path: Path
) -> None:
    output = export(collapse(), "--target", target, "--slots", "1", "--to", tmp_path / "out")
    note = (tmp_path / "out" / "README.md").read_text("utf-8")
    for text in (output, note):
        assert "NOT READY for participants" in text
        assert (
            "approval: compassion_collapse: ethics committee and approval number is not filled in"
            in text
        )
        assert "values: contact: name and e-mail of the responsible researcher is not" in text
    assert "No --recruitment" in output
    assert "Then export again." in output
    assert 'compassion_collapse: "[ethics committee and approval number]"' in output


def test_a_protocol_that_is_filled_in_is_not_warned_of(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_bytes(collapse().read_bytes())
    (tmp_path / "lab.yaml").write_text(READY, encoding="utf-8")
    output = export(tmp_path / "own.yaml", "--slots", "1", "--to", tmp_path / "out")
    assert "NOT READY" not in output
    assert "NOT READY" not in (tmp_path / "out" / "README.md").read_text("utf-8")


def test_a_fault_that_only_the_deep_check_finds_stops_the_export(tmp_path: Path) -> None:
    text = collapse().read_text("utf-8")
    assert "per_cell: 400" in text
    (tmp_path / "own.yaml").write_text(text.replace("per_cell: 400", "participants: 2"), "utf-8")
    with pytest.raises(InvalidFileError, match="2 participants cannot fill 6 cells"):
        export(tmp_path / "own.yaml", "--to", tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("source", "link", "kept"),
    [
        (
            "source: prolific\ncodes: {complete: C1, left: L1}\n",
            "https://YOUR.SERVER/?PROLIFIC_PID={{%PROLIFIC_PID%}}&STUDY_ID={{%STUDY_ID%}}",
            "- left: code `L1`",
        ),
        (
            "source: sona\nurl: https://u.sona-systems.com\nexperiment_id: '1'\ncredit_token: 'a'\n",
            "https://YOUR.SERVER/?id=%SURVEY_CODE%",
            "SONA",
        ),
        ("source: mturk\n", "    https://YOUR.SERVER/\n", "a preview does not use a slot"),
        (
            "source: qualtrics\nurl: https://u.eu.qualtrics.com/jfe/form/SV_1\n",
            "https://YOUR.SERVER/?source=qualtrics&id=${e://Field/ResponseID}",
            "embedded data",
        ),
    ],
)
def test_the_note_holds_the_address_to_paste(
    source: str, link: str, kept: str, tmp_path: Path
) -> None:
    (tmp_path / "recruitment.yaml").write_text(source, encoding="utf-8")
    words = ("--recruitment", tmp_path / "recruitment.yaml", "--to", tmp_path / "out")
    assert "No --recruitment" not in export(collapse(), "--slots", "1", *words)
    note = (tmp_path / "out" / "README.md").read_text("utf-8")
    assert link in note
    assert kept in note


def test_where_bonuses_cannot_be_paid_the_note_says_so(tmp_path: Path) -> None:
    export(collapse(), "--target", "pavlovia", "--slots", "1", "--to", tmp_path / "pavlovia")
    note = (tmp_path / "pavlovia" / "README.md").read_text("utf-8")
    assert "on Pavlovia nobody can be paid for it" in note
    export(collapse(), "--target", "jatos", "--slots", "1", "--to", tmp_path / "jatos")
    note = (tmp_path / "jatos" / "README.md").read_text("utf-8")
    assert "compassion data bonuses DATA --identities RESULTS.jrzip" in note


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--recruitment", "r.yaml"), "has no --recruitment"),
        (("--language", "en", "--language", "en-GB"), "exports one language, not en, en-GB"),
    ],
)
def test_what_builder_cannot_do_is_refused(
    words: tuple[str, ...], message: str, tmp_path: Path
) -> None:
    recruitment = tmp_path / "r.yaml"
    recruitment.write_text("source: mturk\n", encoding="utf-8")
    words = tuple(recruitment if word == "r.yaml" else word for word in words)
    with pytest.raises(UserError, match=message):
        export(collapse(), "--target", "builder", "--to", tmp_path / "out", *words)
    assert list(tmp_path.iterdir()) == [recruitment]


def test_what_is_different_in_a_hand_over_is_named_by_file_and_screen(tmp_path: Path) -> None:
    pytest.importorskip("metapensiero.pj", reason="JavaScripthon is not installed")
    printed = export(collapse(), "--target", "builder", "--slots", "1", "--to", tmp_path / "out")
    difference = "flow: comprehension: asked once; the page"
    assert f"{collapse()}: {difference}" in printed
    assert difference.removeprefix("flow: comprehension: ") in (
        tmp_path / "out" / "README.md"
    ).read_text("utf-8")


def test_an_archive_that_is_there_is_reported_before_anything_is_written(tmp_path: Path) -> None:
    (tmp_path / "out.jzip").write_bytes(b"precious")
    with pytest.raises(UserError, match=r"out\.jzip already exists"):
        export(collapse(), "--target", "jatos", "--slots", "1", "--to", tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["out.jzip"]
