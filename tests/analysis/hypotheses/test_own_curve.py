"""The curve that docs/protocols.md writes for a factor of one's own: it is computed, checked and fitted."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.curves.problem import numeric
from analysis.errors import AnalysisError
from analysis.hypotheses import Hypothesis

DOCS = Path(__file__).resolve().parents[3] / "docs" / "protocols.md"


@pytest.fixture(scope="module")
def curves() -> dict[str, Hypothesis]:
    """Return what the file in the docs makes."""
    section = DOCS.read_text("utf-8").partition("## A factor and a curve of your own")[2]
    code = re.search(r"```python\n(.*?)```", section, flags=re.S)
    assert code is not None
    made: dict[str, object] = {}
    exec(code[1], made)
    return {name: what for name, what in made.items() if isinstance(what, Hypothesis)}


def test_prediction_and_columns_say_the_same(curves):
    design = {"audience": ["private", "public", "public"]}
    public, indifferent = curves["PUBLIC"], curves["INDIFFERENT"]
    assert public.predict(design, {"a": 0.2, "d": 0.3}) == pytest.approx([0.2, 0.5, 0.5])
    assert 0.2 + public.basis(design) @ [0.3] == pytest.approx([0.2, 0.5, 0.5])
    assert indifferent.predict(design, {"a": 0.2}) == pytest.approx([0.2, 0.2, 0.2])


def test_a_level_that_the_curve_does_not_know_is_told(curves):
    with pytest.raises(AnalysisError, match="holds 'publik'") as told:
        curves["PUBLIC"].predict({"audience": ["private", "publik"]})
    assert told.value.remedy == "A1 public_gives_more knows 'private', 'public'."


def test_a_fit_leaves_its_levels_words(curves):
    data = pd.DataFrame({"given": ["1", "2"], "audience": ["private", "public"]})
    read = numeric(data, "given", list(curves.values()))
    assert read["audience"].tolist() == ["private", "public"]
    assert read["given"].dtype == np.float64
