"""What the fast engines take of a study, reckoned from its rows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.power.intercepts import Intercepts
from analysis.power.world import Drawn, World


def sums_and_squares(
    rows: pd.DataFrame, analysis: Intercepts, groups: Sequence[str]
) -> tuple[np.ndarray, np.ndarray]:
    """Sums by cell and sums of squares of one study, stratum by stratum."""
    people = sorted((g for g in groups if "participant" in g), key=lambda g: -g.count(":"))
    parts, left = [], rows["y"]
    for group in people:
        mean = left.groupby([rows[name] for name in group.split(":")]).transform("mean")
        parts.append(left - mean)
        left = mean
    parts.append(left)
    cells = pd.MultiIndex.from_tuples([(s, *levels) for s, levels in analysis.strata.cells])
    sums = [part.groupby([rows["stimulus"], rows["c"]]).sum().reindex(cells) for part in parts]
    squares = np.array([[float((part**2).sum())] for part in parts])
    return np.stack(sums)[..., None], squares


def means_and_scatter(rows: pd.DataFrame, world: World) -> Drawn:
    """Means and scatter matrices of one study; each row names its list as the world counts them."""
    means, scatter = [], []
    for g in world.used:
        own = rows[rows["list"] == g].pivot(index="participant", columns="stimulus", values="y")
        values = own[[stimulus for stimulus, _ in world.lists.rows[g]]].to_numpy()
        means.append(values.mean(axis=0)[:, None])
        around = values - values.mean(axis=0)
        scatter.append((around.T @ around)[:, :, None])
    return Drawn(tuple(means), tuple(scatter))
