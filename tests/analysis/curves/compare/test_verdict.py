"""The verdict: undetermined at small n, decided at large n, honest about misfit."""

import numpy as np
import pandas as pd
import pytest

from analysis.curves.catalogue import catalogue, get, model_set
from analysis.curves.compare import Rule, Verdict, compare
from analysis.curves.compare.by_contrast import contrast_tests
from analysis.curves.compare.comparison import verdict_words
from analysis.errors import AnalysisError

LEVELS = np.array([1.0, 2.0, 8.0, 100.0, 10_000.0, 800_000.0])


def study(seed, people, name, sd=1.0, d=0.62, levels=LEVELS, **params):
    """One row per participant; the curve spans ``d`` SDs from T to F."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"participant": np.arange(people), "victims": np.resize(levels, people)})
    mean = 2 + d * get(name).predict(frame, params)
    return frame.assign(y=mean + rng.normal(0, sd, people))


def run(data, hypotheses="victims", **kwargs):
    curves = model_set(hypotheses) if isinstance(hypotheses, str) else hypotheses
    return compare(data, "y", curves, np.random.default_rng(0), level=None, **kwargs)


def claimed_first(name, topic):
    return [get(name), *(curve for curve in model_set(topic) if curve.id != name)]


TRUTHS = {
    "M5": ("decay_to_floor", {"F": 0.0}),
    "M2": ("falling_log", {}),
    "M2n": ("rising", {"b": 0.07}),
    "M4": ("step", {"F": 0.0}),
    "M7": ("inverted_u", {"top": 1, "c": 0.02, "peak": 100}),
}


@pytest.mark.parametrize("name", TRUTHS)
def test_large_study_finds_the_true_family(name):
    family, params = TRUTHS[name]
    result = run(study(1, 60_000, name, **params))
    assert result.verdict.family == family
    assert not result.verdict.undetermined
    assert result.verdict.reasons == ()
    assert result.verdict.equivalent_to_flat is False


def test_large_flat_study_is_flat_with_equivalence():
    result = run(study(2, 60_000, "M0"))
    assert result.verdict.family == "flat"
    assert result.verdict.equivalent_to_flat


def test_flat_needs_equivalence_not_only_weight():
    """60 people a cell: flat leads, but differences of d = .20 are not excluded."""
    result = run(study(3, 360, "M0"), rule=Rule(bic=0.2))
    assert result.weights.leader("bic") == "flat"
    assert result.verdict.undetermined
    assert "no_equivalence" in result.verdict.reasons


def test_a_family_predicts_differences_or_none():
    """The verdict depends on the role of a family's best curve: all its curves have to agree."""
    nulls = {h.family for h in catalogue() if h.role == "null"}
    assert nulls == {"flat", "impartial", "indifferent", "none", "independent", "drug_null"}
    assert not nulls & {h.family for h in catalogue() if h.role != "null"}


def letters(seed, people):
    """One row per participant, each with one of three letters that do not differ."""
    rng = np.random.default_rng(seed)
    kinds = np.resize(["identified", "statistical", "joint"], people)
    frame = pd.DataFrame({"participant": np.arange(people), "victim": kinds})
    return frame.assign(y=2 + rng.normal(0, 1, people))


@pytest.mark.parametrize(("people", "family"), [(12_000, "indifferent"), (300, None)])
def test_letters_that_do_not_differ(people, family):
    names = [
        "identified_victim_dollars",
        "letters_indifferent",
        "one_child_only",
        "any_child",
        "joint_lower",
    ]
    result = run(letters(2, people), [get(name) for name in names], sesoi=0.2)
    assert result.verdict.family == family
    assert result.verdict.equivalent_to_flat == (family is not None)


@pytest.mark.parametrize("seed", range(4))
def test_small_study_of_an_ordinary_effect_is_undetermined(seed):
    """r = .05, d = .10 (Lee & Feeley 2016): shapes cannot be distinguished (fact sheet 4.4)."""
    result = run(study(seed, 240, "M5", d=0.10))
    assert result.verdict.undetermined
    assert result.verdict.family is None
    assert result.verdict.leader in result.verdict.remaining


def test_one_against_eight_is_undetermined_however_large():
    result = run(study(5, 20_000, "M5", levels=[1, 8]))
    assert result.verdict.undetermined
    assert "two_cells" in result.verdict.reasons
    assert set(result.verdict.excluded) >= {"flat", "rising"}
    assert set(result.verdict.remaining) >= {"decay_to_floor", "step", "falling_log"}


def test_data_that_no_curve_describes_are_undetermined():
    """A zigzag over N: the best family is rejected by the cell means."""
    data = study(6, 6000, "M0")
    data["y"] += 0.6 * data.victims.isin([2, 100, 800_000])
    result = run(data)
    assert result.verdict.undetermined
    assert "misfit" in result.verdict.reasons
    assert result.verdict.fit_of(result.verdict.leader).p_corrected < result.verdict.rule.misfit


@pytest.mark.parametrize(
    ("name", "family"),
    [("P0", "impartial"), ("P1", "favouritism"), ("P2", "derogation"), ("P3", "both")],
)
def test_groups(name, family):
    rng = np.random.default_rng(7)
    people, stimuli = 400, 18
    d = pd.DataFrame(
        [(p, s) for p in range(people) for s in range(stimuli)], columns=["participant", "item"]
    )
    d["group"] = np.array(["in", "out", "none"])[(d.participant + d.item) % 3]
    person, thing = rng.normal(0, 0.7, people), rng.normal(0, 0.3, stimuli)
    d["y"] = get(name).predict(d) + person[d.participant] + thing[d.item]
    d["y"] += rng.normal(0, 0.7, len(d))
    result = run(d, claimed_first(name, "groups"))
    assert result.verdict.family == family
    # The claim that groups make no difference predicts no order.
    assert (result.order is None) == (name == "P0")
    if name == "P3":
        assert result.order.bf_complement > 10


def test_two_groups_do_not_separate_favouritism_from_derogation():
    rng = np.random.default_rng(8)
    d = pd.DataFrame({"participant": np.arange(4000), "group": np.resize(["in", "out"], 4000)})
    d["y"] = 0.3 * (d.group == "in") + rng.normal(0, 1, 4000)
    result = run(d, "groups")
    assert result.verdict.undetermined
    assert {"favouritism", "derogation"} <= set(result.verdict.remaining)


def test_two_equal_groups_can_be_shown_to_be_equal():
    """Equivalence can be shown without a known shape."""
    rng = np.random.default_rng(8)
    d = pd.DataFrame({"participant": np.arange(9000), "group": np.resize(["in", "out"], 9000)})
    d["y"] = rng.normal(0, 1, 9000)
    result = run(d, "groups")
    assert result.verdict.family == "impartial"
    units = result.fit_of("P1").parameters.set_index("name")["unit"]
    assert units["d_in"] == "units of the response"


def test_tables_are_complete():
    curves = claimed_first("M5", "victims")
    result = run(study(11, 1200, "M5"), curves, specified=model_set("essay"))
    tables = result.tables()
    assert set(tables) == {
        "tested", "curves", "families", "parameters", "cells", "specified", "differences", "order"
    }  # fmt: skip
    assert len(tables["curves"]) == 11
    assert tables["curves"]["aicc"].is_monotonic_increasing
    assert len(tables["differences"]) == 15
    assert "lambda" in tables["curves"].set_index("id").loc["M5", "shape"]
    with pytest.raises(AnalysisError, match="was not compared"):
        result.fit_of("P1")


def test_another_likelihood_needs_its_own_sesoi():
    rng = np.random.default_rng(14)
    d = pd.DataFrame({"participant": np.arange(3000), "victims": np.resize(LEVELS, 3000)})
    d["y"] = (rng.uniform(size=3000) < 0.2 + 0.5 * get("M5").predict(d)).astype(float)
    result = run(d, random="", family="binomial")
    assert result.verdict.family == "decay_to_floor"
    assert result.flat is None
    assert any("linear predictor" in why for why in result.left_out)
    assert run(d, random="", family="binomial", sesoi=0.2).flat.equivalent is False


def test_same_seed_same_result():
    data = study(12, 600, "M5")
    first, second = run(data), run(data)
    assert first.verdict == second.verdict
    assert first.order == second.order


def test_curves_that_cannot_be_fitted_are_named():
    d = study(13, 600, "M5").assign(item="a")
    d = pd.concat([d, d.assign(y=d.y + 0.01)], ignore_index=True)
    d["y"] = -5.0 - d.y
    result = run(d, [get("M0"), get("M2n"), get("M6e")])
    assert {f.hypothesis.id for f in result.fits} <= {"M0", "M2n", "M6e"}
    assert result.verdict.best in {f.hypothesis.id for f in result.fits}


@pytest.mark.parametrize(
    ("steps", "headline"),
    [
        (((2.03, 0.46), (9.0, 1.0)), "Undetermined: near − far is too small to matter"),
        (
            ((2.03, 0.46), (2.21, 2.76)),
            "Undetermined: near − far is too small to matter, and far − foe is not shown",
        ),
        (((9.0, 1.0), (2.21, 2.76)), "Undetermined"),
        (((9.0, 1.0), (9.0, 1.0)), "The means are in the claimed order"),
        (((2.03, 0.46), (-9.0, 1.0)), "The means are not in the claimed order"),
    ],
)
def test_the_headline_names_a_step_that_is_too_small(steps, headline):
    names = ("near - far", "far - foe")
    tests = [
        test
        for name, numbers in zip(names, steps, strict=True)
        for test in contrast_tests(name, (*numbers, 38.0), 2.93)
    ]
    assert str(verdict_words().headline(Verdict(tuple(tests)))) == headline


def test_two_levels_and_a_number_with_many_values_are_no_two_cells():
    """A curve over shared feeling and two boundaries has no single difference that the verdict could be about."""
    rng = np.random.default_rng(4)
    participant = np.repeat(np.arange(60), 10)
    data = pd.DataFrame(
        {
            "participant": participant,
            "boundary": participant % 2.0,
            "empathy": rng.uniform(size=600),
        }
    )
    curves = [get("window_essay_distress"), get("two_factor_distress")]
    own = rng.normal(0, 0.3, 60)[participant]
    data["y"] = curves[0].predict(data) + own + rng.normal(0, 0.3, 600)
    found = compare(data, "y", curves, rng, random="(1|participant)", level=None)
    assert found.problem.cells.columns == ("boundary",)
    assert found.contrasts == ()
    assert found.verdict.family == "distress_overflow"
    assert found.verdict.reasons == ()
    assert set(found.verdict.families) == {"distress_overflow", "distress_monotone"}
