"""Allocation of slots: sessions take them atomically, drop-outs release them, and a log records both."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from experiments.errors import UserError
from experiments.schema import now


class AllocationError(UserError):
    """No slot is free; the message states the reason and the remedy."""


@dataclass(frozen=True)
class Draw:
    """One line of the allocation log."""

    event: str
    """'take' or 'release'."""
    slot: int
    participant: str
    session: str
    time: str
    why: str = ""


class AllocationLog:
    """The allocation log of one mode, which several processes on one computer can use at the same time."""

    def __init__(self, folder: Path, mode: str, slots: int) -> None:
        self.path = folder / f"allocation-{mode}.jsonl"
        self.slots = slots
        self._lock = FileLock(str(self.path) + ".lock")

    def draws(self) -> list[Draw]:
        """Return all draws, in order."""
        if not self.path.exists():
            return []
        lines = self.path.read_text(encoding="utf-8").splitlines()
        return [Draw(**json.loads(line)) for line in lines if line.strip()]

    def taken(self) -> dict[int, tuple[str, str]]:
        """Return the taken slots: number -> participant and session."""
        held: dict[int, tuple[str, str]] = {}
        for draw in self.draws():
            if draw.event == "take":
                held[draw.slot] = (draw.participant, draw.session)
            else:
                held.pop(draw.slot, None)
        return held

    def held(self, participant: str, session: str) -> int:
        """Return the slot of a session; 0 if it has none."""
        return _slot_of(self.taken(), participant, session) or 0

    def free(self) -> bool:
        """Return whether a slot is free."""
        return len(self.taken()) < self.slots

    def take(self, participant: str, session: str, among: Iterable[int] | None = None) -> int:
        """Take the first free slot; a session that already has a slot gets the same one.

        Parameters
        ----------
        among
            Numbers of the slots that the participant can get (default: all).

        Raises
        ------
        AllocationError
            If all slots are taken.
        """
        with self._lock:
            taken = self.taken()
            if (held := _slot_of(taken, participant, session)) is not None:
                return held
            possible = range(1, self.slots + 1) if among is None else among
            free = next((slot for slot in possible if slot not in taken), None)
            if free is None:
                raise AllocationError(
                    f"all {self.slots} places in the allocation list are taken ({self.path})."
                    " Plan more participants under 'sample' in the study, and increase its version;"
                    " a longer list begins with the same places."
                )
            self._write("take", free, participant, session)
            return free

    def note(self, slot: int, participant: str, session: str) -> None:
        """Record a slot that was taken elsewhere (online), unless it is already recorded."""
        with self._lock:
            noted = {(draw.slot, draw.participant, draw.session) for draw in self.draws()}
            if (slot, participant, session) not in noted:
                self._write("take", slot, participant, session)

    def release(self, participant: str, session: str, why: str) -> int | None:
        """Release the slot of a drop-out; return its number, or None if there was none."""
        with self._lock:
            held = _slot_of(self.taken(), participant, session)
            if held is not None:
                self._write("release", held, participant, session, why=why)
            return held

    def _write(self, event: str, slot: int, participant: str, session: str, **more: str) -> None:
        draw = {"event": event, "slot": slot, "participant": participant, "session": session}
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a", encoding="utf-8") as log:
            log.write(json.dumps({**draw, **more, "time": now()}, ensure_ascii=False) + "\n")
            log.flush()
            os.fsync(log.fileno())


def _slot_of(taken: dict[int, tuple[str, str]], participant: str, session: str) -> int | None:
    return next((slot for slot, holder in taken.items() if holder == (participant, session)), None)
