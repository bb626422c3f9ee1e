"""Allocation: slots are taken from the list atomically, given back by drop-outs, and every draw is logged."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock

from experiments.errors import UserError
from experiments.schema import now


class AllocationError(UserError):
    """No slot can be taken; the message says why and what to do."""


@dataclass(frozen=True)
class Draw:
    """A line of the allocation log."""

    event: str
    """'take' or 'release'."""
    slot: int
    participant: str
    session: str
    time: str
    why: str = ""


class AllocationLog:
    """The log of one mode's allocation list, shared safely by several processes on one machine."""

    def __init__(self, folder: Path, mode: str, slots: int) -> None:
        self.path = folder / f"allocation-{mode}.jsonl"
        self.slots = slots
        self._lock = FileLock(str(self.path) + ".lock")

    def draws(self) -> list[Draw]:
        """Return all that happened, in order."""
        if not self.path.exists():
            return []
        lines = self.path.read_text(encoding="utf-8").splitlines()
        return [Draw(**json.loads(line)) for line in lines if line.strip()]

    def taken(self) -> dict[int, tuple[str, str]]:
        """Return the slots that are taken, and by whom (participant, session)."""
        held: dict[int, tuple[str, str]] = {}
        for draw in self.draws():
            if draw.event == "take":
                held[draw.slot] = (draw.participant, draw.session)
            else:
                held.pop(draw.slot, None)
        return held

    def take(self, participant: str, session: str) -> int:
        """Take the first free slot; who holds one already gets the same again.

        Raises
        ------
        AllocationError
            If the list is used up.
        """
        with self._lock:
            held = self.taken()
            for slot, holder in held.items():
                if holder == (participant, session):
                    return slot
            free = next((number for number in range(1, self.slots + 1) if number not in held), None)
            if free is None:
                raise AllocationError(
                    f"all {self.slots} slots of the allocation list are taken ({self.path})."
                    " Raise 'allocation: slots' in the protocol; the slots that are there stay as they are."
                )
            self._write(event="take", slot=free, participant=participant, session=session)
            return free

    def note(self, slot: int, participant: str, session: str) -> None:
        """Note a slot that was taken elsewhere (online), unless it is noted already."""
        with self._lock:
            said = {"slot": slot, "participant": participant, "session": session}
            if not any(
                (d.slot, d.participant, d.session) == (slot, participant, session)
                for d in self.draws()
            ):
                self._write(event="take", **said)

    def release(self, participant: str, session: str, why: str) -> int | None:
        """Give back the slot of a drop-out; return its number, or None if there was none."""
        with self._lock:
            for slot, holder in self.taken().items():
                if holder == (participant, session):
                    self._write(
                        event="release",
                        slot=slot,
                        participant=participant,
                        session=session,
                        why=why,
                    )
                    return slot
        return None

    def _write(self, **said: Any) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a", encoding="utf-8") as log:
            log.write(json.dumps({**said, "time": now()}, ensure_ascii=False) + "\n")
            log.flush()
            os.fsync(log.fileno())
