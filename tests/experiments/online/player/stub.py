"""A stub of the collector: keeps what is posted in memory, and fails on request.

It has the interface of ``experiments/online/collector/__init__.py``; the real server is tested elsewhere.
"""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from json_answers import JsonHandler, Served

#: As strict as the collector's own.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self' blob:; "
    "connect-src 'self'; base-uri 'none'; form-action https:"
)


@dataclass
class Kept:
    """One session as the stub keeps it."""

    token: str
    session: str
    language: str
    rows: dict[int, dict[str, Any]] = field(default_factory=dict)
    posts: list[int] = field(default_factory=list)
    """Sequence of every row that was posted, doubled ones too."""
    drafts: dict[str, Any] | None = None
    events: list[dict[str, Any]] = field(default_factory=list)
    outcome: str | None = None


class Stub(Served):
    """The stub's state; ``address`` is its URL."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.sessions: dict[str, Kept] = {}
        self.redirect: str | None = None
        self.failing: set[str] = set()
        """Names of requests that are answered with 503."""
        self.state: str | None = None
        """Details of an opened session, where a test needs another state than new and running."""
        self.beacons = 0
        self.arrived = threading.Condition()
        """Held while rows are stored; notified when some have arrived."""
        self.serve(Handler, folder)

    def the_session(self) -> Kept:
        """Return the only session."""
        (kept,) = self.sessions.values()
        return kept

    def rows(self) -> list[dict[str, Any]]:
        """Return the rows of the one session, in order."""
        kept = self.the_session().rows
        return [kept[sequence] for sequence in sorted(kept)]

    def row_of(self, measure: str) -> dict[str, Any]:
        """Wait until the page has posted a row of a measure, and return its last one.

        Rows come after the next screen shows; those that a session began with do not count.
        """

        def posted() -> list[dict[str, Any]]:
            kept = self.the_session()
            rows = (kept.rows[sequence] for sequence in sorted(set(kept.posts)))
            return [row for row in rows if row["measure"] == measure]

        with self.arrived:
            assert self.arrived.wait_for(posted, 60), f"no row of '{measure}' came"
            return posted()[-1]

    def open(self, body: dict[str, Any]) -> dict[str, Any]:
        """Open a session, or take the one of the same token or identity up again."""
        identity = (
            (body["recruitment"] or {}).get("id") or body["resume"] or f"new{len(self.sessions)}"
        )
        known = next(
            (kept for kept in self.sessions.values() if kept.token == body["resume"]), None
        )
        known = known or self.sessions.get(identity)
        kept = known or Kept(
            f"token-{identity}", f"s{len(self.sessions) + 1}", body["language"] or "en"
        )
        if known is None:
            self.sessions[identity] = kept
        further = "" if kept.language == "en" else f".{kept.language}"
        timeline = json.loads((self.folder / "slots" / f"0007{further}.json").read_text("utf-8"))
        state = "finished" if kept.outcome else "running" if known else "new"
        return {
            "session": kept.session,
            "participant": "p1",
            "token": kept.token,
            "slot": 7,
            "timeline": timeline,
            "next_sequence": max(kept.rows, default=-1) + 1,
            "rows": [kept.rows[sequence] for sequence in sorted(kept.rows)],
            "drafts": kept.drafts,
            "surplus": False,
            "outcome": kept.outcome,
            "redirect": self.redirect if kept.outcome else None,
            "form": None,
            "state": self.state or state,
        }

    def take(self, kept: Kept, body: dict[str, Any]) -> dict[str, Any]:
        """Take rows, drafts and events."""
        accepted, known = [], []
        with self.arrived:
            for row in body.get("rows", []):
                sequence = row["sequence"]
                kept.posts.append(sequence)
                (known if sequence in kept.rows else accepted).append(sequence)
                kept.rows.setdefault(sequence, row)
            kept.drafts = body.get("drafts", kept.drafts)
            kept.events += body.get("events", [])
            self.arrived.notify_all()
        return {"accepted": accepted, "known": known, "rejected": []}

    def finish(self, kept: Kept, body: dict[str, Any]) -> dict[str, Any]:
        """Close a session whose rows are all there."""
        missing = [n for n in range(max(kept.rows, default=-1) + 1) if n not in kept.rows]
        if not missing:
            kept.outcome = body["outcome"]
        return {
            "redirect": self.redirect,
            "form": None,
            "confirmed": not missing,
            "missing": missing,
        }


class Handler(JsonHandler):
    """Requests of one page."""

    def end_headers(self) -> None:
        """Send the policy with everything."""
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def do_POST(self) -> None:
        """Answer the page's requests."""
        what = self.path.rsplit("/", 1)[-1]
        body = json.loads(self.body())
        if what in self.stub.failing:
            self.answer(503, {"error": "the stub fails", "remedy": "try again"})
            return
        if what == "sessions":
            self.answer(201, self.stub.open(body))
            return
        token = (self.headers.get("Authorization") or "").removeprefix("Bearer ") or body.get(
            "token"
        )
        kept = next((each for each in self.stub.sessions.values() if each.token == token), None)
        if kept is None:
            self.answer(401, {"error": "no such token", "remedy": "open the study again"})
            return
        self.stub.beacons += what == "beacon"
        self.answer(
            200, self.stub.finish(kept, body) if what == "finish" else self.stub.take(kept, body)
        )
