"""Every command that writes, given a place that cannot be written: one sentence and exit code 2, never a traceback."""

from __future__ import annotations

import errno
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from every_command import ALL
from typer.testing import CliRunner

from compassion.commands import main as command_line
from compassion.commands.unusable import unusable
from experiments.places import shipped_folder

Run = Callable[..., CompletedProcess[str]]

#: What is typed; BAD is replaced by a place that cannot be used.
WRITES = [
    ("new", "foo", "--to", "BAD"),
    ("new", "foo", "--from", "severity.yaml", "--to", "BAD"),
    ("new", "foo", "--stimuli", "vignettes.csv", "--to", "BAD"),
    ("preview", "severity.yaml", "--to", "BAD"),
    ("schema", "--to", "BAD"),
    ("part", "copy", "consent", "--to", "BAD"),
    ("hypotheses", "show", "M5", "--to", "BAD/curve.png"),
    ("simulate", "severity.yaml", "--n", "2", "--data", "BAD"),
    ("export", "severity.yaml", "--slots", "2", "--to", "BAD"),
    ("export", "severity.yaml", "--slots", "2", "--target", "jatos", "--to", "BAD"),
    ("export", "severity.yaml", "--slots", "2", "--target", "builder", "--to", "BAD"),
    ("serve", "exported", "--database", "BAD/answers.sqlite"),
    ("report", "reported", "--no-pdf", "--to", "BAD/report.html"),
    ("data", "tally", "simulated", "--to", "BAD"),
    ("data", "package", "simulated", "--to", "BAD"),
    ("data", "failure", "BAD", "p01", "it broke"),
    ("data", "release", "BAD", "p01"),
    ("data", "delete", "BAD", "p01", "--yes"),
    ("data", "reanalyse", "BAD"),
    ("data", "physiology", "BAD", "vignettes.csv"),
    ("demo", "--to", "BAD"),
]
SLOW = [
    ("power", "severity.yaml", "--n", "20", "--studies", "20", "--workers", "1", "--to", "BAD"),
    ("power", "severity.yaml", "--n", "20", "--studies", "20", "--workers", "1", "--cache", "BAD"),
    ("prereg", "severity.yaml", "--n", "20", "--workers", "1", "--to", "BAD"),
    ("analyse", "simulated", "--no-pdf", "--to", "BAD"),
]
OTHERWISE = {
    "check": "writes nothing",
    "doctor": "reports a folder that cannot be written, and goes on",
    "hypotheses": "writes nothing",
    "part list": "writes nothing",
    "run": "needs a display",
    "translate": "below",
    "data backup": "tests/experiments/online/collector/test_backup.py",
    "data bonuses": "tests/experiments/online/results/test_bonuses.py",
    "data import": "writes as simulate does",
}
"""Commands that are not in these lists, and why."""


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a study, simulated data, their report and an export."""
    folder = tmp_path_factory.mktemp("files")
    with pytest.MonkeyPatch.context() as changed:
        changed.chdir(folder)
        for words in (
            ("new", "severity"),
            ("simulate", "severity.yaml", "--n", "20", "--data", "simulated"),
            ("analyse", "simulated", "--no-pdf", "--to", "reported"),
            ("export", "severity.yaml", "--slots", "2", "--to", "exported"),
        ):
            done = CliRunner().invoke(command_line.app, list(words), catch_exceptions=False)
            assert done.exit_code == 0, done.output
    (folder / "afile").write_text("a file, not a folder")
    return folder


def test_every_command_is_tried() -> None:
    tried = {" ".join(words) for words in WRITES + SLOW}
    for name, _ in ALL:
        command = " ".join(name)
        assert (command in OTHERWISE) != any(
            f"{typed} ".startswith(f"{command} ") for typed in tried
        )


@pytest.mark.parametrize("words", WRITES, ids=" ".join)
def test_a_place_that_cannot_be_used_is_a_sentence(
    run: Run, files: Path, words: tuple[str, ...]
) -> None:
    _is_refused(run, files, words)


@pytest.mark.slow
@pytest.mark.parametrize("words", SLOW, ids=" ".join)
def test_a_place_that_cannot_be_used_is_a_sentence_after_the_work(
    run: Run, files: Path, words: tuple[str, ...]
) -> None:
    _is_refused(run, files, words)


def test_a_name_that_is_too_long_is_a_sentence(run: Run, files: Path) -> None:
    _is_refused(run, files, ("data", "package", "simulated", "--to", "BAD"), "x" * 300)


def _is_refused(run: Run, files: Path, words: tuple[str, ...], bad: str = "afile/inside") -> None:
    before = set(files.rglob("*"))
    result = run(*(word.replace("BAD", bad) for word in words), cwd=files)
    assert result.returncode == 2
    assert "Traceback" not in result.stderr
    assert "Errno" not in result.stderr
    assert bad in result.stderr
    assert result.stderr.rstrip().endswith(".")
    assert {path for path in files.rglob("*") if ".compassion" not in path.parts} <= before


def test_a_translation_that_cannot_be_written_is_a_sentence(run: Run, files: Path) -> None:
    po_file = files / "severity.fr.po"
    po_file.mkdir()
    result = run("translate", "severity.yaml", "fr", cwd=files)
    po_file.rmdir()
    assert result.returncode == 2
    assert "severity.fr.po" in result.stderr


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (PermissionError(errno.EACCES, "Permission denied", "reports"), "do not have permission"),
        (OSError(errno.EROFS, "Read-only file system", "reports"), "nothing can be written here"),
        (FileExistsError(errno.EEXIST, "File exists", "reports"), "reports: this exists already"),
        (OSError(errno.ENOSPC, "No space left on device"), "The disk is full"),
        (FileNotFoundError("'x' was not found (tried a, b)"), "tried a, b"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, OSError) else "",
)
def test_what_is_wrong_with_a_place_is_said(error: OSError, sentence: str) -> None:
    assert sentence in str(unusable(error))


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.EBADF, "Bad file descriptor"),
        OSError("no number"),
        FileNotFoundError(2, "not found", str(shipped_folder("experiments") / "gone.css")),
        ValueError("Not a directory"),
    ],
    ids=str,
)
def test_a_bug_still_shows_where_it_is(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise error

    monkeypatch.setattr(command_line, "app", broken)
    with pytest.raises(type(error)):
        command_line.main()
