"""No participant loses a slot for time in which the server could not receive anything."""

from __future__ import annotations

from pathlib import Path

import pytest
from apart import run
from small_export import make_export

from experiments.online.collector import give, read_export
from experiments.online.collector.allocation import Opened, Opening
from experiments.online.collector.store import Store, Uptime
from experiments.online.recruitment import Arrival


class Clocks:
    """The machine's two clocks."""

    def __init__(self) -> None:
        self.clock, self.steady = 1_000_000.0, 50.0

    def pass_minutes(self, minutes: float) -> None:
        """Let time pass."""
        self.clock += 60 * minutes
        self.steady += 60 * minutes

    def listening(self) -> Uptime:
        """Return the uptime by these clocks, from now on."""
        return Uptime(lambda: self.clock, lambda: self.steady)


def test_time_passes():
    clocks = Clocks()
    listening = clocks.listening()
    clocks.pass_minutes(30)
    assert listening.minutes() == pytest.approx(30)
    clocks.clock += 20  # A small correction of the clock is no interruption.
    assert listening.minutes() == pytest.approx(30)


@pytest.mark.parametrize("hours", [3, -3])
def test_a_clock_that_jumps_ahead_starts_the_count_again(hours):
    clocks = Clocks()
    listening = clocks.listening()
    clocks.pass_minutes(600)
    clocks.clock += 3600 * hours  # Set by hand, or the machine was asleep.
    assert listening.minutes() == 0
    clocks.pass_minutes(5)
    assert listening.minutes() == pytest.approx(5)


def open_at(store: Store, time: str) -> Opened:
    """Open a session at a given time."""
    opened = run(store.open(Opening(Arrival("direct", None), None, "en", time)))
    assert opened is not None
    return opened


def test_after_an_outage_everybody_has_the_time_to_be_heard(tmp_path: Path):
    study = read_export(make_export(tmp_path / "export", slots=4)).study
    database, clocks = tmp_path / "study.sqlite", Clocks()
    store = Store(database, study, clocks.listening())
    assert open_at(store, "2026-01-01T10:00:00.000Z").slot == 1
    store.close()
    # The server was down for ten hours, in which nothing could be received.
    store = Store(database, study, clocks.listening())
    assert open_at(store, "2026-01-01T20:00:00.000Z").slot == 2
    assert run(store.release("2026-01-01T20:00:30.000Z")) == 0
    clocks.pass_minutes(study.dropout_minutes + 1)
    assert open_at(store, "2026-01-01T21:31:00.000Z").slot == 1
    store.close()
    assert [line["what"] for line in give(database).allocation] == [
        "taken",
        "taken",
        "released",
        "released",
        "taken",
    ]
