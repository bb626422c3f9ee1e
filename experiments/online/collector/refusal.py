"""A request that is refused, with the reason and what to do about it."""

from __future__ import annotations

import logging
import time

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from experiments.online.collector.database import DatabaseFault
from experiments.online.collector.keeping import Gone

#: What is wrong with a token that belongs to no session, and what to do.
UNKNOWN = ("There is no session with this token", "Open the study again.")
#: Seconds for which the same fault is not written again.
QUIET_S = 60.0


class Seldom(logging.Filter):
    """Lets a message through once a minute: hundreds of refused posts in a second are one full disk."""

    def __init__(self) -> None:
        super().__init__()
        self._last: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Tell whether to write a message."""
        text, now = record.getMessage(), time.monotonic()
        if now - self._last.get(text, -QUIET_S) < QUIET_S:
            return False
        self._last = {each: at for each, at in self._last.items() if now - at < QUIET_S}
        self._last[text] = now
        return True


LOG = logging.getLogger("compassion.collector")
LOG.addFilter(Seldom())


class Refusal(Exception):
    """Answered as ``{"error", "remedy"}`` with an HTTP status."""

    def __init__(
        self, status: int, error: str, remedy: str, headers: dict[str, str] | None = None
    ) -> None:
        self.status, self.error, self.remedy, self.headers = status, error, remedy, headers
        super().__init__(f"{status} {error}")


async def answer_refusal(request: Request, refusal: Exception) -> Response:
    """Answer a refused request."""
    if isinstance(refusal, Gone):
        refusal = Refusal(401, *UNKNOWN)
    if isinstance(refusal, Refusal):
        content = {"error": refusal.error, "remedy": refusal.remedy}
        return JSONResponse(content, refusal.status, headers=refusal.headers)
    if isinstance(refusal, RecursionError):
        error, remedy = "The JSON is nested too deeply", "Send plain rows."
        return JSONResponse({"error": error, "remedy": remedy}, 400)
    if isinstance(refusal, DatabaseFault):
        LOG.error("%s", refusal)
        # What exactly is wrong with the server's disk is no business of the participants.
        error = "The answers cannot be kept at the moment"
        remedy = "They stay in this browser and are sent again by themselves."
        headers = {"Retry-After": "5"}
        return JSONResponse({"error": error, "remedy": remedy}, refusal.status, headers=headers)
    raise refusal
