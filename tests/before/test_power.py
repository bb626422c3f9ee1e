"""Power and the lock of a preregistration: the same results as before."""

from __future__ import annotations

import math

import pytest
from small_studies import CHECKOUT, COLLECTIONS, STORED, study_of

from analysis.planned.lock import check_prereg
from analysis.power import PowerSettings, power_of
from experiments.study import open_study

NAMES = [small.study for small in COLLECTIONS]
#: Of each study the contrast whose power is computed again, at the planned size.
TESTS = {
    "identified_victim": "gift: identified against statistical",
    "compassion_collapse": "gift: one against eight",
    "parochial_vignettes": "compassion: in against none",
}
STUDIES = 500


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_power_is_what_it_was(stored, tmp_path, name, monkeypatch):
    # 300 in a real run: the estimated rate of drop-out changes power far less than the error of simulation.
    monkeypatch.setattr("analysis.power.power.PARTICIPANTS", 100)
    before, test = stored(f"power/{name}.json.gz"), TESTS[name]
    settings = PowerSettings(
        tests=(test.split(": ")[1],), sizes=(before["planned"],), studies=STUDIES, seed=1
    )
    found = power_of(study_of(name), settings, cache=tmp_path)
    table = found.tables["power"]
    now = {row["d"]: row["power"] for row in table[table["test"] == test].to_dict("records")}
    rows = [
        row
        for row in before["tables"]["power"]
        if row["test"] == test and row["per_cell"] == before["planned"]
    ]
    assert len(rows) >= 4
    for row in rows:
        share = row["power"]
        # Both are shares of simulated studies; four standard errors of their difference.
        spread = math.sqrt(share * (1 - share) * (1 / STUDIES + 1 / before["studies"]))
        assert now[row["d"]] == pytest.approx(share, abs=4 * spread + 0.005), row["d"]


@pytest.mark.parametrize("name", NAMES)
def test_a_preregistration_made_before_still_holds(name):
    found = check_prereg(STORED / "prereg" / name / "prereg.json", study_of(name).protocol)
    assert found.deviations == ()


@pytest.mark.parametrize("name", NAMES)
def test_the_shipped_study_differs_from_the_preregistered_one_in_texts_only(name):
    shipped = open_study(CHECKOUT / "protocols" / f"{name}.yaml").protocol
    found = check_prereg(STORED / "prereg" / name / "prereg.json", shipped)
    (deviation,) = found.deviations
    assert (
        "in parts that do not affect the analysis: texts, screens, stimuli or wording" in deviation
    )
