"""A stub of JATOS's side of the batch session: one state for all study runs, and patches checked by version.

The rest of JATOS is in ``jatos_stub.js``. Neither is JATOS.
"""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

from json_answers import JsonHandler, Served


class JatosStub(Served):
    """The batch session, and the server of the page."""

    def __init__(self, folder: Path) -> None:
        self.slots: dict[str, dict[str, str]] = {}
        """The value of ``compassion_slots``."""
        self.version = 1
        self.refused = 0
        self.lost_answers = 0
        """How many patches are applied without the page hearing of it."""
        self.knows_nothing: set[str] = set()
        """Study runs that first see the batch session as it was before anybody took a slot."""
        self.lock = threading.Lock()
        self.serve(Handler, folder)

    def taken(self) -> dict[str, str]:
        """Return slot -> study result."""
        return {slot: entry["study_result"] for slot, entry in self.slots.items()}

    def state(self, run: str) -> dict[str, Any]:
        """Return the batch session as a study run sees it when it begins, or after a patch."""
        if run in self.knows_nothing:
            self.knows_nothing.remove(run)
            return {"data": {}, "version": 1}
        data = {"compassion_slots": self.slots} if self.slots else {}
        return {"data": data, "version": self.version}

    def patch(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Apply JSON Patch "add", if it is made of the present version."""
        with self.lock:
            if asked["version"] != self.version:
                self.refused += 1
                return {"fault": "the batch session has another version"}
            name, *slot = asked["path"].split("/")[1:]
            assert name == "compassion_slots"
            if slot:
                self.slots[slot[0]] = asked["value"]
            else:
                self.slots = asked["value"]
            self.version += 1
            if self.lost_answers:
                self.lost_answers -= 1
                return {"fault": "Timeout sending session patch"}
            return {}


class Handler(JsonHandler):
    """Requests of one page."""

    def do_POST(self) -> None:
        """Answer what ``jatos_stub.js`` asks of the batch session."""
        asked = json.loads(self.body())
        answer = self.stub.patch(asked) if "path" in asked else self.stub.state(asked["run"])
        self.answer(200, answer)
