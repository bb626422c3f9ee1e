"""Events and the browser summary: what a page may tell beside answers, and nothing that identifies."""

from __future__ import annotations

import re
from typing import Any

from experiments.online.collector.keeping import Event
from experiments.online.collector.rows import text_of

#: Event -> the details that are kept. No user-agent string, no list of fonts or plugins: together such
#: things would tell one participant from all others.
DETAILS: dict[str, tuple[str, ...]] = {
    "pause": ("screen", "choice", "seconds"),
    "resume": ("screen", "seconds"),
    "offline": ("screen",),
    "online": ("screen", "seconds"),
    "hidden": ("screen",),
    "visible": ("screen", "seconds"),
    "reload": ("screen",),
    "opened": ("screen",),
    "leave": ("screen", "choice", "seconds"),
    "late_return": ("screen", "seen"),
    "storage_full": ("screen",),
    "storage_blocked": ("screen",),
    "picture_failed": ("screen", "source"),
    "fault": ("screen", "message"),
    "browser": (
        "name",
        "version",
        "system",
        "device",
        "pointer",
        "width",
        "height",
        "pixel_ratio",
        "refresh_hz",
        "language",
        "reduced_motion",
    ),
}
LONGEST = 200
_TIME = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]{8,15}Z")
MOST_EVENTS = 100


def read_events(given: Any) -> tuple[tuple[Event, ...], list[dict[str, Any]]]:
    """Sort what was posted as events into those that are kept and those that are not, with the reason.

    Raises
    ------
    ValueError
        If it is no list, or too long a one.
    """
    if not isinstance(given, list) or len(given) > MOST_EVENTS:
        raise ValueError(f"'events' should be a list of at most {MOST_EVENTS}")
    kept, rejected = [], []
    for item in given:
        event = item.get("event") if isinstance(item, dict) else None
        if not isinstance(event, str) or event not in DETAILS:
            known = ", ".join(DETAILS)
            rejected.append({"event": repr(event)[:40], "reason": f"known events: {known}"})
            continue
        time = item.get("time")
        if not isinstance(time, str) or not _TIME.fullmatch(time):
            rejected.append(
                {"event": event, "reason": "'time' should be like 2026-01-31T12:00:00.000Z"}
            )
            continue
        kept.append(Event(event, time, text_of(_details(event, item.get("detail")))))
    return tuple(kept), rejected


def _details(event: str, detail: Any) -> dict[str, str | int | float | bool]:
    if not isinstance(detail, dict):
        return {}
    return {
        name: detail[name][:LONGEST] if isinstance(detail[name], str) else detail[name]
        for name in DETAILS[event]
        if isinstance(detail.get(name), (str, int, float, bool))
    }
