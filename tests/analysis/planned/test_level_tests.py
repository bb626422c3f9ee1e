"""Within a level of another factor the verdict is that of the planned model, whose variances all answers estimate."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
import small_study
from made_answers import MadeAnswers

from analysis.planned.comparing import compare_all
from analysis.planned.contrasts import contrast_rows, contrast_table
from analysis.planned.describing import measure_info
from analysis.planned.fitting import PlannedFit, fit_planned
from analysis.planned.plan import planned_models
from analysis.planned.predictors import Predictors

FEW = "analysis: compassion ~ group * severity"


@dataclass
class Stories(MadeAnswers):
    """Eight stories that differ, four of each severity; each participant reads half of them about each group."""

    def frame(self, outcome: str, names: tuple[str, ...] = ()) -> pd.DataFrame:
        frame = super().frame(outcome, names)
        who, item = frame["participant"], frame["item"]
        rng = np.random.default_rng(self.seed + 1)
        for name, place in (("severity", item % 2), ("group", (who + item // 2) % 2)):
            levels = self.study.levels[name]
            frame[name] = pd.Categorical(np.array(levels)[place], levels, ordered=True)
        own = (
            rng.normal(0, 1.5, 8)[item]
            + rng.normal(0, 0.7, 16)[2 * item + frame["group"].cat.codes]
        )
        frame[outcome] = 4 + 0.8 * (frame["group"] == "ours") + own + rng.normal(0, 1, len(frame))
        frame[outcome] += rng.normal(0, 0.5, self.people)[who]
        return frame.assign(item=item.astype(str), participant=who.astype(str))


def compared(folder, formula):
    study = small_study.write(folder, small_study.TEXT.replace(FEW, f"analysis: {formula}"))
    made = Stories(study, lambda cell: 4.0, 60)
    (planned,) = planned_models(study, made.mode)
    predictors = Predictors.of(planned, study, made.mode)
    measure = measure_info(study, made.mode, "compassion")
    fit = fit_planned(planned, made.frame("compassion"), predictors, measure)
    contrasts = contrast_table(contrast_rows(fit, None, {}), "one")
    found = compare_all(made, [planned], contrasts, 1, fits=[fit])  # type: ignore[arg-type]
    return fit, {each.within: each for each in found}


def of_cells(fit: PlannedFit, level: str):
    """The difference between the groups at a level, from the coefficients of the model."""
    names = fit.parts[""].names
    weights = np.zeros(len(names))
    weights[names.index("group[theirs]")] = -1
    if level == "severe":
        weights[names.index("group[theirs]:severity[severe]")] = -1
    return weights @ fit.parts[""].beta, np.sqrt(weights @ fit.parts[""].vcov @ weights)


@pytest.mark.parametrize("level", ["mild", "severe"])
def test_the_test_at_a_level_is_the_contrast_of_the_planned_model(tmp_path, level):
    fit, found = compared(tmp_path, "compassion ~ group * severity")
    assert {"item", "item:group"} <= set(fit.results().groups)
    (pair,) = found[f"severity: {level}"].verdict.contrasts
    test = pair.difference
    assert (test.name, test.by) == ("ours - theirs", "compassion")
    assert (test.estimate, test.se) == pytest.approx(of_cells(fit, level))
    # Four stories that differ by an SD of 1.5 are no part of a difference within stories.
    assert test.se < 0.6


def test_without_the_interaction_the_rows_of_the_level_are_fitted_alone(tmp_path):
    _, found = compared(tmp_path, "compassion ~ group + severity")
    mild = found["severity: mild"]
    (pair,) = mild.verdict.contrasts
    test = pair.difference
    assert test.by == "means"
    assert test.se < 0.6
    left_out = [note.split(" is left out")[0] for note in mild.cautions if "is left out" in note]
    assert left_out == ["(1 | item)", "(1 | item:group)"]
