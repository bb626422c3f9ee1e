"""The planned analysis of whole collections: its results, and that they agree with those of its parts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.multitest import multipletests

from analysis import models
from analysis.data.exclude import exclude
from analysis.data.frames import Frames
from analysis.data.load import load
from analysis.errors import AnalysisError
from analysis.models.bayes_factor import bayes_factor
from analysis.models.own_variance import with_own_variance
from analysis.planned import analyse, analyse_data
from analysis.simulate import simulate
from experiments.places import find
from experiments.study import open_study

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def of_letters(letters):
    return analyse_data(*letters, second_engine=True)


@pytest.fixture(scope="module")
def of_numbers(numbers):
    return analyse_data(*numbers)


@pytest.fixture(scope="module")
def of_groups(groups):
    return analyse_data(*groups)


@pytest.fixture(scope="module")
def small(letters, tmp_path_factory):
    """A small collection, and its results."""
    folder = tmp_path_factory.mktemp("small") / "data"
    simulate(letters[1], folder, 25, None, 8)
    return folder, analyse(folder)


def frame_of(sample, outcome):
    """The answers to an outcome in the main analysis."""
    data, study = sample
    mode = data.modes[0]
    return Frames.of(exclude(data, study, mode).data, study, mode).frame(outcome)


def test_primary_contrast_is_that_of_the_mixed_model(numbers, of_numbers):
    frame = frame_of(numbers, "donation")
    fitted = of_numbers.modes[0].models[0].formula
    assert fitted.startswith("donation ~ victims + (1 | participant) + (1 | item)")
    fit = models.fit(frame, fitted)
    row = of_numbers.modes[0].contrasts.iloc[0]
    weights = -np.eye(len(fit.names))[fit.names.index("victims[8]")]
    own = with_own_variance(fit, weights, frame["participant"])
    term = models.contrast(own, weights).estimates.iloc[0]
    assert (row["contrast"], row["variance"]) == ("1 - 8", "own")
    assert row["estimate"] == pytest.approx(term["estimate"])
    assert row["se"] == pytest.approx(term["se"], rel=1e-6)
    assert row["df"] == pytest.approx(term["df"], rel=1e-4)


def test_effect_size_and_bayes_factor_are_those_of_the_model(numbers, of_numbers):
    """Not of participants' means, which take the stimuli for the only ones there are."""
    frame = frame_of(numbers, "donation")
    row = of_numbers.modes[0].contrasts.iloc[0]
    cells = frame.groupby("victims", observed=True)["donation"]
    squares = ((frame["donation"] - cells.transform("mean")) ** 2).sum()
    sd = np.sqrt(squares / (len(frame) - cells.ngroups))
    assert row["d"] == pytest.approx(row["estimate"] / sd)
    expected = bayes_factor(row["estimate"], row["se"], row["df"], 0.707 * sd)
    assert row["bf10"] == pytest.approx(expected)
    compared = frame[frame["victims"].isin(["1", "8"])]
    assert (row["answers"], row["items"]) == (len(compared), compared["item"].nunique())
    assert row["participants"] == compared["participant"].nunique()
    one, eight = (frame.loc[frame["victims"] == n, "participant"].nunique() for n in ("1", "8"))
    assert (row["participants_higher"], row["participants_lower"]) == (one, eight)


def test_a_contrast_of_three_conditions_within_participants_has_its_own_variance(groups, of_groups):
    row = of_groups.modes[0].contrasts.iloc[0]
    assert row["variance"] == "own"
    model = of_groups.modes[0].models[0]
    fit = models.fit(frame_of(groups, "compassion"), model.formula)
    weights = np.zeros(len(fit.names))
    weights[[fit.names.index(f"group[{each}]") for each in ("none",)]] = -1
    own = models.contrast(with_own_variance(fit, weights), weights).estimates.iloc[0]
    assert row["se"] == pytest.approx(own["se"])


def test_holm_runs_over_all_secondary_tests_and_not_over_one_primary_test(of_letters):
    table = of_letters.modes[0].contrasts
    primary, secondary = table[table["role"] == "primary"], table[table["role"] == "secondary"]
    assert primary["contrast"].tolist() == ["identified - statistical"]
    # Two contrasts of the gift, its term in both parts, and one contrast of each scale.
    assert len(secondary) == 6
    assert primary["p_holm"].tolist() == primary["p"].tolist()
    assert secondary["p_holm"].tolist() == pytest.approx(
        multipletests(secondary["p"], method="holm")[1].tolist()
    )


def test_any_of_two_primary_tests_are_corrected_among_themselves(of_groups):
    table = of_groups.modes[0].contrasts
    primary = table[table["role"] == "primary"]
    assert primary["contrast"].tolist() == ["in - none", "none - out"]
    assert primary["p_holm"].tolist() == pytest.approx(
        multipletests(primary["p"], method="holm")[1].tolist()
    )


def test_sesoi_is_the_protocols_d_times_the_sd_within_cells(of_groups):
    table = of_groups.modes[0].contrasts
    assert (table["sesoi"] / table["sd"]).tolist() == pytest.approx([0.19] * len(table))
    low = table["estimate"] / table["sd"]
    assert table["d"].tolist() == pytest.approx(low.tolist())


def test_the_true_curve_is_best_supported(of_numbers):
    comparison = of_numbers.modes[0].comparison
    assert comparison.best_supported == "decay_to_floor"
    checks = comparison.specified[comparison.specified["curve"] != "flat"].set_index("check")
    assert checks.loc["M5e", "p"] > 0.01 > checks.loc["M4e", "p"]
    assert (checks["scale"] > 0).all()


def test_drawn_lines_are_the_fitted_curves(of_numbers):
    comparison = of_numbers.modes[0].comparison
    line = comparison.lines[
        (comparison.lines["curve"] == "M5e") & (comparison.lines["kind"] == "predicted")
    ]
    at = line.set_index("x")["y"].astype(float)
    assert at[2.0] / at[1.0] == pytest.approx(0.60, abs=0.005)
    assert at[800000.0] / at[1.0] == pytest.approx(0.10, abs=0.001)
    assert sorted(set(line["x"]) & {1.0, 2.0, 8.0, 100.0, 1e4, 8e5}) == [1, 2, 8, 100, 1e4, 8e5]


def test_sensitivity_analysis(letters, of_letters):
    data, study = letters
    found = of_letters.modes[0]
    excluded = exclude(data, study)
    ways = found.sensitivity.groupby("sessions", sort=False)["participants"].first()
    assert ways["as planned"] == len(excluded.data.sessions)
    assert ways["without exclusions"] == len(excluded.without.sessions)
    assert ways["stricter rules"] == len(excluded.strict.sessions)
    assert len(found.verdicts) == len(ways) == 3
    assert found.flow["left"].iloc[-1] == found.analysed == len(excluded.data.sessions)


def test_scales_have_reliability_and_models_a_second_opinion(of_letters):
    found = of_letters.modes[0]
    assert set(found.reliability["score"]) == {"feelings5", "perceived_impact3"}
    assert (found.reliability["alpha"] > 0.5).all()
    assert all(opinion.agrees for model in found.models for opinion in model.second_fits)
    assert [len(model.second_fits) for model in found.models] == [1, 2, 1, 1]
    feelings = next(m for m in found.models if m.name == "feelings: feelings5")
    assert feelings.planned == "feelings5 ~ victim + (1 | item) + (1 | item:victim)"
    parts = next(m for m in found.models if m.family == "two_part")
    assert len(parts.bounds) == 3
    parts = parts.terms["part"]
    assert list(dict.fromkeys(parts)) == ["whether", "how much"]


def test_the_second_engine_is_not_run_unasked(of_groups):
    found = of_groups.modes[0]
    assert found.models
    assert all(model.second_fits == () and model.second.empty for model in found.models)


def test_levels_come_in_the_order_of_the_study(of_groups):
    result = of_groups.modes[0]
    assert result.factors == ("group",)
    assert [words.split(" of ")[0] for words in result.levels[:2]] == ["a member"] * 2
    assert result.levels[2] == "a person who belongs to neither group"


def test_every_table_is_marked_as_simulated(of_groups):
    tables = of_groups.tables()
    assert len(tables) > 20
    assert all(table["simulated"].all() for table in tables.values() if len(table))


def test_modes_are_never_pooled(tmp_path, letters):
    _, study = letters
    simulate(study, tmp_path / "real", 30, None, 8, mode="real")
    simulate(study, tmp_path / "hypothetical", 30, None, 9, mode="hypothetical")
    real, imagined = load(tmp_path / "real"), load(tmp_path / "hypothetical")
    # Simulated people of two collections have the same codes.
    others = [
        t.assign(participant="x" + t["participant"]) for t in (imagined.rows, imagined.sessions)
    ]
    both = replace(
        real,
        rows=pd.concat([real.rows, others[0]], ignore_index=True),
        sessions=pd.concat([real.sessions, others[1]], ignore_index=True),
    )
    results = analyse_data(both, study)
    assert [result.mode for result in results.modes] == ["real", "hypothetical"]
    assert [result.sessions for result in results.modes] == [30, 30]
    assert "hypothetical_contrasts" in results.tables()
    alone = analyse_data(imagined, study).modes[0]
    pd.testing.assert_frame_equal(alone.contrasts, results.modes[1].contrasts)
    assert analyse_data(both, study, mode="real").modes[0].mode == "real"


def test_same_data_and_seed_give_the_same_results(small):
    folder, one = small
    two = analyse(folder)
    assert one.modes[0].comparison.order.equals(two.modes[0].comparison.order)
    assert one.modes[0].comparison.verdict == two.modes[0].comparison.verdict
    assert one.provenance.fingerprint == two.provenance.fingerprint
    assert one.provenance.command == f"compassion analyse {folder} --seed 1"


def test_two_contents_of_a_protocol_are_refused(tmp_path, letters):
    _, study = letters
    simulate(study, tmp_path / "one", 5, None, 1)
    text = find("identified_victim.yaml", "protocols").read_text(encoding="utf-8")
    changed = tmp_path / "changed.yaml"
    changed.write_text(text.replace("d: 0.20", "d: 0.30", 1), encoding="utf-8")
    simulate(open_study(changed), tmp_path / "two", 5, None, 2)
    with pytest.raises(AnalysisError, match="different contents of the protocol"):
        analyse([tmp_path / "one", tmp_path / "two"])
    with pytest.raises(AnalysisError, match="the hash of this file is"):
        analyse(tmp_path / "one", changed)


def test_data_without_a_protocol_beside_them_ask_for_one(tmp_path, letters):
    _, study = letters
    simulate(study, tmp_path / "data", 5, None, 1)
    (tmp_path / "data" / "protocol.yaml").unlink()
    with pytest.raises(AnalysisError, match="--protocol"):
        analyse(tmp_path / "data")
    results = analyse(tmp_path / "data", find("identified_victim.yaml", "protocols"))
    assert "--protocol" in results.provenance.command


def test_the_fingerprint_is_of_the_rows_in_any_order(letters):
    from analysis.planned.provenance import fingerprint

    rows = letters[0].rows
    shuffled = rows.sample(frac=1, random_state=np.random.RandomState(1))
    assert fingerprint(shuffled) == fingerprint(rows)
    changed = rows.copy()
    changed.loc[changed.index[40], "value"] = "other"
    assert fingerprint(changed) != fingerprint(rows)


def test_packages_give_the_same_results_as_collections(tmp_path, small):
    from experiments.package import write_package

    folder, from_sessions = small
    (package,) = write_package([folder], tmp_path / "package")
    from_package = analyse(package)
    pd.testing.assert_frame_equal(
        from_package.modes[0].contrasts, from_sessions.modes[0].contrasts, check_dtype=False
    )
    assert load(package).simulated
    assert from_package.provenance.simulated
