"""Whole analyses of small studies: two factors, columns, several outcomes and families, and studies without a claim."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis import models
from analysis.data.exclude import exclude
from analysis.data.frames import Frames
from analysis.data.load import load
from analysis.planned import Results, analyse_data, read_results, write_results
from analysis.simulate import simulate
from experiments.study import Study
from tests.small_study import changed, write

Analysed = tuple[Results, Frames]


@pytest.fixture
def analysed(tmp_path: Path) -> Callable[..., Analysed]:
    """Simulate and analyse the smallest study with some of its text replaced."""

    def of(*changes: tuple[str, str], n: int = 24) -> Analysed:
        return _analysed(changed(tmp_path, *changes), tmp_path / "data", n)

    return of


def _analysed(study: Study, folder: Path, n: int) -> Analysed:
    simulate(study, folder, n, None, 3)
    data = load(folder)
    mode = study.modes[0]
    frames = Frames.of(exclude(data, study, mode).data, study, mode)
    return analyse_data(data, study), frames


def test_two_factors_within_participants(analysed, tmp_path):
    contrasts = (
        "analysis:\n"
        "  formula: compassion ~ group * severity\n"
        "  contrasts: [{group: ours - theirs, severity: mild},"
        " {group: ours - theirs, severity: severe - mild}]\n"
        "  primary: ours - theirs\n"
    )
    results, frames = analysed(("analysis: compassion ~ group * severity\n", contrasts))
    found = results.modes[0]
    assert found.factors == ("group", "severity")
    assert found.levels == ("ours, mild", "ours, severe", "theirs, mild", "theirs, severe")
    assert found.cells["level"].tolist() == list(found.levels)
    assert found.cells["first"].tolist() == ["ours", "ours", "theirs", "theirs"]
    assert found.cells["others"].tolist() == ["mild", "severe", "mild", "severe"]
    (model,) = found.models
    assert model.failed == ""
    assert model.planned.startswith("compassion ~ group + severity + group:severity + (1 | part")
    table = found.contrasts
    assert table["role"].tolist() == ["primary", "secondary", "secondary"]
    assert table["at"].tolist() == ["", "mild", ""]
    # In a balanced design the estimates are those of the cell means.
    frame = frames.frame("compassion")
    means = frame.groupby(["group", "severity"], observed=True)["compassion"].mean()
    in_mild, in_severe = (
        means["ours", each] - means["theirs", each] for each in ("mild", "severe")
    )
    expected = [(in_mild + in_severe) / 2, in_mild, in_severe - in_mild]
    assert table["estimate"].tolist() == pytest.approx(expected, abs=0.15)
    assert np.isfinite(table["bf10"]).all()
    assert model.means["level"].tolist() == list(found.levels)
    again = read_results(write_results(results, tmp_path / "results"))
    pd.testing.assert_frame_equal(again.modes[0].contrasts, table, check_dtype=False)


def test_the_claim_and_each_term_are_tested_without_contrasts(analysed):
    results, frames = analysed()
    table = results.modes[0].contrasts
    # The claim is the term group, which is not tested a second time (F would be the square of t).
    assert table["contrast"].tolist() == ["ours - theirs", "severity", "group:severity"]
    assert table["role"].tolist() == ["primary", "secondary", "secondary"]
    assert table["kind"].tolist() == ["contrast", "term", "term"]
    assert table["failed"].tolist() == [""] * 3
    # The study names no smallest effect.
    assert table["tost"].tolist()[0] == "not planned"
    assert np.isnan(table["sesoi"].iloc[0])
    assert results.hash == frames.study.hash
    assert results.study.title == frames.study.title


@pytest.mark.parametrize(("combined", "corrected"), [("any", True), ("all", False)])
def test_several_primary_tests(analysed, combined, corrected):
    several = (
        "analysis:\n"
        "  formula: compassion ~ group * severity\n"
        f"  primary: {{{combined}: [ours - theirs, severe - mild]}}\n"
    )
    results, _ = analysed(("analysis: compassion ~ group * severity\n", several))
    found = results.modes[0]
    own = found.contrasts[found.contrasts["role"] == "primary"]
    assert len(own) == 2
    assert found.models[0].combined == combined
    smaller = own["p"].idxmin()
    expected = min(1.0, 2 * own["p"][smaller]) if corrected else own["p"][smaller]
    assert own["p_holm"][smaller] == pytest.approx(expected)


def test_a_computed_column_as_a_predictor(analysed):
    columns = (
        "columns: {expected: severity = severe}\n"
        "analysis:\n"
        "  formula: compassion ~ group * expected\n"
        "  contrasts: [{group: ours - theirs, expected: slope}]\n"
    )
    results, frames = analysed(("analysis: compassion ~ group * severity\n", columns))
    (model,) = results.modes[0].models
    assert model.failed == ""
    held = model.held.set_index("number")
    assert held.loc["expected", "how"] == "cells"
    frame = frames.frame("compassion", ("group", "expected"))
    assert set(frame["expected"]) == {0.0, 1.0}
    interaction = results.modes[0].contrasts.set_index("kind").loc["slope"]
    means = frame.groupby(["group", "expected"], observed=True)["compassion"].mean()
    ours, theirs = (means[each, 1.0] - means[each, 0.0] for each in ("ours", "theirs"))
    assert interaction["estimate"] == pytest.approx(ours - theirs, abs=0.2)
    assert interaction["per"] == 1.0


TWO = (
    'compassion: {rating: "How much compassion do you feel?", points: 7, from: Not at all, to: Very much}',
    "compassion: {rating: How much?, points: 7, from: Not at all, to: Very much}\n"
    "      distress: {rating: How upset?, points: 7, from: Not at all, to: Very much}\n"
    "      helps: {choice: Would you help?, options: yes_no}",
)


def test_two_outcomes_and_a_chosen_option(analysed):
    models_ = (
        "columns: {chose: helps = yes}\n"
        "analysis:\n"
        "  main: {formula: compassion and distress ~ group, contrasts: [ours - theirs]}\n"
        "  help: {formula: chose ~ group + (1 | participant), family: binomial, contrasts: [ours - theirs]}\n"
        "  in words: {formula: helps ~ group + (1 | participant), family: binomial, contrasts: [ours - theirs]}\n"
    )
    results, frames = analysed(TWO, ("analysis: compassion ~ group * severity\n", models_), n=30)
    found = results.modes[0]
    names = [model.name for model in found.models]
    assert names == ["main: compassion", "main: distress", "help", "in words"]
    assert [model.failed for model in found.models] == [""] * 4
    table = found.contrasts.set_index("model")
    assert table["role"].tolist() == ["primary", "secondary", "secondary", "secondary"]
    frame = frames.frame("chose", ("group",))
    direct = models.fit(
        frame.assign(group=frame["group"].astype(str)),
        "chose ~ group + (1 | participant)",
        "binomial",
    )
    assert table.loc["help", "estimate"] == pytest.approx(-direct.terms["estimate"][1], rel=1e-4)
    assert table.loc["in words", "estimate"] == pytest.approx(table.loc["help", "estimate"])
    assert np.isnan(table.loc["help", "d"])
    assert {info.name for info in found.measures} == {"compassion", "distress", "chose", "helps"}
    shares = found.cells[found.cells["measure"] == "chose"]["mean"]
    assert shares.between(0, 1).all()


def test_a_study_without_a_hypothesis(analysed):
    contrasts = "analysis: {formula: compassion ~ group * severity, contrasts: [ours - theirs]}\n"
    results, _ = analysed(
        ("hypothesis: {outcome: compassion, claim: ours > theirs}\n", ""),
        ("analysis: compassion ~ group * severity\n", contrasts),
    )
    found = results.modes[0]
    assert found.comparisons == ()
    assert found.comparison is None
    assert found.verdicts.empty
    assert found.contrasts["role"].tolist() == ["primary"]
    assert found.measures[0].outcome
    assert results.tables()


LINES = """\
study: lines
title: Lines
factors:
  between: {cost: [asked, none]}
  within: {victims: [1, 2, 4, 8]}
flow:
  - use: consent
    about: people in difficulty
  - each: vignettes.csv
    rotate: victims
    page: "{victims} people: {text}"
    ask:
      care: {slider: "How much do you care?", from: Not at all, to: Very much}
  - use: debriefing
    page: The number of people differed.
columns: {n: log(victims), exposure: trial / 7}
analysis:
  main:
    formula: care ~ victims * cost
    contrasts: [{victims: slope of log}, {victims: slope of log, cost: asked - none}]
    primary: 1 - 8
  log: {formula: care ~ n * cost, contrasts: [{n: slope}, asked - none]}
  time: {formula: care ~ exposure * cost, contrasts: [{exposure: slope}]}
sample: {participants: 60}
"""


def test_slopes_of_factors_columns_and_trials(tmp_path):
    results, frames = _analysed(write(tmp_path, LINES), tmp_path / "data", 30)
    found = results.modes[0]
    assert [model.failed for model in found.models] == [""] * 3
    main, log, time = found.models
    assert main.held.empty
    assert (
        log.planned == "care ~ n + cost + n:cost + (n | participant) + (1 | item) + (1 | item:cost)"
    )
    assert log.held["how"].tolist() == ["cells"]
    assert time.held["how"].tolist() == ["mean"]
    table = found.contrasts.set_index(["model", "contrast"])
    assert table["failed"].tolist() == [""] * 6
    assert set(table["kind"]) == {"contrast", "slope"}
    # Over the four levels, each with as many answers, both models have the same line.
    slope = table.loc[("main", "{victims: slope of log}")]
    assert slope["estimate"] == pytest.approx(table.loc[("log", "{n: slope}"), "estimate"], abs=0.3)
    assert slope["per"] == pytest.approx(np.log(8))
    frame = frames.frame("care", ("exposure",))
    assert frame["exposure"].max() - frame["exposure"].min() == pytest.approx(1.0)
    assert table.loc[("time", "{exposure: slope}"), "per"] == pytest.approx(1.0)
    assert table.loc[("main", "1 - 8"), "role"] == "primary"
