"""The version of compassion that is stored with the data."""

from __future__ import annotations

import subprocess
from functools import cache
from importlib.metadata import PackageNotFoundError, version

from experiments.places import CHECKOUT


@cache
def code_version() -> str:
    """Return the version of compassion, with the git commit if it runs from a checkout."""
    try:
        number = version("compassion")
    except PackageNotFoundError:
        number = "0+uninstalled"
    if not (CHECKOUT / ".git").exists():
        return number
    try:
        commit = subprocess.run(
            ["git", "-C", str(CHECKOUT), "describe", "--always", "--dirty", "--abbrev=9"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return number
    return f"{number}+{commit}"
