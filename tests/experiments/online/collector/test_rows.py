"""The end that a page tells is believed only where the rows lead to it."""

from __future__ import annotations

import contract
import every_kind
import pytest

from experiments.online.collector.rows import leads_to


@pytest.mark.parametrize(
    ("walk", "outcome"),
    [("answered", "complete"), ("declined", "declined"), ("left", "left")],
)
def test_rows_lead_to_one_end_only(walk: str, outcome: str) -> None:
    timeline = every_kind.build("en")
    rows = contract.rows_of("en", contract.walks("en")[walk])
    for told in ("complete", "declined", "ineligible", "left"):
        assert leads_to(timeline, rows, told) == (told == outcome)
    # The last screen shows, and its row has not come yet: the page may tell its end already.
    assert leads_to(timeline, rows[:-1], outcome)
