"""A command of the user, run in this process."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from compassion.commands.main import main


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run a command in a folder, in this process: this saves the time that Python needs to start."""

    def run(*words: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
        named = ["compassion", *map(str, words)]
        capsys.readouterr()
        with monkeypatch.context() as changed:
            changed.chdir(cwd)
            changed.setenv("COLUMNS", "120")
            changed.setattr(sys, "argv", named)
            with pytest.raises(SystemExit) as ended:
                main()
        printed = capsys.readouterr()
        code = ended.value.code or 0
        return subprocess.CompletedProcess(named, int(code), printed.out, printed.err)

    return run
