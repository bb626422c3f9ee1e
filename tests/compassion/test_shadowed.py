"""A user's own ``analysis`` or ``experiments`` that hides ours: the error names its path."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]


def python(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *words],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
        capture_output=True,
        text=True,
        timeout=120,
    )


def hide(name: str, how: str, folder: Path) -> Path:
    if how == "module":
        place = folder / f"{name}.py"
        place.write_text("")
    else:
        place = folder / name
        place.mkdir()
        (place / "__init__.py").write_text("")
    return place


@pytest.mark.parametrize("name", ["analysis", "experiments"])
@pytest.mark.parametrize("how", ["module", "package"])
def test_the_error_in_a_notebook_beside_it_names_the_path(
    tmp_path: Path, name: str, how: str
) -> None:
    place = hide(name, how, tmp_path)
    result = python("-c", "import compassion; compassion.fit", cwd=tmp_path)
    assert result.returncode == 1
    last = result.stderr.strip().splitlines()[-1]
    assert last == (
        f"compassion.shadowed.ShadowedError: {place} hides the package '{name}' of compassion, because"
        f" Python looks there first. Rename it (to my_{name}, for example), or start Python in another"
        " folder."
    )


def test_the_error_is_raised_also_where_it_was_imported_before(tmp_path: Path) -> None:
    place = hide("analysis", "module", tmp_path)
    result = python("-c", "import analysis; from compassion import fit", cwd=tmp_path)
    assert f"ShadowedError: {place} hides" in result.stderr


def test_the_command_says_so_in_one_sentence(tmp_path: Path) -> None:
    place = hide("experiments", "package", tmp_path)
    result = python("-m", "compassion", "check", "x.yaml", cwd=tmp_path)
    assert result.returncode == 2
    assert result.stderr.startswith(f"compassion: {place} hides the package 'experiments'")
    assert "Traceback" not in result.stderr


def test_a_folder_without_code_hides_nothing(tmp_path: Path) -> None:
    (tmp_path / "analysis").mkdir()
    (tmp_path / "analysis" / "notes.txt").write_text("mine")
    result = python("-c", "import compassion; print(compassion.fit.__module__)", cwd=tmp_path)
    assert result.stdout.strip() == "compassion.models", result.stderr
