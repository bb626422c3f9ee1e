"""Every error and note has a message, none is unused, and errors can be sent between processes."""

from __future__ import annotations

import ast
import pickle
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis import models
from analysis.errors import AnalysisError
from analysis.models.messages import EstimationError
from experiments.templates import environment

ROOM = Path(models.__file__).parent.parent


def used() -> set[str]:
    calls = (
        node
        for file in ROOM.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    )
    return {
        call.args[0].value
        for call in calls
        if call.func.id in ("EstimationError", "message")
        and call.args
        and isinstance(call.args[0], ast.Constant)
    }


def test_every_code_has_a_message_and_every_message_a_code():
    template = environment("analysis").get_template("models/messages.j2").module
    written = {name for name in vars(template) if not name.startswith("_")}
    assert len(written) > 40
    assert used() == written


def test_an_error_carries_its_code_and_numbers_also_to_another_process():
    data = pd.DataFrame({"y": np.arange(12.0), "x": np.tile([0, 1], 6), "p": np.arange(12) // 4})
    with pytest.raises(EstimationError) as caught:
        models.fit(data, "y ~ x + (1 | p)")
    again = pickle.loads(pickle.dumps(caught.value))
    assert (again.code, again.numbers["n"], again.numbers["needed"]) == ("few_groups", 3, 5)
    assert str(again) == str(caught.value)
    assert again.remedy == "Write C(p) as a fixed factor, or collect more."


@pytest.mark.parametrize("formula", ["y ~ n", "y ~ log(n) + (1 | p)", "y ~ 1 + n + x"])
def test_data_of_a_single_condition_are_reported(formula):
    rng = np.random.default_rng(1)
    data = pd.DataFrame({"y": rng.normal(size=60), "n": 8.0, "x": rng.normal(size=60)})
    data["p"] = np.arange(60) // 6
    with pytest.raises(AnalysisError, match="the same value in every row") as caught:
        models.fit(data, formula)
    assert caught.value.code == "one_condition"
    assert "at least two conditions" in caught.value.remedy
