"""Other people's software that tests run: R with its packages, nginx, Caddy, PostgreSQL, libfaketime."""

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


class WallClock:
    """A wall clock that a test sets in other processes (libfaketime); their monotonic clock runs on.

    Parameters
    ----------
    file
        Where the offset of the clock is written.
    """

    def __init__(self, file: Path) -> None:
        found = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
        if not found:
            pytest.skip("libfaketime is not installed")
        self._file = file
        self.environment = {
            "LD_PRELOAD": str(found[0]),
            "FAKETIME_TIMESTAMP_FILE": str(file),
            "FAKETIME_NO_CACHE": "1",
            "DONT_FAKE_MONOTONIC": "1",
        }
        self.set("+0s")

    def set(self, offset: str) -> None:
        """Set the clock ahead (``+1d``) or back (``-1h``) of the true time."""
        written = self._file.with_suffix(".new")
        written.write_text(f"{offset}\n", encoding="ascii")
        # At once: the processes read the file whenever they ask for the time.
        written.replace(self._file)
