"""What is promised of a share in simulated studies, and whether the studies keep it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from statsmodels.stats.proportion import proportion_confint

LEVEL = 0.999
"""Confidence level of the intervals (Clopper and Pearson)."""
MOST = 0.055


@dataclass(frozen=True)
class Promise:
    """A range for the true share; without a text nothing is promised, and the share is only shown."""

    text: str = ""
    low: float = 0.0
    high: float = 1.0


NOTHING = Promise()
AT_MOST = Promise("at most .055", high=MOST)
EXACT = Promise("exact, .045 to .055", 0.045, MOST), Promise("exact, .945 to .955", 0.945, 0.955)
"""Type I error and coverage of a test that is exact by nature."""


def conservative(why: str) -> tuple[Promise, Promise]:
    """Return the promises for type I error and coverage of a test that is conservative by nature."""
    return (
        Promise(f"at most .055; conservative: {why}", high=MOST),
        Promise(f"at least .945; conservative: {why}", low=0.945),
    )


def held(hits: int, studies: int, promise: Promise = NOTHING) -> dict[str, Any]:
    """Return a share with its interval, and whether the promise is kept: whether the interval meets its range."""
    low, high = proportion_confint(hits, studies, alpha=1 - LEVEL, method="beta")
    kept = "yes" if low <= promise.high and high >= promise.low else "no"
    return {
        "share": hits / studies,
        "low": low,
        "high": high,
        "studies": studies,
        "promise": promise.text,
        "kept": kept if promise.text else "",
    }
