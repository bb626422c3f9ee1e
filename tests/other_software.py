"""Other people's software that tests run: R with its packages, nginx, Caddy, PostgreSQL."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parent.parent
#: Of R, what the scripts in ``tests/reference`` load for linear mixed models.
R_PACKAGES = ("lme4", "lmerTest", "emmeans", "pbkrtest", "jsonlite")
#: Where Debian puts programs of servers, which are on the PATH of root only, or on none.
SERVERS = ("/usr/sbin", "/usr/local/sbin")


def program(name: str) -> str:
    """Return where a program is; skip the test where it is not."""
    places = [None, *SERVERS, *map(str, sorted(Path("/usr/lib/postgresql").glob("*/bin")))]
    found = next(filter(None, (shutil.which(name, path=place) for place in places)), None)
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


@cache
def _missing(packages: Sequence[str]) -> list[str]:
    names = ", ".join(f'"{name}"' for name in packages)
    ask = f"cat(Filter(function(p) !requireNamespace(p, quietly = TRUE), c({names})))"
    return _run(program("Rscript"), "-e", ask).split()


def run_r(*arguments: str, packages: Sequence[str] = R_PACKAGES) -> str:
    """Run ``Rscript`` at the top of the checkout, and return what it prints; skip where R or a package is not."""
    rscript = program("Rscript")
    if lacking := _missing(packages):
        pytest.skip(f"R's {', '.join(lacking)} is not installed")
    return _run(rscript, *arguments)


def _run(*command: str) -> str:
    result = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr[-3000:]
    return result.stdout
