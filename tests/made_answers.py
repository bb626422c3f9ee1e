"""Answers to the outcome of a study that are made for a test, in place of the frames of collected data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from analysis.planned.compared import ModelComparison
from analysis.planned.comparing import compare_all
from analysis.planned.plan import planned_models
from experiments.study import Study

NO_CONTRASTS = pd.DataFrame(
    columns=["model", "contrast", "failed", "estimate", "se", "df", "p_holm", "sesoi"]
)

Mean = Callable[[Mapping[Any, Any]], float]


@dataclass
class MadeAnswers:
    """One answer of each participant to each item in each cell of some factors."""

    study: Study
    mean: Mean
    """Mean answer in a cell."""
    people: int = 40
    items: int = 8
    sd: float = 1.0
    seed: int = 1
    only: tuple[str, ...] = ()
    """The factors that vary; all of them by default."""
    numbers: Mapping[str, Callable[[np.random.Generator, pd.DataFrame], Any]] = field(
        default_factory=dict
    )
    """Column -> its values, given the factors of the rows."""

    @property
    def mode(self) -> str:
        return self.study.modes[0]

    def frame(self, outcome: str, names: tuple[str, ...] = ()) -> pd.DataFrame:
        rng = np.random.default_rng(self.seed)
        factors = {
            n: of for n, of in self.study.levels.items() if n in (self.only or self.study.levels)
        }
        cells = [dict(zip(factors, each, strict=True)) for each in product(*factors.values())]
        person = rng.normal(0, 0.5, self.people)
        rows = []
        for who in range(self.people):
            for item in range(self.items):
                cell = cells[(who + item) % len(cells)]
                rows.append({"participant": who, "item": item, "trial": item + 1, **cell})
        frame = pd.DataFrame(rows)
        for name, values in self.numbers.items():
            frame[name] = values(rng, frame)
        means = [self.mean(row) for row in frame.to_dict("records")]
        noise = rng.normal(0, self.sd, len(frame))
        frame[outcome] = means + person[frame["participant"]] + noise
        for name, levels in factors.items():
            frame[name] = pd.Categorical(frame[name], levels, ordered=True)
        return frame

    def compared(
        self, contrasts: pd.DataFrame = NO_CONTRASTS, **options: bool
    ) -> list[ModelComparison]:
        """Compare the curves of the study on these answers."""
        planned = planned_models(self.study, self.mode)
        return list(compare_all(self, planned, contrasts, 1, **options))  # type: ignore[arg-type]
