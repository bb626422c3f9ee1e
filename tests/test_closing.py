"""A test that skips for missing software fails where the software is installed with the tests."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import closing
import pytest

TESTS = """
import pytest
def test_good(): pass
def test_bad(): assert False
def test_software(): pytest.skip("Rscript is not installed")
def test_module(): pytest.importorskip("no_such_module", reason="no_such_module is not installed")
def test_elsewhere(): pytest.skip("only on Windows")
"""


def run(folder: Path, **environment: str) -> list[str]:
    """Run five tests with our hooks; return the last lines of the output."""
    (folder / "test_five.py").write_text(TESTS)
    home = Path(__file__).parent
    (folder / "conftest.py").write_text(
        f"import sys; sys.path.insert(0, {str(home)!r})\n"
        "import importlib.util\n"
        f"spec = importlib.util.spec_from_file_location('ours', {str(home / 'conftest.py')!r})\n"
        "ours = importlib.util.module_from_spec(spec); spec.loader.exec_module(ours)\n"
        "for name in ('pytest_runtest_makereport', 'pytest_make_collect_report', 'pytest_sessionfinish'):\n"
        "    globals()[name] = getattr(ours, name)\n"
    )
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", "."]
    result = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert result.returncode == 1
    return result.stdout.splitlines()


@pytest.mark.parametrize(
    ("debian", "allowed", "last"),
    [
        (True, "", "1 passed, 3 failed, 1 skipped (only on Windows)"),
        (
            True,
            "1",
            "1 passed, 1 failed, 3 skipped (Rscript is not installed; no_such_module is not"
            " installed; only on Windows)",
        ),
        (
            False,
            "",
            "1 passed, 1 failed, 3 skipped (Rscript is not installed; no_such_module is not"
            " installed; only on Windows)",
        ),
    ],
)
def test_what_is_missing_fails_the_run_on_debian_and_is_counted(
    tmp_path: Path, debian: bool, allowed: str, last: str
) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    if debian:
        (programs / "dpkg-query").write_text("#!/bin/sh\n")
        (programs / "dpkg-query").chmod(0o755)
    lines = run(tmp_path, PATH=str(programs), **{closing.MAY_SKIP: allowed})
    assert lines[-1] == last
    assert any(closing.MAY_SKIP in line for line in lines) == (debian and not allowed)
