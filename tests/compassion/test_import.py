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


def test_a_mixed_model_loads_no_package_that_it_does_not_use(tmp_path: Path) -> None:
    """Each of these would add a second or more to the first fit in a notebook."""
    done = run(
        "import compassion, pandas, sys\n"
        "gift = [1.0, 2.5, 2.0, 4.5, 4.0, 5.0, 0.5, 2.0, 3.0, 3.5, 2.5, 5.5]\n"
        "data = pandas.DataFrame({'p': list('aabbccddeeff'), 'x': [0, 1] * 6, 'gift': gift})\n"
        "found = compassion.fit('gift ~ x + (1 | p)', data)\n"
        "print(found.engine.split()[0], [n for n in sys.modules if n in"
        " ('statsmodels.api', 'scipy.stats', 'formulaic', 'pingouin', 'matplotlib')])",
        tmp_path,
    )
    assert done.stdout.strip() == "glmm []", done.stderr


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
