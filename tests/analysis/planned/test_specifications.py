"""Primary contrasts in all models and selections of sessions that a study plans."""

from __future__ import annotations

import pytest

from analysis.figures import Stamp
from analysis.figures.specifications import specifications as draw
from analysis.planned.mode import analyse_mode
from analysis.planned.plan import planned_models
from analysis.planned.specifications import specifications


@pytest.fixture(scope="module")
def analysed(letters):
    data, study = letters
    return analyse_mode(data, study, study.modes[0], 1)


def test_each_model_of_the_primary_outcome_with_each_selection(analysed):
    table = analysed.specifications
    assert set(table["contrast"]) == {"identified - statistical"}
    assert set(table["model"]) == {"gift", "gift in two parts"}
    own = table[table["model"] == "gift"].set_index("sessions")
    assert {"as planned", "without exclusions"} <= set(own.index)
    primary = analysed.contrasts[analysed.contrasts["role"] == "primary"].iloc[0]
    for name in ("estimate", "ci_low", "ci_high"):
        assert own.loc["as planned", name] == pytest.approx(primary[name])
    # In money: not on the scale of the log odds and of the log amount.
    both = table[table["sessions"] == "as planned"].set_index("model")["estimate"]
    assert both["gift in two parts"] == pytest.approx(both["gift"], abs=0.5)


def test_the_figure_has_a_line_for_each(analysed):
    (plate,) = draw(analysed, Stamp("study", True))
    labels = [text.get_text() for text in plate.figure.axes[0].get_yticklabels()]
    assert len(labels) == len(analysed.specifications)
    assert any(label.replace("\n", " ").startswith("gift in two parts, as") for label in labels)


def test_a_mode_without_primary_tests_has_none(letters):
    _, study = letters
    plans = planned_models(study, study.modes[1])
    assert specifications([], plans).empty
