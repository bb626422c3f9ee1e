"""Flat within the SESOI: every pair of cells by TOST."""

import numpy as np
import pandas as pd
import pingouin
import pytest

from analysis.curves.catalogue import get
from analysis.curves.compare import equivalence_to_flat
from analysis.curves.compare.cell_contrasts import error_df, within_sd
from analysis.curves.fitting import prepare
from analysis.errors import AnalysisError


def study(n, effect=0.0, seed=1):
    rng = np.random.default_rng(seed)
    d = pd.DataFrame({"participant": np.arange(n), "group": np.resize(["in", "none", "out"], n)})
    return d.assign(y=rng.normal(0, 1, n) + effect * (d.group == "in"))


def problem(d):
    return prepare(d, "y", [get("P1"), get("P2")])


def test_equality_is_shown_with_many_participants():
    flat = equivalence_to_flat(problem(study(6000)))
    assert flat.equivalent
    assert flat.sesoi == pytest.approx(0.2, abs=0.01)
    assert len(flat.table()) == 3


def test_equality_is_not_shown_with_few_participants():
    flat = equivalence_to_flat(problem(study(60)))
    assert not flat.equivalent


def test_a_real_difference_is_not_flat_however_many():
    flat = equivalence_to_flat(problem(study(9000, effect=0.3)))
    assert not flat.equivalent
    verdicts = flat.table().set_index("label")["verdict"]
    assert verdicts["group out minus group none"] == "equivalent"
    assert verdicts["group none minus group in"] == "different"


def test_p_values_agree_with_pingouin():
    """Large equal groups: the pooled model and the two-sample TOST meet."""
    d = study(3000, effect=0.1, seed=2)
    flat = equivalence_to_flat(problem(d), sesoi=0.2)
    row = flat.table().set_index("label").loc["group none minus group in"]
    split = {g: v.y.to_numpy() for g, v in d.groupby("group")}
    other = pingouin.tost(split["none"], split["in"], bound=0.2)["pval"].iloc[0]
    assert row["p"] == pytest.approx(other, rel=0.15)


def test_degrees_of_freedom_count_participants_not_rows():
    d = study(300)
    twice = pd.concat([d, d.assign(y=d.y + np.random.default_rng(3).normal(0, 0.1, 300))])
    doubled = problem(twice.reset_index(drop=True))
    assert error_df(doubled, doubled.cells) == 297
    nested = d.assign(item=[f"{g}{i % 5}" for i, g in enumerate(d.group)])
    apart = problem(nested)
    assert error_df(apart, apart.cells) == nested.item.nunique() - 3


def test_spread_is_that_within_cells():
    d = study(600, effect=5.0)
    expected = np.sqrt(sum(v.y.var(ddof=1) * (len(v) - 1) for _, v in d.groupby("group")) / 597)
    found = problem(d)
    assert within_sd(found, found.cells) == pytest.approx(expected)


def test_single_stimuli_are_refused():
    with pytest.raises(AnalysisError, match="contain only one stimulus"):
        equivalence_to_flat(problem(study(300).assign(item=lambda f: f.group)))
