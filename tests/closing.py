"""The summary at the end of a run; tests that skip for missing software fail where ``make test`` installs it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Mapping
from typing import Any

import pytest

#: Set to 1, this environment variable lets tests skip for missing software.
MAY_SKIP = "COMPASSION_TESTS_MAY_SKIP"
#: The first words of the reasons for skips that no installation can avoid: another system, data of others.
OTHER_REASONS = ("only on ", "not in the repository: ")


def fails(reason: str, environment: Mapping[str, str] = os.environ) -> bool:
    """Return whether a skip is a failure: ``make test`` installs software on Debian and Ubuntu."""
    installs = shutil.which("dpkg-query") is not None
    allowed = environment.get(MAY_SKIP) == "1" or reason.startswith(OTHER_REASONS)
    return installs and not allowed


def judge(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Turn a skip for missing software into a failure."""
    if not report.skipped or hasattr(report, "wasxfail") or not isinstance(report.longrepr, tuple):
        return
    reason = report.longrepr[2].removeprefix("Skipped: ")
    if fails(reason):
        report.outcome = "failed"
        report.longrepr = (
            f"{reason}\nThe test needs software that 'make test' installs here (scripts/setup.sh and"
            f" scripts/setup_tests.sh). To skip such tests, set {MAY_SKIP}=1."
        )


def summary(stats: Mapping[str, Iterable[Any]]) -> str:
    """Return how many tests have passed, failed and been skipped, and why they were."""
    names = ("passed", "failed", "error", "skipped")
    passed, failed, errors, skipped = (list(stats.get(name, ())) for name in names)
    reasons = dict.fromkeys(
        report.longrepr[2].removeprefix("Skipped: ")
        for report in skipped
        if isinstance(report.longrepr, tuple)
    )
    counts = (
        f"{len(passed):,} passed, {len(failed) + len(errors):,} failed, {len(skipped):,} skipped"
    )
    return counts + (f" ({'; '.join(reasons)})" if reasons else "")
