"""A collection of the small study with hostile codes and texts, and a simulated one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from experiments.session.collection import Collection, open_collection
from experiments.session.journal import Journal
from experiments.study import Study, open_study
from experiments.timeline.session_run import SessionIdentity, SessionRun

SMALL = Path(__file__).resolve().parents[2] / "analysis" / "small_study" / "small.yaml"

HOSTILE = [
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "-7",
    "@SUM(A1)",
    "\tstarts with a tab",
    "\r\nbreaks",
    "＝full width",
    "'apostrophe",
    "''two",
    'says "no", and leaves',
    "two\nlines",
    "😀 👩‍👩‍👧 שלום مرحبا 你好",
    "n/a",
    "",
    " ",
    "NULL",
    "a,b;c\td",
    "\u2028line separator",
    "\x00nul",
    "\\n",
    "../../etc/passwd",
    "<script>alert(1)</script>",
]


@pytest.fixture(scope="session")
def study() -> Study:
    return open_study(SMALL)


def run_session(
    study: Study,
    collection: Collection,
    participant: str,
    comment: str,
    slot: int = 1,
    *,
    mode: str = "within",
    give: int = 4,
    stop: str = "",
    session: str = "1",
    answers: Mapping[str, Any] = MappingProxyType({}),
) -> Path:
    """Run a session as in the lab; ``stop``: the screen at which the power fails; ``answers``: those of other studies."""
    from experiments.screen import Answer, Response, Screen

    timeline = study.timeline(study.slots(mode)[slot - 1])
    progress = SessionRun(
        timeline, SessionIdentity(participant, session, collection.simulated, "lab")
    )

    def answer(screen: Screen) -> dict[str, Answer]:
        fixed: dict[str, Answer] = {"consent.agree": "yes", "consent.age": 30}
        fixed |= {"attention.attention": "often", "about_you.comment": comment}
        fixed |= {"needs.donation": give, **answers}
        return {
            ask.measure: fixed.get(ask.measure, ask.options[0].value if ask.options else ask.low)
            for ask in screen.asks
        }

    path = collection.journal(participant, session)
    first = {"participant": participant, "session": session, "study": study.study}
    first |= {"protocol_version": study.version, "protocol_hash": study.hash}
    first |= {"code_version": "test", "mode": mode, "slot": slot, "language": "en"}
    first |= {"simulated": collection.simulated, "renderer": "lab", "facts": {}}
    with Journal.begin(path, first) as journal:
        onset = 0.0
        while (screen := progress.current()) is not None and screen.id != stop:
            given = answer(screen)
            times: dict[str, float | None] = dict.fromkeys(given or {"read": 0}, 2.0)
            journal.rows(progress.take(Response(given, times, onset, "keyboard")))
            onset += 3.0
        if progress.current() is None:
            journal.end(progress.outcome)
    return path


@pytest.fixture(scope="session")
def small() -> Path:
    """Return the protocol file of the small study."""
    return SMALL


@pytest.fixture(scope="session")
def hostile() -> list[str]:
    """Return texts that programs often fail to escape."""
    return HOSTILE


@pytest.fixture(scope="session", name="run_session")
def run_session_fixture() -> Callable[..., Path]:
    """Return the function that runs a session."""
    return run_session


@pytest.fixture
def collect(study: Study, tmp_path: Path) -> Callable[..., Collection]:
    """Return a function that makes a collection of participants, each a code and a typed text."""

    def make(people: Iterable[tuple[str, str]], name: str = "collected") -> Collection:
        collection = open_collection(tmp_path / name, study, simulated=False)
        for slot, (participant, comment) in enumerate(people, start=1):
            run_session(study, collection, participant, comment, slot)
        return collection

    return make
