"""What the two-lines test of ``narrow_window`` can show: ``python -m benchmarks.power.two_lines`` writes ``two_lines.md``.

Each participant reads each of 20 stories at one of five intensities. The break point is that of the test itself. In a
balanced design the slopes of the mixed model are those of least squares
(``tests/analysis/models/test_two_lines.py``), and their standard errors follow from the variance components, so
that no mixed model has to be fitted.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats

from analysis.curves.catalogue import get
from analysis.models.two_lines import TwoLines, two_lines
from analysis.simulate.assumptions import Assumptions
from experiments.study import open_study

HERE = Path(__file__).resolve().parent
STUDY = HERE.parents[1] / "protocols" / "narrow_window.yaml"
SAMPLES = 100
STORIES = 20
LEVELS = np.arange(1.0, 6.0)
SHARED = (LEVELS - 1) / 4
BOUNDARY = (0.0, 1.0)
ASSUMED = Assumptions()


def shapes() -> dict[str, np.ndarray]:
    """Return means (boundaries, intensities) between 0 and 1 for each shape that could be true."""
    essay = get("window_essay")
    window = np.array(
        [essay.predict({"empathy": SHARED, "boundary": np.full(5, each)}) for each in BOUNDARY]
    )
    rise, first = np.tile(SHARED, (2, 1)), np.tile(np.minimum(SHARED, 0.5) * 2, (2, 1))
    return {
        "rises in proportion": rise,
        "rises to the third version, then stays": first,
        "the claimed window": window / np.ptp(window[0]),
    }


def ratings(means: np.ndarray, participants: int, rng: np.random.Generator) -> pd.DataFrame:
    """Simulate one study: a row for each participant and story."""

    def spread(share: float, *size: int) -> np.ndarray:
        return rng.normal(0, np.sqrt(share), size)

    person = np.repeat(np.arange(participants), STORIES)
    story = np.tile(np.arange(STORIES), participants)
    level = (story + person) % len(LEVELS)
    boundary = person // len(LEVELS) % 2
    latent = means[boundary, level] + spread(ASSUMED.residual, len(person))
    latent += spread(ASSUMED.person, participants)[person]
    latent += spread(ASSUMED.person_by_level, participants, len(LEVELS))[person, level]
    latent += spread(ASSUMED.stimulus, STORIES)[story]
    latent += spread(ASSUMED.stimulus_by_level, STORIES, len(LEVELS))[story, level]
    return pd.DataFrame({"participant": person, "intensity": LEVELS[level], "rating": latent})


def with_stories(found: TwoLines, participants: int) -> bool:
    """Return whether both lines, tested with random terms of stories, show a rise and a fall."""
    each = STORIES / len(LEVELS)
    of_person = (ASSUMED.person_by_level + ASSUMED.residual / each) / participants
    of_mean = of_person + ASSUMED.stimulus_by_level / STORIES
    # Twenty stories at five levels, without the means of stories and of levels.
    df = (STORIES - 1) * (len(LEVELS) - 1)
    rises = []
    for line, own in (
        (found.low, LEVELS[found.break_at >= LEVELS]),
        (found.high, LEVELS[found.break_at <= LEVELS]),
    ):
        se = np.sqrt(of_mean / np.sum((own - own.mean()) ** 2))
        rises.append(line.slope / se)
    limit = stats.t.ppf(0.975, df)
    return bool(rises[0] > limit and rises[1] < -limit)


def shares(means: np.ndarray, participants: int, seed: int) -> Mapping[str, float]:
    """Return how often a window is shown, with clustered standard errors and with random terms of stories."""
    rng = np.random.default_rng(seed)
    clustered = mixed = 0
    for _ in range(SAMPLES):
        data = ratings(means, participants, rng)
        found = two_lines(data, "rating", "intensity", cluster="participant")
        clustered += found.shape == "inverted U"
        mixed += with_stories(found, participants)
    return {"clustered": clustered / SAMPLES, "mixed": mixed / SAMPLES}


def table(participants: int) -> str:
    """Return the table as Markdown."""
    lines = [
        "| true shape | difference | with clustered standard errors | with random terms of stories |",
        "|---|---|---|---|",
    ]
    for seed, (name, means) in enumerate(shapes().items()):
        for d in (0.10, 0.20):
            found = shares(means * d, participants, seed)
            lines.append(
                f"| {name} | {d:.2f} SD | {found['clustered']:.2f} | {found['mixed']:.2f} |"
            )
    return "\n".join(lines)


if __name__ == "__main__":
    planned = 2 * open_study(STUDY).file.sample.per_cell
    text = f"""# The two-lines test of narrow_window

Made by `python -m benchmarks.power.two_lines`. Simulated ratings of {planned} participants, {SAMPLES} samples for each row,
at the planning assumptions (`analysis/simulate/assumptions.py`): how often a rise and a fall are shown. The difference is
that between the highest and the lowest mean under the instruction `self`.

{table(planned)}

In the first two shapes there is no fall. A test of a given line would show one in .025 of samples where the outcome stays
equal; the break is chosen by the data, which may add to this (the rows with random terms are too few samples to tell).
Standard errors that are clustered by participant treat the twenty stories as all there are.
"""
    (HERE / "two_lines.md").write_text(text, encoding="utf-8")
