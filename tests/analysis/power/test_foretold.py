"""What a study of the planned size can tell, before there are data."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.power import PowerSettings, foretold, power_of, sentences
from analysis.power.verdict_needs import Named, verdict_needs, verdict_sentence
from experiments.places import find
from experiments.study import open_study
from tests.small_study import TEXT, write

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    "name",
    [
        *("identified_victim", "compassion_collapse", "parochial_vignettes", "singularity"),
        *("deliberation", "parochial_collapse", "compassion_radius", "self_compassion"),
        *(
            pytest.param(each, marks=pytest.mark.proof)
            for each in ("recategorisation", "narrow_window")
        ),
    ],
)
def test_the_readme_says_it_of_each_study(name):
    said = " ".join(foretold(open_study(find(f"{name}.yaml", "protocols"))))
    readme = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    assert f"- `{name}`: {said}" in readme


class _Settings:
    targets = (0.80, 0.90)


class _Plan:
    size = 100
    settings = _Settings()

    class _Test:
        effect = 0.2

    tests = (_Test(),)


def rows(named):
    def both(n, d):
        share = named(n, d)
        return None if share is None else Named(share, (1 - share) / 5)

    return verdict_needs(_Plan(), both, lambda what, done, total: None)


def test_the_number_and_the_effect_that_are_needed():
    found = rows(lambda n, d: min(1.0, n * d**2 / 40))
    assert [row["target"] for row in found] == [0.80, 0.90]
    assert [row["named"] for row in found] == pytest.approx([0.1, 0.1])
    assert found[0]["per_cell"] == pytest.approx(800, rel=0.06)
    assert found[0]["effect"] == pytest.approx(0.60)
    sentence = verdict_sentence("", 100, found, 3)
    assert "100 participants per cell" in sentence
    assert "in .10 of simulated studies" in sentence
    assert "d = 0.20, and in favour of something else in .18 of them. For" in sentence
    assert "For .80 of studies" in sentence
    assert "per cell are needed or the effect would have to be about d = 0.60; for .90" in sentence


def test_what_no_number_and_no_effect_reaches_is_said():
    sentence = verdict_sentence("two", 100, rows(lambda n, d: 0.0)[:1], 3)
    assert "the claim of “two” in .00" in sentence
    assert sentence.endswith("For .80 of studies, no number up to 20,000 per cell is enough.")


def test_effects_beyond_the_scale_are_not_named():
    found = rows(lambda n, d: None if d > 0.5 else d)
    assert found[0]["effect"] is None
    assert rows(lambda n, d: None) == []


def test_a_design_that_is_large_enough():
    sentence = verdict_sentence("", 100, rows(lambda n, d: 0.97)[:1], 1)
    assert sentence.startswith("With 100 participants, the verdict")
    assert "is true with d = 0.20, and in favour of something else in .01 of them." in sentence
    assert sentence.endswith("of them. That reaches the target of .80.")
    both = verdict_sentence(
        "", 100, rows(lambda n, d: 1.0), 1, ("analysed participant", "analysed participants")
    )
    assert both.startswith("With 100 analysed participants, ")
    assert both.endswith("d = 0.20. That reaches the targets of .80 and .90.")


def test_power_says_it_too(tmp_path):
    study = write(tmp_path)
    found = power_of(study, PowerSettings(studies=300), cache=tmp_path / "cache")
    own = found.rows("verdict_needs")
    assert [row["target"] for row in own] == [0.80, 0.90]
    assert verdict_sentence("", found.planned, own, 1) in sentences(found)


def test_a_study_without_a_hypothesis_says_nothing(tmp_path):
    study = write(
        tmp_path,
        TEXT.replace("hypothesis: {outcome: compassion, claim: ours > theirs}\n", "").replace(
            "analysis: compassion ~ group * severity",
            "analysis: {formula: compassion ~ group * severity, primary: ours - theirs}",
        ),
    )
    assert foretold(study) == ()
