"""Write small studies in the layouts that ``compassion power`` has fast engines for, for R to fit.

Run by hand: ``python tests/reference/make_studies.py``. The numbers are invented (no study's data), and
rounded before anything is fitted, so that every program reads the same numbers.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

HERE = Path(__file__).parent
STUDIES = 4
#: Lists of (stimulus, condition) that a participant sees; people on each list; SDs of people, people by
#: condition, stimuli, stimuli by condition, answers.
List = list[tuple[str, str]]
Design = tuple[list[List], list[int], tuple[float, float, float, float, float]]


def turning(stimuli: int) -> list[List]:
    """Two lists: every participant sees all stimuli, each half of them under one condition."""
    return [[(f"s{i}", "ab"[(i + turn) % 2]) for i in range(stimuli)] for turn in (0, 1)]


def single(stimuli: int) -> list[List]:
    """Every participant answers once."""
    return [[(f"s{i}", level)] for level in "ab" for i in range(stimuli)]


DESIGNS: dict[str, Design] = {
    "once": (single(6), [5, 4, 5, 6, 5, 5, 7, 5, 5, 5, 4, 5], (0.6, 0, 0.5, 0.3, 0.7)),
    "intercepts": (turning(6), [9, 8], (0.7, 0, 0.4, 0, 0.6)),
    "by_condition": (turning(8), [11, 12], (0.7, 0.4, 0.4, 0.4, 0.6)),
    "on_the_boundary": (turning(8), [11, 12], (0.7, 0, 0.4, 0, 0.6)),
    "slopes": (turning(8), [10, 10], (0.7, 0.5, 0.4, 0, 0.6)),
}


def study(design: Design, rng: np.random.Generator) -> pd.DataFrame:
    """One study: a row per answer; condition b is .3 above condition a."""
    lists, people, (person, reacting, stimulus, varying, answer) = design
    of_stimulus = {
        name: (rng.normal(0, stimulus), dict(zip("ab", rng.normal(0, varying, 2), strict=True)))
        for name in sorted({name for met in lists for name, _ in met})
    }
    rows = []
    for number in np.repeat(np.arange(len(lists)), people):
        own, by = rng.normal(0, person), dict(zip("ab", rng.normal(0, reacting, 2), strict=True))
        participant = f"p{len({row[0] for row in rows}):03d}"
        for name, level in lists[number]:
            base, reacts = of_stimulus[name]
            y = (
                0.3 * (level == "b")
                + own
                + by[level]
                + base
                + reacts[level]
                + rng.normal(0, answer)
            )
            rows.append((participant, number, name, level, round(y, 4)))
    return pd.DataFrame(rows, columns=["participant", "list", "stimulus", "c", "y"])


if __name__ == "__main__":
    rng = np.random.default_rng(20261125)
    made = [
        study(design, rng).assign(design=name, study=number)
        for name, design in DESIGNS.items()
        for number in range(STUDIES)
    ]
    order = ["design", "study", "participant", "list", "stimulus", "c", "y"]
    pd.concat(made)[order].to_csv(HERE / "studies.csv", index=False)
