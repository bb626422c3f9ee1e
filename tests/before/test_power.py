"""Power is that of 0.1.0, within the error of simulation."""

from __future__ import annotations

import math

import pytest
from small_studies import COLLECTIONS, study_of

from analysis.power import PowerSettings, power_of

NAMES = [small.study for small in COLLECTIONS]
#: Of each study the contrast whose power is computed again, at the planned size: its name in 0.1.0, and today.
TESTS = {
    "identified_victim": ("gift: identified against statistical", "gift: identified - statistical"),
    "compassion_collapse": ("gift: one against eight", "gift: 1 - 8"),
    "parochial_vignettes": ("compassion: in against none", "compassion: in - none"),
}
#: Study -> cells of 0.1.0 in each cell of today: participants of both teams are in one cell.
CELLS = {"parochial_vignettes": 2}
STUDIES = 500


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_power_is_what_it_was(stored, tmp_path, name, monkeypatch):
    # 300 in a real run: the estimated rate of drop-out changes power far less than the error of simulation.
    monkeypatch.setattr("analysis.power.power.PARTICIPANTS", 100)
    before, (test, today) = stored(f"power/{name}.json.gz"), TESTS[name]
    planned = before["planned"] * CELLS.get(name, 1)
    settings = PowerSettings(
        tests=(today.split(": ")[1],), sizes=(planned,), studies=STUDIES, seed=1
    )
    found = power_of(study_of(name), settings, cache=tmp_path)
    table = found.tables["power"]
    own = table[(table["test"] == today) & (table["per_cell"] == planned)]
    now = {row["d"]: row["power"] for row in own.to_dict("records")}
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
