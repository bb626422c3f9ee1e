"""Data of a single condition: nothing can be compared, and this is the verdict's first reason."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.curves.catalogue import get
from analysis.curves.compare import compare
from analysis.curves.compare.comparison import verdict_words


@pytest.mark.parametrize(("people", "answers"), [(40, 4), (60, 1)])
def test_a_single_condition_is_the_first_reason(people, answers):
    rng = np.random.default_rng(1)
    participant = np.repeat(np.arange(people), answers)
    data = pd.DataFrame(
        {"participant": participant, "victims": 8, "y": rng.normal(size=len(participant))}
    )
    curves = [get(name) for name in ("M0", "M2", "M5")]
    found = compare(data, "y", curves, rng, random="(1|participant)", level=None)
    assert found.verdict.undetermined
    assert found.verdict.reasons[0] == "one_cell"
    assert "a single condition" in str(verdict_words().brief(found.verdict))


def test_a_random_effect_of_conditions_is_left_out_with_a_note():
    """With one condition item:victims is item; this must not end the comparison."""
    rng = np.random.default_rng(2)
    participant, item = np.divmod(np.arange(320), 8)
    data = pd.DataFrame({"participant": participant, "item": item, "victims": 8})
    data["y"] = rng.normal(size=320) + rng.normal(size=8)[item]
    random = "(1|participant) + (1|item) + (1|item:victims)"
    curves = [get(name) for name in ("M0", "M2")]
    found = compare(data, "y", curves, rng, random=random, level=None)
    assert found.verdict.reasons[0] == "one_cell"
    assert any("(1 | item:victims) is left out" in note for note in found.problem.notes)
