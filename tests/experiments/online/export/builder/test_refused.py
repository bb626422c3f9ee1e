"""What the pages of a Builder experiment cannot show is refused with a sentence."""

from __future__ import annotations

import pytest

from experiments.online.export.builder.refused import why_refused
from experiments.screen import Screen

WAIT = Screen("sensors", "look", "instructions", "wait", duration=5.0)


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"until": "experimenter", "duration": 0.0}, "'sensors' waits for the experimenter"),
        ({"period": "sensors.rest"}, "'sensors' is in the period 'sensors.rest'"),
    ],
)
def test_waits_for_the_experimenter_and_periods(more: dict[str, object], why: str) -> None:
    from dataclasses import replace

    assert why_refused(WAIT) == ""
    assert why_refused(replace(WAIT, **more)).startswith(why)
