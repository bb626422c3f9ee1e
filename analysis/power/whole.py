"""Whole studies of a run: which worlds they are simulated in, and the table that they add up to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.power.analytic import wilson
from analysis.power.full import FullTask
from analysis.power.store import Store
from analysis.power.tasks import added
from analysis.power.testing import Setting
from analysis.simulate import Assumptions
from experiments.building import Study
from experiments.design import cells_of


def full_tasks(study: Study, mode: str, setting: Setting, assumed: Assumptions) -> list[FullTask]:
    """Return the planned study in two worlds: the predicted curve at the SESOI, and no effect at all.

    A curve whose highest and lowest conditions lie 0 SD apart is flat, whatever its shape.
    """
    protocol = study.protocol
    predicted = protocol.hypotheses.predicted
    cells = len(cells_of(protocol.between(mode)))
    return [
        FullTask(
            str(protocol.path),
            protocol.hash,
            mode,
            setting.loss.invited_for(setting.planned * cells),
            predicted.hypothesis,
            tuple(sorted(predicted.parameters.items())),
            effect,
            protocol.sample.dropout,
            assumed,
            setting.alpha,
            setting.seed,
        )
        for effect in (0.0, setting.bound)
    ]


def full_rows(tasks: Sequence[FullTask], store: Store, studies: int) -> pd.DataFrame:
    """Return one row for each world and planned test."""
    rows = []
    for task in tasks:
        total: dict[str, Any] = {}
        for block in store.blocks(task.key, studies):
            total = added(total, block)
        world = {
            "world": "no effect" if task.effect == 0 else f"{task.hypothesis}, d = {task.effect:g}",
            "studies": total["studies"],
            "analysed": total["analysed"] / total["studies"],
            "undetermined": total["verdicts"].get("undetermined", 0) / total["studies"],
        }
        for name, counts in total["tests"].items():
            rows.append({**world, "test": name, **_shares(counts)})
    return pd.DataFrame(rows)


def _shares(counts: dict[str, float]) -> dict[str, float]:
    n = int(counts["fitted"])
    if n == 0:
        return {"fitted": 0, "failed": counts["failed"]}
    low, high = wilson(int(counts["rejected"]), n)
    mean = counts["d"] / n
    return {
        "fitted": n,
        "failed": counts["failed"],
        "rejected": counts["rejected"] / n,
        "low": low,
        "high": high,
        "rejected_holm": counts["corrected"] / n,
        "equivalent": counts["equivalent"] / n,
        "mean_d": mean,
        "sd_d": float(np.sqrt(max(counts["d2"] / n - mean**2, 0.0))),
    }
