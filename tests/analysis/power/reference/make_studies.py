"""Draw the studies that `fit_studies.R` fits, and write them to studies.csv.gz.

Run from the repository's root; needed only to change the reference, as the table is committed:

    python tests/analysis/balanced/reference/make_studies.py
    Rscript tests/analysis/balanced/reference/fit_studies.R
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.balanced import CrossedDesign, Truth, between_people, draw_rows, latin_square

SEED = 20260101
HERE = Path(__file__).parent


def both_ways() -> CrossedDesign:
    """A level within and a group between people, with their interaction."""
    square = latin_square(40, 8, [-0.5, 0.5])
    group = (square.participant // 2) % 2 - 0.5
    within = square.columns[:, 0]
    columns = np.column_stack([within, group, within * group])
    return replace(square, columns=columns, names=("x1", "x2", "x3"), slopes=("x1",))


CURVE = np.array([[0.0, 1.0], [0.7, 0.0], [2.1, 0.0]])
ONE_SLOPE = Truth.of([0.2, 0.3], [[1.0, 0.1], [0.1, 0.2]], 0.2, 1.0)
NO_SLOPE = Truth.of([0.2, 0.0], [[0.3, 0.0], [0.0, 0.0]], 0.02, 1.0)

STUDIES: dict[str, tuple[CrossedDesign, Truth, int]] = {
    "square_200x12": (latin_square(200, 12, [-0.5, 0.5]), ONE_SLOPE, 2),
    "square_200x12_flat": (latin_square(200, 12, [0.0, 1.0]), NO_SLOPE, 3),
    "square_30x6": (latin_square(30, 6, [-0.5, 0.5]), NO_SLOPE, 6),
    "square_no_slope": (
        latin_square(40, 8, [-0.5, 0.5], slopes=()),
        Truth.of([0, 0.3], 0.5, 0.2, 1),
        2,
    ),
    "between": (between_people(40, 8, [-0.5, 0.5]), Truth.of([0, 0.3], 0.5, 0.2, 1), 2),
    "uneven_lists": (latin_square(41, 9, [0.0, 1.0]), ONE_SLOPE, 3),
    "three_levels": (
        latin_square(36, 12, CURVE, slopes=["x1"]),
        Truth.of([0, 0.3, 0.1], [[1.0, 0.1], [0.1, 0.2]], 0.2, 1.0),
        3,
    ),
    "both_ways": (both_ways(), Truth.of([0, 0.3, 0.1, 0], [[1, 0.1], [0.1, 0.2]], 0.2, 1), 2),
}


def table() -> pd.DataFrame:
    """One row per design and observation; y1, y2, ... are the studies."""
    rng = np.random.default_rng(SEED)
    parts = []
    for name, (design, truth, studies) in STUDIES.items():
        part = pd.DataFrame(
            {"design": name, "participant": design.participant, "item": design.item}
        )
        for j in range(design.columns.shape[1]):
            part[f"x{j + 1}"] = design.columns[:, j]
        for k, y in enumerate(draw_rows(design, truth, studies, rng)):
            part[f"y{k + 1}"] = y.round(3)
        parts.append(part.sample(frac=1, random_state=SEED))
    return pd.concat(parts)


if __name__ == "__main__":
    table().to_csv(HERE / "studies.csv.gz", index=False)
