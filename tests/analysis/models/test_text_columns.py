"""Text is refused where numbers are needed, and noted where it was meant as numbers."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.errors import AnalysisError
from analysis.models import parse_formula
from analysis.models.text_columns import refuse_text, text_factors


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        (pd.Series(["1", "2"]), "'n' contains text ('1'). Convert it with pandas.to_numeric."),
        (pd.Series([3, "1"], dtype=object), "'n' contains text ('1')"),
        (pd.Series(["1", None, "10,000"]), "'n' has '10,000' in row 2 (from 0), which is not a number."),
        (pd.Series(["1", "x"], dtype="string", index=[7, 8]), "'n' has 'x' in row 1"),
        (pd.Series(["1", "x"], dtype="category"), "'n' has 'x' in row 1"),
    ],
)  # fmt: skip
def test_text_is_refused(values: pd.Series, sentence: str) -> None:
    with pytest.raises(AnalysisError) as error:
        refuse_text("n", values)
    assert sentence in str(error.value)


@pytest.mark.parametrize("values", [[1.5, None], [True, False], pd.Series([1, 2], dtype=object)])
def test_numbers_are_not_refused(values: list[object]) -> None:
    refuse_text("n", pd.Series(values))


def test_only_a_factor_that_may_be_a_mistake_is_noted() -> None:
    rows = pd.DataFrame({"y": [1, 2], "n": ["1", "2"], "arm": ["a", "b"], "x": [1, 2]})
    assert len(text_factors(rows, parse_formula("y ~ n * arm + x"))) == 1
    assert text_factors(rows, parse_formula("y ~ C(n) + arm + x")) == ()
    codes = rows.astype({"n": "category"})
    assert text_factors(codes, parse_formula("y ~ n")) == ()
