"""On the way to a verdict, a session is excluded, given its conditions and scored once, and a planned formula parsed once."""

from __future__ import annotations

import sys
from collections import Counter
from types import FrameType
from typing import Any

from analysis.data import conditions, exclude, score, trials
from analysis.planned import plan
from analysis.planned.analyse import analyse_data
from tests.analysis.planned.conftest import Sample

ONCE = {
    exclude.exclude: "exclude",
    conditions.with_conditions: "conditions",
    trials.Trials.of.__func__: "tables of trials",  # type: ignore[attr-defined]
    score.score_all: "score",
    plan.Planned.formula.func: "formula",
}


def test_each_step_is_entered_once_for_a_mode_and_each_formula_once(groups: Sample) -> None:
    data, study = groups
    mode = data.modes[0]
    names = {function.__code__: name for function, name in ONCE.items()}
    entered: Counter[str] = Counter()

    def count(frame: FrameType, event: str, _: Any) -> None:
        if event == "call" and frame.f_code in names:
            entered[names[frame.f_code]] += 1

    sys.setprofile(count)
    try:
        analyse_data(data.in_mode(mode), study)
    finally:
        sys.setprofile(None)
    formulas = entered.pop("formula")
    assert entered == {"exclude": 1, "conditions": 1, "tables of trials": 1, "score": 1}
    assert formulas == len(study.protocol.planned_models(mode))
