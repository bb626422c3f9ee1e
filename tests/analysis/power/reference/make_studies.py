"""Draw the studies that `fit_studies.R` fits, and write them to studies.csv.gz.

Run from the repository's root; needed only to change the reference, as the table is committed:

    python tests/analysis/power/reference/make_studies.py
    Rscript tests/analysis/power/reference/fit_studies.R
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

SEED = 20260101
HERE = Path(__file__).parent


@dataclass(frozen=True)
class Study:
    """Every person sees every item; person p meets item i at one level of the columns."""

    people: int
    items: int
    columns: np.ndarray
    """(people x items, k)"""
    slopes: int
    """How many of the columns vary between people (the first ones)."""
    beta: list[float]
    of_people: list[list[float]]
    """Covariance of intercept and slopes."""
    of_items: float
    residual: float
    studies: int


def latin_square(people: int, items: int, curve: np.ndarray) -> np.ndarray:
    """Columns (people x items, k): person p meets item i at level (p + i) mod L."""
    person, item = (a.ravel() for a in np.indices((people, items)))
    basis = np.asarray(curve, dtype=float).reshape(len(curve), -1)
    return basis[(person + item) % len(basis)]


def both_ways() -> np.ndarray:
    """A level within and a group between people, with their interaction."""
    within = latin_square(40, 8, np.array([-0.5, 0.5]))[:, 0]
    group = (np.repeat(np.arange(40), 8) // 2) % 2 - 0.5
    return np.column_stack([within, group, within * group])


def draw(study: Study, rng: np.random.Generator) -> np.ndarray:
    """(studies, rows) answers."""
    person, item = (a.ravel() for a in np.indices((study.people, study.items)))
    fixed = np.column_stack([np.ones(len(person)), study.columns])
    varying = fixed[:, : 1 + study.slopes]
    values, vectors = np.linalg.eigh(np.atleast_2d(study.of_people))
    root = vectors * np.sqrt(np.clip(values, 0, None))
    people = rng.standard_normal((study.studies, study.people, varying.shape[1])) @ root.T
    items = np.sqrt(study.of_items) * rng.standard_normal((study.studies, study.items))
    noise = np.sqrt(study.residual) * rng.standard_normal((study.studies, len(person)))
    own = np.einsum("snq,nq->sn", people[:, person], varying)
    return fixed @ np.asarray(study.beta) + own + items[:, item] + noise


TWO, CURVE = np.array([-0.5, 0.5]), np.array([[0.0, 1.0], [0.7, 0.0], [2.1, 0.0]])
SLOPE, FLAT = [[1.0, 0.1], [0.1, 0.2]], [[0.3, 0.0], [0.0, 0.0]]
STUDIES = {
    "square_200x12": Study(200, 12, latin_square(200, 12, TWO), 1, [0.2, 0.3], SLOPE, 0.2, 1.0, 2),
    "square_200x12_flat": Study(
        200, 12, latin_square(200, 12, np.array([0.0, 1.0])), 1, [0.2, 0.0], FLAT, 0.02, 1.0, 3
    ),
    "square_30x6": Study(30, 6, latin_square(30, 6, TWO), 1, [0.2, 0.0], FLAT, 0.02, 1.0, 6),
    "square_no_slope": Study(40, 8, latin_square(40, 8, TWO), 0, [0, 0.3], [[0.5]], 0.2, 1, 2),
    "between": Study(
        40, 8, TWO[np.repeat(np.arange(40), 8) % 2, None], 0, [0, 0.3], [[0.5]], 0.2, 1, 2
    ),
    "uneven_lists": Study(
        41, 9, latin_square(41, 9, np.array([0.0, 1.0])), 1, [0.2, 0.3], SLOPE, 0.2, 1.0, 3
    ),
    "three_levels": Study(
        36, 12, latin_square(36, 12, CURVE), 1, [0, 0.3, 0.1], SLOPE, 0.2, 1.0, 3
    ),
    "both_ways": Study(40, 8, both_ways(), 1, [0, 0.3, 0.1, 0], SLOPE, 0.2, 1, 2),
}


def table() -> pd.DataFrame:
    """One row per design and observation; y1, y2, ... are the studies."""
    rng = np.random.default_rng(SEED)
    parts = []
    for name, study in STUDIES.items():
        person, item = (a.ravel() for a in np.indices((study.people, study.items)))
        part = pd.DataFrame({"design": name, "participant": person, "item": item})
        for j in range(study.columns.shape[1]):
            part[f"x{j + 1}"] = study.columns[:, j]
        for k, y in enumerate(draw(study, rng)):
            part[f"y{k + 1}"] = y.round(3)
        parts.append(part.sample(frac=1, random_state=SEED))
    return pd.concat(parts)


if __name__ == "__main__":
    table().to_csv(HERE / "studies.csv.gz", index=False)
