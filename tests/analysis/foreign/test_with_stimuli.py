"""Differences between conditions whose stimuli are a sample: against R 4.2.2, lmerTest (Kenward-Roger), and by simulation."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.errors import AnalysisError
from analysis.foreign.importing import import_foreign
from analysis.foreign.reanalyse import Reanalysis, reanalyse
from analysis.foreign.with_stimuli import compare_levels, compare_with_value
from analysis.models.comparisons import Comparison, compare_paired

MAP = """\
study: letters
version: 1.0.0
title: Letters
source: Invented.
licence: CC0-1.0
participant: participant
stimulus: stimulus
factors:
  g: {sentence: Group., column: g, levels: {a: a, b: b}}
measures:
  y: {sentence: Answer., column: y}
analysis:
  differences: [{name: a minus b, measure: y, factor: g, higher: a, lower: b}]
  constants: [{name: y and 4, measure: y, value: 4}]
"""


@pytest.fixture(scope="module")
def letters() -> pd.DataFrame:
    """20 people who read 8 letters: four of each level of g (within), all at one level of h (between)."""
    data = pd.DataFrame(
        [(p, s) for p in range(20) for s in range(8)], columns=["participant", "stimulus"]
    )
    p, s = data["participant"], data["stimulus"]
    wave = 2 * np.sin(3 * p) + 3 * np.cos(5 * s + 1) + 1.5 * np.sin(11 * p + 17 * s)
    data["y"] = (5 + wave + (s >= 4)).round(3)
    data["g"], data["h"] = np.where(s >= 4, "a", "b"), np.where(p % 2 == 0, "a", "b")
    data["y2"] = (data["y"] + 2 * np.sin(9.0 * s) * (data["h"] == "a")).round(3)
    return data.astype({"participant": str, "stimulus": str})


def reanalysed(folder: Path, table: pd.DataFrame) -> Reanalysis:
    table.to_csv(folder / "table.csv", index=False)
    (folder / "map.yaml").write_text(MAP, encoding="utf-8")
    import_foreign(folder / "map.yaml", [folder / "table.csv"], folder / "data")
    return reanalyse(folder / "data")


def numbers(found: Comparison) -> tuple[float, ...]:
    return found.difference, found.se, found.df, found.p


def test_a_difference_is_that_of_the_mixed_model(letters, tmp_path):
    made = reanalysed(tmp_path, letters)
    one = made.comparisons["a minus b"]
    assert (one.kind, one.n) == ("mixed model", (20, 8))
    assert numbers(one) == pytest.approx((1.2547375, 1.605146, 6.0, 0.464112), abs=1e-4)
    assert one.effect_low == pytest.approx(one.ci_low / one.sd)
    text = made.text()
    assert "t(6.0) = 0.78, p = .464, in SDs = 0.47 [−0.99, 1.92]." in text
    assert "divided by the SD of single answers within the levels, 2.6981 (20 participants," in text
    assert "Mixed model y ~ g + (1 | participant) + (1 | stimulus)." in text
    assert "dz" not in text
    constant = made.comparisons["y and 4"]
    assert numbers(constant) == pytest.approx((2.0591938, 0.8467249, 9.592029, 0.0362954), abs=1e-4)


def test_stimuli_at_both_levels_have_a_difference_of_their_own(letters):
    """lmer(y2 ~ h + (1 | participant) + (1 | stimulus) + (1 | stimulus:h))."""
    one, notes = compare_levels(letters, "y2", "h", "a", "b")
    assert numbers(one) == pytest.approx((-2.7025375, 0.557159, 9.32306, 0.000820314), rel=1e-4)
    assert "Kenward-Roger" in notes


def test_with_too_few_stimuli_there_is_no_difference(letters, tmp_path):
    made = reanalysed(tmp_path, letters[letters["stimulus"].isin(list("0145"))])
    assert made.comparisons == {}
    assert "would ignore that the 4 stimuli are a sample" in made.failed["a minus b"]
    assert "needs at least 5" in made.failed["a minus b"]
    assert "a minus b: no test. A difference of participants' means would ignore" in made.text()
    with pytest.raises(AnalysisError, match="shown with only one stimulus"):
        compare_levels(letters[letters["stimulus"].isin(list("04567"))], "y", "g", "a", "b")


def test_one_stimulus_is_no_sample(letters, tmp_path):
    alone = letters[letters["stimulus"] == "0"].assign(g=letters["h"])
    assert reanalysed(tmp_path, alone).comparisons["a minus b"].kind == "independent"


@pytest.mark.slow
def test_studies_without_an_effect_are_rarely_significant(letters):
    """Letters with half the SD of single answers: a t test of participants' means finds a difference in half of them."""
    rng = np.random.default_rng(13)
    person, letter = letters["participant"].astype(int), letters["stimulus"].astype(int)
    studies, found, of_means = 150, 0, 0
    for _ in range(studies):
        y = rng.normal(0, 1, 20)[person] + rng.normal(0, 0.5, 8)[letter] + rng.normal(size=160)
        data = letters.assign(y=y)
        found += compare_levels(data, "y", "g", "a", "b")[0].p < 0.05
        means = data.pivot_table(index="participant", columns="g", values="y")
        of_means += compare_paired(means["a"], means["b"], ("a", "b")).p < 0.05
    # The 99.9 % limit of 150 studies at .05 is 17.
    assert found <= 17
    assert of_means > 40


def test_missing_answers_are_left_out(letters):
    data = letters.assign(y=letters["y"].mask(letters.index == 3))
    assert compare_with_value(data, "y", 4.0, "c")[0].n == (20, 8)
    assert np.isfinite(compare_levels(data, "y", "g", "a", "b")[0].p)


def test_levels_may_be_numbers(letters):
    numbered = letters.assign(g=np.where(letters["g"] == "a", 2.0, 1.0))
    in_words, _ = compare_levels(letters, "y", "g", "a", "b")
    in_numbers, _ = compare_levels(numbered, "y", "g", 2, 1)
    assert numbers(in_numbers) == pytest.approx(numbers(in_words))
