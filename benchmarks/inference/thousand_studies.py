"""1,000 simulated studies of 200 people x 12 stimuli with a random slope, p-values included.

    python benchmarks/inference/thousand_studies.py            # about five minutes of CPU
    python benchmarks/inference/thousand_studies.py --quick    # fewer studies in the slow engines

The slow engines fit fewer studies and their time is scaled to 1,000; the table says how many.
All engines fit the same responses, but for studies drawn as sufficient statistics, which need none.
"""

from __future__ import annotations

import sys
import tempfile
import warnings
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import glmm
import numpy as np
import pandas as pd
from scipy import stats

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from crossed_lmm import FORMULA, SLOPE, drawn_rows, in_statsmodels, latin_square
from machine import Timing, run_r, save, timed

from analysis.power.designs import Answers, Design, Term
from analysis.power.fitting import Fits, fit, relative_roots
from analysis.power.monte_carlo import draw

SEED, STUDIES, PEOPLE, ITEMS = 20260103, 1000, 200, 12
PERSON, ITEM, X = latin_square(PEOPLE, ITEMS)
WORLDS = {
    "random slope SD .45": SLOPE,
    "no true slope variance (half the fits singular)": np.array([1.0, 0.0, 0.0, 1.0, 0.2]),
}
"""Variances of intercept and slope with their covariance, of the residual and of the items."""
BETA = np.array([0.0, 0.2])


def in_r(responses: np.ndarray, counts: tuple[int, int, int]) -> Any:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "rows").write_text(f"{responses.shape[1]}\n")
        responses[: max(counts)].tofile(Path(folder) / "y")
        X.tofile(Path(folder) / "x")
        PERSON.astype(np.int32).tofile(Path(folder) / "participant")
        ITEM.astype(np.int32).tofile(Path(folder) / "item")
        return run_r("thousand_studies.R", folder, *map(str, counts))


def per_thousand(name: str, cost: dict[str, Any]) -> Timing:
    """R's seconds per study, times 1,000."""
    note = f"{cost['runs']} studies" + ("" if cost["runs"] == STUDIES else ", scaled")
    return Timing(name, cost["cpu"] * STUDIES, cost["wall"] * STUDIES, 1, note)


def scaled(name: str, work: Callable[[], Any], studies: int) -> Timing:
    took = timed(name, work, 1, f"{studies} studies, scaled")
    return replace(took, cpu=took.cpu * STUDIES / studies, wall=took.wall * STUDIES / studies)


def statsmodels_loop(responses: np.ndarray) -> None:
    data = pd.DataFrame({"x": X, "participant": PERSON, "item": ITEM})
    for y in responses:
        in_statsmodels(data.assign(y=y), crossed=False)


def glmm_loop(responses: np.ndarray, theta: list[float]) -> None:
    columns = {"x": X, "participant": pd.Categorical(PERSON), "item": pd.Categorical(ITEM)}
    for y in responses:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", glmm.SingularFitWarning)
            glmm.fit({"y": y, **columns}, FORMULA, warm_start={"theta": theta})


def design() -> Design:
    """Two presentation lists, of even and of odd participants."""
    composition, item = np.repeat([0, 1], ITEMS), np.tile(np.arange(ITEMS), 2)
    fixed = np.column_stack([np.ones(2 * ITEMS), X[: 2 * ITEMS]])
    people = Term("participant", fixed, np.zeros(2 * ITEMS, dtype=np.intp), True)
    items = Term("item", np.ones((2 * ITEMS, 1)), item, False)
    return Design(composition, np.full(2, PEOPLE / 2), fixed, (people, items))


def reduced(made: Design, responses: np.ndarray) -> Answers:
    """Means and scatter matrices of the two lists."""
    lists = [responses.reshape(-1, PEOPLE, ITEMS)[:, turn::2] for turn in (0, 1)]
    around = [y - y.mean(axis=1, keepdims=True) for y in lists]
    scatters = [a.swapaxes(1, 2) @ a for a in around]
    return made.answers([y.mean(axis=1) for y in lists], scatters)


def fits_of(made: Design, answers: Answers, phi: np.ndarray) -> tuple[Fits, np.ndarray]:
    found = fit(made, answers, phi, made.weights(np.eye(2)))
    return found, 2 * stats.t.sf(np.abs(found.estimate / found.se), found.df)


def ours(phi: np.ndarray, responses: np.ndarray) -> list[Timing]:
    made = design()

    def draws(of: Design) -> Answers:
        return of.answers(*draw(of, phi, STUDIES, np.random.default_rng(SEED)))

    def everything() -> None:
        new = design()
        fits_of(new, draws(new), phi)

    answers = draws(made)
    return [
        timed("batched REML: set up, draw, fit, p", everything, 11, "the complete job"),
        timed("of these: fit and p", lambda: fits_of(made, answers, phi), 11),
        timed("of these: draw what is sufficient", lambda: draws(made), 21),
        timed(
            "batched REML of given rows: reduce, fit, p",
            lambda: fits_of(made, reduced(made, responses), phi),
            5,
            "when the rows exist",
        ),
        timed(
            "draw the responses as rows",
            lambda: drawn_rows(PEOPLE, ITEMS, BETA, phi, STUDIES, np.random.default_rng(SEED)),
            5,
            "what any engine on rows pays before it fits",
        ),
    ]


def differences(
    made: Design, fits: Fits, p: np.ndarray, reference: list[dict[str, Any]]
) -> dict[str, float]:
    """Largest differences from fresh, tight lmer fits with lmerTest."""
    n = len(reference)

    def theirs(what: str) -> np.ndarray:
        return np.array([found[what] for found in reference])

    df = np.abs(fits.df[:n] / theirs("df") - 1).max(axis=1)
    constant = (PEOPLE * ITEMS - 2) * np.log(2 * np.pi)
    gap = theirs("criterion") - fits.criterion[:n] - constant
    people, items = relative_roots(made, fits.phi[:n])
    theta = np.column_stack([people[:, 0, 0], people[:, 1, 0], people[:, 1, 1], items[:, 0, 0]])
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
        "theta": float(np.abs(theta - theirs("theta")).max()),
        "df, relative, median": float(np.median(df)),
        "df, relative, largest": float(df.max()),
        "p": float(np.abs(p[:n] - theirs("p")).max()),
    }


def main(quick: bool) -> None:
    counts = (50, 20, 20) if quick else (1000, 200, 100)
    slow = (20, 2) if quick else (200, 20)
    timings: dict[str, list[Timing]] = {}
    agreement: dict[str, dict[str, float]] = {}
    versions: dict[str, str] = {}
    for number, (world, phi) in enumerate(WORLDS.items()):
        print(world, flush=True)
        rng = np.random.default_rng(SEED)
        responses = drawn_rows(PEOPLE, ITEMS, BETA, phi, STUDIES, rng)
        r = in_r(responses, counts if number == 0 else (20, 20, counts[2]))
        versions = r["versions"]
        made = design()
        fits, p = fits_of(made, reduced(made, responses), phi)
        agreement[world] = differences(made, fits, p, r["fits"])
        if number == 0:
            theta = [1.0, 0.1, 0.19**0.5, 0.2**0.5]
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
                    partial(glmm_loop, responses[: slow[0]], theta),
                    slow[0],
                ),
                *ours(phi, responses),
            ]
    print(save("thousand_studies.json", {"agreement": agreement, "versions": versions}, timings))


if __name__ == "__main__":
    main("--quick" in sys.argv[1:])
