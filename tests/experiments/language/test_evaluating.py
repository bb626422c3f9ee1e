"""Expressions: numbers, and columns of numbers, are computed by the same rules."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest

from experiments.language.columns import Call, Operation, parse_column
from experiments.language.conditions import Condition
from experiments.language.evaluating import Evaluator

ROWS = pd.DataFrame(
    {"a": [2.0, 0.0, -1.5, np.nan, 8.0], "b": [4.0, -3.0, 0.0, 2.0, np.nan], "c": [1.0, 1, 1, 1, 1]}
)


class InTable(Evaluator[Any]):
    """Evaluates in all rows at once; what is undefined is refused if there is any."""

    def number(self, value: float) -> Any:
        return pd.Series(value, ROWS.index)

    def named(self, name: str) -> Any:
        return ROWS[name]

    def tested(self, condition: Condition) -> Any:
        return pd.Series([0.0, 1.0, 0.0, 1.0, 0.0])

    def aggregated(self, node: Call) -> Any:
        (argument,) = node.arguments
        return pd.Series(self.evaluated(argument).mean(), ROWS.index)

    def undefined(self, node: Operation | Call, value: Any, wrong: Any) -> Any:
        raise ZeroDivisionError(f"{node}: {value[wrong].tolist()}")


class InRow(InTable):
    """Evaluates in one row; what is undefined is missing."""

    def __init__(self, row: int) -> None:
        self.row = row

    def number(self, value: float) -> Any:
        return value

    def named(self, name: str) -> Any:
        return float(ROWS[name][self.row])

    def tested(self, condition: Condition) -> Any:
        return float(super().tested(condition)[self.row])

    def aggregated(self, node: Call) -> Any:
        return float(InTable().aggregated(node)[self.row])

    def undefined(self, node: Operation | Call, value: Any, wrong: Any) -> Any:
        return math.nan


A, B = ROWS["a"].to_numpy(), ROWS["b"].to_numpy()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a - (b - 2) * 3", A - (B - 2) * 3),
        ("-a * b / 2 + c", -A * B / 2 + 1),
        ("b / (a * a + 1)", B / (A * A + 1)),
        ("mean(a, b, 3)", (A + B + 3) / 3),
        ("min(a, b)", [2, -3, -1.5, np.nan, np.nan]),
        ("max(a, b, 1)", [4, 1, 1, np.nan, np.nan]),
        ("log(a * a + 1)", np.log(A * A + 1)),
        ("a - mean(a)", A - 2.125),
        ("(c + mean(a > 1)) / c", [1.4] * 5),
    ],
)
def test_an_expression_is_the_same_in_a_row_and_in_a_table(text: str, expected: Any) -> None:
    value = parse_column(text).value
    assert InTable().evaluated(value).to_numpy() == pytest.approx(np.array(expected), nan_ok=True)
    found = [InRow(row).evaluated(value) for row in ROWS.index]
    assert found == pytest.approx(list(expected), nan_ok=True)


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("a / b", "a / b: [0.0]"),
        ("b / a", "b / a: [0.0]"),
        ("c + log(a)", "log(a): [0.0, -1.5]"),
    ],
)
def test_what_is_undefined_is_left_to_the_user(text: str, refused: str) -> None:
    value = parse_column(text).value
    with pytest.raises(ZeroDivisionError) as raised:
        InTable().evaluated(value)
    assert str(raised.value) == refused
    found = np.array([InRow(row).evaluated(value) for row in ROWS.index])
    assert not np.isinf(found).any()
    assert np.isnan(found).sum() == {"a / b": 3, "b / a": 3, "c + log(a)": 3}[text]
