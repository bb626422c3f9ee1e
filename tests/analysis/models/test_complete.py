"""Rows of a user's own frame: missing values are counted, and unused levels are dropped."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.errors import AnalysisError
from analysis.models import parse_formula
from analysis.models.complete import complete_rows


def frame() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "arm": pd.Categorical(["a", "b", None, "b"], ["c", "b", "a"]),
            "gift": pd.array([1, None, 3, 4], "Int64"),
            "other": [np.nan] * 4,
        }
    )


def test_each_column_s_missing_values_are_counted() -> None:
    rows, notes = complete_rows(frame(), parse_formula("gift ~ arm"))
    assert notes == ("2 of 4 rows are left out because a value is missing (gift: 1, arm: 1).",)
    assert rows["gift"].tolist() == [1, 4]
    assert rows["gift"].dtype == np.int64
    assert list(rows["arm"].cat.categories) == ["b", "a"]


def test_a_column_that_the_formula_does_not_name_leaves_nobody_out() -> None:
    data = frame().dropna(subset=["arm", "gift"])
    assert complete_rows(data, parse_formula("gift ~ arm"))[1] == ()


def test_where_no_row_is_complete_the_columns_are_named() -> None:
    with pytest.raises(AnalysisError, match=r"None of the 4 rows is complete.*other \(4\)"):
        complete_rows(frame(), parse_formula("gift ~ other"))
