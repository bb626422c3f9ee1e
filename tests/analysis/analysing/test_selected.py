"""The report says within which bounds the amount given differs, or why it cannot."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from analysis.analysing.fitting import fit_planned
from analysis.analysing.modelling import model_all
from analysis.analysing.results import Measured
from analysis.analysing.selected import bounds_told
from analysis.models import lee_bounds
from experiments.planned import Contrast, PlannedModel

GIFT = Measured("gift", "gift", "USD", "$", 0.0, 10.0, 1.0, True, True)
CONTRAST = Contrast(name="one against two", factor="arm", higher="one", lower="two")


def planned(family: str, *contrasts: Contrast) -> PlannedModel:
    return PlannedModel(
        name=family, measure="gift", formula="arm", family=family, contrasts=contrasts
    )


def answers(within: bool = False) -> pd.DataFrame:
    rng = np.random.default_rng(3)
    return pd.DataFrame(
        {
            "participant": [f"p{i // 2 if within else i:02d}" for i in range(80)],
            "stimulus": "s",
            "arm": ["one", "two"] * 40,
            "gift": rng.poisson(1.2, 80).astype(float),
        }
    )


def test_bounds_of_the_contrast_that_another_model_plans() -> None:
    frame, model = answers(), planned("two_part")
    told = bounds_told(
        model, [model, planned("gaussian", CONTRAST)], fit_planned(model, frame, GIFT), 7
    )
    one, two = (frame.loc[frame["arm"] == arm, "gift"].to_numpy() for arm in ("one", "two"))
    bounds = lee_bounds(one, two, np.random.default_rng([7, 0]))
    assert told == (f"Lee bounds of the amount, one against two: {bounds.sentence}",)


def test_people_who_met_both_conditions_have_no_bounds() -> None:
    model = planned("two_part", CONTRAST)
    (told,) = bounds_told(model, [model], fit_planned(model, answers(within=True), GIFT), 7)
    assert "cannot be computed. People met both conditions" in told


def test_other_models_have_none() -> None:
    model = planned("gaussian", CONTRAST)
    assert bounds_told(model, [model], fit_planned(model, answers(), GIFT), 7) == ()


def test_the_study_of_letters_tells_them(letters) -> None:
    data, study = letters
    found = model_all(data, study, "real", 1, None)
    (told,) = [model for model in found.models if model.family == "two_part"]
    said = [note for note in told.notes if note.startswith("Lee bounds of the amount")]
    assert len(said) == 3
    assert re.search(r"lies between \u2212?\d.* and \u2212?\d.*zero is (in|out)side", said[0])
