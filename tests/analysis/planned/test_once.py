"""On the way to a verdict, a session is excluded, given its conditions and scored once, and its models planned once."""

from __future__ import annotations

import sys
from collections import Counter
from types import FrameType
from typing import Any

from analysis.data import conditions, exclude, measured, score
from analysis.planned import plan
from analysis.planned.analyse import analyse_data
from tests.analysis.planned.conftest import Sample

ONCE = {
    exclude.exclude: "exclude",
    conditions.with_conditions: "conditions",
    measured.Measured.__init__: "rows of measures",
    score.scores_of: "score",
    plan.planned_models: "plan",
}


def test_each_step_is_entered_once_for_a_mode(groups: Sample) -> None:
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
    # The rows are looked up for the exclusion rules, and for the frames of the sessions that remain.
    assert entered == {"exclude": 1, "conditions": 1, "rows of measures": 2, "score": 1, "plan": 1}
