"""The committed values of lmer, lmerTest, emmeans and pbkrtest are those that the R on this machine gives."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from other_software import run_r

HERE = Path(__file__).parent
pytestmark = pytest.mark.r
#: What tests compare to four digits, all else to six; variances at zero are as near to it as the optimiser came.
FOUR_DIGITS = {"df", "df2", "p", "p.value", "kenward_roger_df"}
NEAR_ZERO = 1e-4


def numbers(value: Any, *at: str) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Give every number, text and truth value with its keys."""
    if isinstance(value, dict | list):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, inner in items:
            yield from numbers(inner, *at, str(key))
    else:
        yield at, value


def assert_equal(found: Any, committed: Any) -> None:
    """Compare to the digits that tests compare to."""
    given, expected = dict(numbers(found)), dict(numbers(committed))
    assert list(given) == list(expected)
    for at, value in expected.items():
        if isinstance(value, bool | str):
            assert given[at] == value, at
        else:
            rel = 1e-4 if FOUR_DIGITS & set(at) else 1e-6
            near = NEAR_ZERO if "sd" in at else 1e-9
            assert given[at] == pytest.approx(value, rel=rel, abs=near), at


def test_linear_mixed_models_and_marginal_means() -> None:
    output = run_r(
        "-e",
        f'source("{HERE / "linear_mixed.R"}");'
        # Kenward-Roger is slow: one of three responses is enough here.
        f'made <- linear_mixed(crossed_data("{HERE / "crossed.csv"}"), "amount");'
        "cat(toJSON(made, auto_unbox = TRUE, digits = NA))",
    )
    found = json.loads(output)
    committed = json.loads((HERE / "r_values.json").read_text())
    assert len(found) == 8
    assert_equal(found, {name: committed[name] for name in found})


def test_studies_of_every_layout(tmp_path: Path) -> None:
    made = tmp_path / "studies.json"
    run_r(str(HERE / "fit_studies.R"), str(made))
    found, committed = (json.loads(file.read_text()) for file in (made, HERE / "r_studies.json"))
    for each in (found, committed):
        del each["versions"], each["written"]
    assert_equal(found, committed)
