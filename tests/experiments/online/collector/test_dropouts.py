"""A participant who sends nothing loses the slot, and on a late return gets it again or is surplus (simulated clock)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from apart import run
from small_export import make_export

from experiments.online.collector import give, read_export
from experiments.online.collector.allocation import Opened, Opening
from experiments.online.collector.keeping import Post
from experiments.online.collector.store import Store, Uptime
from experiments.online.recruitment import Arrival
from experiments.online.results.results import read_results

BOTH = pytest.mark.parametrize("kind", ["sqlite", "postgres"])


class LongUptime(Uptime):
    """A server that has been running for longer than any time-out."""

    def minutes(self) -> float:
        """Return more minutes than the time-out of any study."""
        return 1e9


class Day:
    """One study on one day; times are ``hh:mm``."""

    def __init__(self, store: Store, database: str) -> None:
        self.store, self.database = store, database

    def open(self, time: str, resume: Opened | None = None) -> Opened:
        """Let a participant open the study, or return."""
        token = resume and resume.session
        opened = run(self.store.open(Opening(Arrival("direct", None), token, "en", _full(time))))
        assert opened is not None
        return opened

    def send(self, time: str, one: Opened) -> None:
        """Let a page send drafts, as a sign that it is still open."""
        run(self.store.keep(Post(one.session, (), drafts="{}", time=_full(time))))

    def finish(self, time: str, one: Opened) -> None:
        """Let a participant finish."""
        run(self.store.finish(one.session, "complete", True, _full(time)))

    def session(self, one: Opened) -> dict[str, Any]:
        """Return the database's record of a session."""
        found = give(self.database).sessions
        return next(each for each in found if each["session"] == one.session)

    def log(self) -> list[tuple[str, int]]:
        """Return the log of slots."""
        return [(line["what"], line["slot"]) for line in give(self.database).allocation]


def _full(time: str) -> str:
    return f"2026-01-01T{time}:00.000Z"


@pytest.fixture
def day(tmp_path: Path, fresh_database: Callable[[str], str]) -> Iterator[Callable[..., Day]]:
    """Begin a day with a study that waits for 90 minutes, and asks after 5 hours."""
    stores: list[Store] = []

    def begin(kind: str = "sqlite", **settings: Any) -> Day:
        chosen = {"slots": 4, "dropout_minutes": 90, "away_hours": 5, **settings}
        study = read_export(make_export(tmp_path / "export", **chosen)).study
        database = fresh_database(kind)
        stores.append(Store(database, study, LongUptime()))
        return Day(stores[-1], database)

    yield begin
    for store in stores:
        store.close()


@BOTH
def test_a_late_returner_whose_slot_is_still_free_takes_it_again(day, kind):
    today = day(kind)
    first, other = today.open("10:00"), today.open("10:30")
    assert today.open("11:31").slot == first.slot  # Silent for 91 minutes.
    assert today.open("12:01").slot == other.slot
    third = today.open("12:10")
    assert third.slot == 3
    assert run(today.store.release(_full("13:41"))) == 3
    today.send("13:42", third)
    assert not today.session(third)["surplus"]
    assert today.log()[-1] == ("taken again", 3)


@BOTH
def test_a_participant_who_finishes_late_is_kept_as_surplus(day, kind):
    today = day(kind)
    late = today.open("10:00")
    replacement = today.open("12:00")
    assert replacement.slot == late.slot
    today.finish("12:30", replacement)
    today.finish("12:40", late)
    assert (today.session(late)["outcome"], today.session(late)["surplus"]) == ("complete", True)
    assert not today.session(replacement)["surplus"]
    assert today.log() == [
        ("taken", 1),
        ("released", 1),
        ("taken", 1),
        ("completed", 1),
        ("surplus", 1),
        ("completed", 1),
    ]
    assert today.open("12:50").slot == 2


def test_a_sign_of_life_keeps_the_slot(day):
    today = day()
    slow = today.open("10:00")
    for time in ("11:00", "12:00", "13:00", "14:00"):
        today.send(time, slow)
        today.open(time)
    assert (today.session(slow)["state"], today.session(slow)["surplus"]) == ("running", False)


def test_a_participant_who_returns_after_a_long_time_is_asked(day):
    today = day(dropout_minutes=1000)
    one = today.open("10:00")
    assert today.open("14:59", one).state == "running"
    assert today.open("20:00", one).state == "away"
    assert today.open("20:01", one).state == "running"


def test_a_clock_that_goes_back_takes_no_slot_away(day):
    today = day()
    one = today.open("10:00")
    again = today.open("07:00", one)
    assert (again.state, again.slot, again.session) == ("running", one.slot, one.session)
    today.send("07:10", one)
    today.open("08:00")
    assert today.session(one)["state"] == "running"


def test_the_import_has_the_events_of_a_late_returner(day):
    today = day()
    late, other = today.open("10:00"), today.open("20:00")
    assert late.slot == other.slot == 1
    today.send("20:10", late)
    results = read_results("collector", [today.database])
    assert results.events[late.session] == [
        {"event": "surplus", "time": _full("20:10"), "detail": {"slot": 1}}
    ]
    assert other.session not in results.events
    assert late.session in results.released
