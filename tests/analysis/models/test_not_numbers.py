"""Text, dates, and yes and no are refused where numbers are needed; numbers that were read as text are noted."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.errors import AnalysisError
from analysis.models import parse_formula
from analysis.models.not_numbers import refuse_other_than_numbers, refuse_text, text_factors


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


DAYS = pd.Series(pd.date_range("2024-01-01", periods=3))


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        (DAYS, "'n' contains dates (first: 2024-01-01 00:00:00), but numbers are needed. Convert it first, for"
         " example to days since the first date: d = pandas.to_datetime(data['n'])"),
        (DAYS.dt.tz_localize("UTC"), "'n' contains dates (first: 2024-01-01 00:00:00+00:00)"),
        (DAYS.dt.date, "'n' contains dates (first: 2024-01-01)"),
        (DAYS.astype("category"), "'n' contains dates"),
        (pd.Series([None, *DAYS]), "'n' contains dates (first: 2024-01-01"),
        (DAYS - DAYS[0], "'n' contains durations (first: 0 days 00:00:00), but numbers are needed. Convert it"
         " first, for example to seconds: pandas.to_timedelta(data['n'])"),
        (DAYS.dt.to_period("D"), "'n' contains periods (first: 2024-01-01)"),
        (DAYS.dt.time, "'n' contains times of day (first: 00:00:00)"),
        (pd.Series([True, False]), "'n' contains True and False, but numbers are needed. Convert it with astype(int)"),
        (pd.Series([True, None]), "'n' contains True and False"),
        (pd.Series([True, None], dtype="boolean"), "'n' contains True and False"),
        (pd.Series(["1", "2"]), "'n' contains text ('1')"),
    ],
)  # fmt: skip
def test_what_pandas_would_turn_into_numbers_is_refused(values: pd.Series, sentence: str) -> None:
    with pytest.raises(AnalysisError) as error:
        refuse_other_than_numbers("n", values)
    assert sentence in str(error.value)


@pytest.mark.parametrize("dtype", ["int64", "float32", "Int64", "Float64", "object", "category"])
def test_numbers_of_every_type_are_accepted(dtype: str) -> None:
    refuse_other_than_numbers("n", pd.Series([1, 2, 4], dtype=dtype))


def test_only_a_factor_that_may_be_a_mistake_is_noted() -> None:
    rows = pd.DataFrame({"y": [1, 2], "n": ["1", "2"], "arm": ["a", "b"], "x": [1, 2]})
    assert len(text_factors(rows, parse_formula("y ~ n * arm + x"))) == 1
    assert text_factors(rows, parse_formula("y ~ C(n) + arm + x")) == ()
    codes = rows.astype({"n": "category"})
    assert text_factors(codes, parse_formula("y ~ n")) == ()
