"""``import compassion``: nothing heavy is loaded before it is used, and every name is found."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import compassion

CHECKOUT = Path(__file__).parents[2]
HEAVY = (
    "numpy",
    "pandas",
    "scipy",
    "statsmodels",
    "matplotlib",
    "psychopy",
    "analysis",
    "experiments",
)


def run(code: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_the_import_loads_nothing_heavy(tmp_path: Path) -> None:
    result = run(
        f"import compassion, sys; print([n for n in {HEAVY!r} if n in sys.modules])", tmp_path
    )
    assert result.stdout.strip() == "[]", result.stderr


def test_every_name_is_found_and_documented() -> None:
    assert set(compassion.__all__) <= set(dir(compassion))
    for name in compassion.__all__:
        described = getattr(compassion, name).__doc__
        assert "Parameters" in described
        assert "Examples" in described
        assert f"``{name}``" in (compassion.__doc__ or "")


def test_what_editors_see_is_what_is_loaded() -> None:
    text = Path(compassion.__file__).read_text("utf-8").split("if TYPE_CHECKING:")[1]
    stubs = text.split("__all__")[0]
    for module, names in compassion._PLACES.items():
        assert f"from {module} import" in stubs
        assert all(name in stubs for name in names)
    assert sorted(name for names in compassion._PLACES.values() for name in names) == sorted(
        compassion.__all__
    )


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'fitt'"):
        _ = compassion.fitt
