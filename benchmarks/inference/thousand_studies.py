"""1,000 simulated studies of 200 people x 12 stimuli with a random slope, p-values included.

    python benchmarks/inference/thousand_studies.py            # about five minutes of CPU
    python benchmarks/inference/thousand_studies.py --quick    # fewer studies in the slow engines

The slow engines fit fewer studies and their time is scaled to 1,000; the table says how many.
All engines fit the same responses, but for the strata drawn directly, which need none.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from crossed_lmm import in_statsmodels
from machine import Timing, run_r, save, timed

from analysis.balanced import (
    BatchFit,
    Truth,
    draw_rows,
    draw_statistics,
    fit_batch,
    fit_each,
    latin_square,
    simulate,
    statistics_of,
    strata,
    tally,
)

SEED, STUDIES = 20260103, 1000
DESIGN = latin_square(200, 12, [-0.5, 0.5])
WORLDS = {
    "random slope SD .45": Truth.of([0.0, 0.2], [[1.0, 0.1], [0.1, 0.2]], 0.2, 1.0),
    "no true slope variance (half the fits singular)": Truth.of(
        [0.0, 0.2], [[1.0, 0.0], [0.0, 0.0]], 0.2, 1.0
    ),
}


def in_r(responses: np.ndarray, counts: tuple[int, int, int]) -> Any:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "rows").write_text(f"{responses.shape[1]}\n")
        responses[: max(counts)].tofile(Path(folder) / "y")
        DESIGN.columns[:, 0].tofile(Path(folder) / "x")
        DESIGN.participant.astype(np.int32).tofile(Path(folder) / "participant")
        DESIGN.item.astype(np.int32).tofile(Path(folder) / "item")
        return run_r("thousand_studies.R", folder, *map(str, counts))


def per_thousand(name: str, cost: dict[str, Any]) -> Timing:
    """R's seconds per study, times 1,000."""
    note = f"{cost['runs']} studies" + ("" if cost["runs"] == STUDIES else ", scaled")
    return Timing(name, cost["cpu"] * STUDIES, cost["wall"] * STUDIES, 1, note)


def scaled(name: str, work: Callable[[], Any], studies: int) -> Timing:
    took = timed(name, work, 1, f"{studies} studies, scaled")
    return replace(took, cpu=took.cpu * STUDIES / studies, wall=took.wall * STUDIES / studies)


def statsmodels_loop(responses: np.ndarray) -> None:
    import pandas as pd

    data = pd.DataFrame(
        {"x": DESIGN.columns[:, 0], "participant": DESIGN.participant, "item": DESIGN.item}
    )
    for y in responses:
        in_statsmodels(data.assign(y=y), crossed=False)


def ours(truth: Truth, responses: np.ndarray) -> list[Timing]:
    parts = strata(DESIGN)

    def draw() -> Any:
        return draw_statistics(parts, truth, STUDIES, np.random.default_rng(SEED))

    drawn = draw()
    return [
        timed(
            "strata: recognise, draw, fit, p",
            lambda: tally(simulate(DESIGN, truth, STUDIES, SEED), truth.beta),
            21,
            "the complete job",
        ),
        timed("of these: fit and p", lambda: fit_batch(drawn), 21),
        timed("of these: draw the statistics", draw, 101, "the limit"),
        timed(
            "strata of given rows: reduce, fit, p",
            lambda: fit_batch(statistics_of(parts, responses)),
            5,
            "when the rows exist",
        ),
        timed(
            "draw the responses as rows",
            lambda: draw_rows(DESIGN, truth, STUDIES, np.random.default_rng(SEED)),
            5,
            "what any engine on rows pays before it fits",
        ),
    ]


def differences(fits: BatchFit, reference: list[dict[str, Any]]) -> dict[str, float]:
    """Largest differences from fresh, tight lmer fits with lmerTest."""
    n = len(reference)

    def theirs(what: str) -> np.ndarray:
        return np.array([fit[what] for fit in reference])

    df = np.abs(fits.df[:n] / theirs("df") - 1).max(axis=1)
    gap = theirs("criterion") - fits.criterion[:n]
    return {
        "studies": n,
        "singular": int(theirs("singular").sum()),
        "singular flags that differ": int((fits.singular[:n] != theirs("singular")).sum()),
        "criterion, ours above lmer's": float(-gap.min()),
        "criterion, lmer's above ours": float(gap.max()),
        "estimate": float(np.abs(fits.estimate[:n] - theirs("estimate")).max()),
        "SE, relative": float(np.abs(fits.se[:n] / theirs("se") - 1).max()),
        "SE, relative, before the Newton step": float(
            np.abs(fits.se[:n] / theirs("bobyqa_se") - 1).max()
        ),
        "theta": float(np.abs(fits.theta[:n] - theirs("theta")).max()),
        "df, relative, median": float(np.median(df)),
        "df, relative, largest": float(df.max()),
        "p": float(np.abs(fits.p[:n] - theirs("p")).max()),
    }


def main(quick: bool) -> None:
    counts = (50, 20, 20) if quick else (1000, 200, 100)
    slow = (20, 2) if quick else (200, 20)
    timings: dict[str, list[Timing]] = {}
    agreement: dict[str, dict[str, float]] = {}
    versions: dict[str, str] = {}
    for number, (world, truth) in enumerate(WORLDS.items()):
        print(world, flush=True)
        responses = draw_rows(DESIGN, truth, STUDIES, np.random.default_rng(SEED))
        r = in_r(responses, counts if number == 0 else (20, 20, counts[2]))
        versions = r["versions"]
        fits = fit_batch(statistics_of(strata(DESIGN), responses))
        agreement[world] = differences(fits, r["fits"])
        if number == 0:
            timings["1,000 studies"] = [
                per_thousand("lme4 refit loop, no p-values", r["refit"]),
                per_thousand("lme4 refit loop + lmerTest", r["test"]),
                per_thousand("fresh tight lmer + lmerTest", r["fresh"]),
                scaled(
                    "statsmodels, items fixed",
                    partial(statsmodels_loop, responses[: slow[1]]),
                    slow[1],
                ),
                scaled(
                    "glmm with Satterthwaite",
                    partial(fit_each, DESIGN, responses[: slow[0]], truth),
                    slow[0],
                ),
                *ours(truth, responses),
            ]
    print(save("thousand_studies.json", {"agreement": agreement, "versions": versions}, timings))


if __name__ == "__main__":
    main("--quick" in sys.argv[1:])
