"""Family-wise error of several primary tests, ``any`` and ``all``, and of secondary tests."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import small_study
from proving import hold, whole

from analysis.data.exclude import exclude
from analysis.data.frames import Frames
from analysis.planned.claimed import primary_verdict
from analysis.planned.contrasts import contrast_table
from analysis.planned.modelling import model_all
from analysis.planned.plan import ALPHA, planned_models
from analysis.power.check import CheckTask
from analysis.simulate import Assumptions
from benchmarks.power.proof.families import all_of, any_of, family_rows, secondary_rows
from experiments.protocol.planned import Combined

BETWEEN = """\
study: letters
title: Three letters
factors:
  between: {letter: [one, two, three]}
flow:
  - use: consent
    about: letters
  - name: feeling
    page: "A letter: {letter}."
    ask:
      compassion: {slider: How much compassion do you feel?, from: Not at all, to: Very much}
"""
WITHIN = """\
study: letters
title: Three letters
factors:
  within: {letter: [one, two, three]}
flow:
  - use: consent
    about: letters
  - each: letter
    page: "A letter: {letter}."
    ask:
      compassion: {slider: How much compassion do you feel?, from: Not at all, to: Very much}
"""
REST = """\
  - use: debriefing
    page: Letters differed.
hypothesis: {{outcome: compassion, claim: one = three > two}}
analysis:
  compassion: {{formula: compassion ~ letter, primary: {{{combined}: [one - three, one - two, three - two]}}}}
sample: {{participants: 36}}
"""
NULL = "one - three"
"""The contrast that is zero in every study."""
LARGE = 2.0
"""An effect, in SDs, that nearly every study finds."""


def table(p: Sequence[float], combined: Combined, role: str = "primary") -> pd.DataFrame:
    """The planned tests of a study with these p values; a missing one could not be estimated."""
    rows = [
        {"contrast": str(j), "role": role, "p": value, "failed": "" if value == value else "why"}
        for j, value in enumerate(p)
    ]
    return contrast_table(rows, combined)


@pytest.mark.parametrize("failed", [0, 1])
@pytest.mark.parametrize("role", ["primary", "secondary"])
def test_the_table_corrects_as_the_proof_does(role: str, failed: int) -> None:
    rng = np.random.default_rng(5)
    for p in rng.uniform(0, 0.06, (8, 4)):
        p[:failed] = np.nan
        own = table(p, "any", role)["p_holm"]
        expected = any_of(np.nan_to_num(p, nan=1.0)[None], [True] * 4)[0]
        assert (own < ALPHA).any() == expected
        # A test that failed counts: the smallest p value is multiplied by four.
        assert own.min() == pytest.approx(4 * np.nanmin(p))
        assert own.isna().sum() == failed


def test_tests_that_must_all_hold_are_not_corrected() -> None:
    own = table([0.03, 0.04, np.nan], "all")
    assert own["p_holm"].equals(own["p"])


def test_families_of_drawn_p_values_keep_to_alpha() -> None:
    rng = np.random.default_rng(6)
    n = 20_000
    p = rng.uniform(size=(n, 3))
    names = list("abc")
    rows = {row["question"]: row for row in family_rows(names, p)}
    assert len(rows) == 8
    assert {row["kept"] for row in rows.values()} == {"yes"}
    for combined in ("any", "all"):
        for name in names:
            # The others are certainly found, so that the family is this one test.
            hold(round(rows[f"{combined}: all but {name} differ"]["share"] * n), n, 0.05)
    hold(round(rows["any: none differ"]["share"] * n), n, 1 - (1 - 0.05 / 3) ** 3)
    hold(round(rows["all: none differ"]["share"] * n), n, 0.05**3)
    for row in secondary_rows(p, 2, rng):
        hold(round(row["share"] * n), n, 0.045, 0.05)


def test_only_true_null_hypotheses_are_errors() -> None:
    p = np.array([[0.001, 0.04], [0.04, 0.04], [0.03, 0.2]])
    assert any_of(p, [True, True]).tolist() == [True, False, False]
    assert any_of(p, [False, True]).tolist() == [True, True, False]
    assert all_of(p, [True, True]).tolist() == [True, True, False]
    assert all_of(p, [True, False]).tolist() == [True, True, True]


def test_a_family_without_correction_would_be_found_out() -> None:
    p = np.random.default_rng(7).uniform(size=(20_000, 3))
    uncorrected = (p < ALPHA).any(axis=1).mean()
    assert uncorrected > 0.13


def task(folder: Path, beginning: str, combined: str, effect: float) -> CheckTask:
    """Studies with three primary contrasts, in which the second letter differs by an effect in SDs, or none does."""
    study = small_study.write(folder, beginning + REST.format(combined=combined))
    given = (str(study.path), study.hash, study.modes[0], 0.0, Assumptions(), 1)
    return CheckTask(*given, invited=36, effect=effect)


def significant(task: CheckTask, number: int) -> set[str]:
    """Simulate and analyse one study; return the primary tests whose verdict is a difference."""
    study, plans = task.study, planned_models(task.study, task.mode)
    data = exclude(task.collected(task.invited, number, task.effect), study, task.mode).data
    found = model_all(Frames.of(data, study, task.mode), plans, number, full=False).contrasts
    combined = plans[0].combined
    primary = found[found["role"] == "primary"]
    deciding = primary["p_holm"] if combined == "any" else primary["p"]
    tests = primary_verdict(found, combined).tests
    different = {each.name for each in tests if each.decided in ("different", "opposite")}
    assert different == set(primary.loc[deciding < ALPHA, "contrast"])
    assert len(primary) == 3
    return different


@pytest.mark.parametrize("beginning", [BETWEEN, WITHIN], ids=["between", "within"])
def test_large_differences_are_found(tmp_path: Path, beginning: str) -> None:
    assert significant(task(tmp_path, beginning, "any", LARGE), 1) >= {"one - two", "three - two"}


@pytest.mark.proof
@pytest.mark.parametrize(("combined", "effect"), [("any", 0.0), ("any", LARGE), ("all", LARGE)])
@pytest.mark.parametrize("beginning", [BETWEEN, WITHIN], ids=["between", "within"])
def test_the_analysis_keeps_the_family_wise_error(
    tmp_path: Path, beginning: str, combined: str, effect: float
) -> None:
    """Whole studies of simulated participants, analysed as real data are."""
    n, errors = whole(300), 0
    study = task(tmp_path, beginning, combined, effect)
    for number in range(n):
        own = significant(study, number)
        errors += NULL in own if effect else bool(own)
    hold(errors, n, 0.0, 0.05)
