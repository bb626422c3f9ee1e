"""Requests that are refused: the reason, what to do about it, and who has to wait."""

from __future__ import annotations

import hashlib
import ipaddress
import logging
import secrets
import time
from dataclasses import dataclass, field

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from experiments.errors import UserError

#: What is wrong with a token that belongs to no session, and what to do.
UNKNOWN = ("There is no session with this token", "Open the study again.")
#: Callers remembered at most; the memory of those who have been quiet is given up.
MOST_CALLERS = 50_000
#: Seconds for which the same fault is not written again.
QUIET_S = 60.0


class Seldom(logging.Filter):
    """Lets a message through once a minute: hundreds of refused posts in a second are one full disk."""

    def __init__(self) -> None:
        super().__init__()
        self._last: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether to write a message."""
        text, now = record.getMessage(), time.monotonic()
        self._last = {each: at for each, at in self._last.items() if now - at < QUIET_S}
        seldom = text not in self._last
        self._last.setdefault(text, now)
        return seldom


LOG = logging.getLogger("compassion.collector")
LOG.addFilter(Seldom())


class DatabaseError(UserError):
    """The database cannot do what was asked; ``status`` is what HTTP calls it."""

    def __init__(self, status: int, found: str, remedy: str) -> None:
        self.status, self.found, self.remedy = status, found, remedy
        super().__init__(f"{found}. {remedy}")


class DeletedSessionError(Exception):
    """The session is not there any more: its participant has withdrawn."""


class RefusedRequestError(HTTPException):
    """Answered as ``{"error", "remedy"}`` with an HTTP status."""

    def __init__(
        self, status: int, error: str, remedy: str, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(status, error, headers)
        self.remedy = remedy


async def answer_refusal(request: Request, refusal: Exception) -> Response:
    """Answer a refused request."""
    match refusal:
        case DeletedSessionError():
            refusal = RefusedRequestError(401, *UNKNOWN)
        case RecursionError():
            refusal = RefusedRequestError(400, "The JSON is nested too deeply", "Send plain rows.")
        case DatabaseError():
            LOG.error("%s", refusal)
            # What exactly is wrong with the server's disk is no business of the participants.
            refusal = RefusedRequestError(
                refusal.status,
                "The answers cannot be kept at the moment",
                "They stay in this browser and are sent again by themselves.",
                {"Retry-After": "5"},
            )
    if not isinstance(refusal, HTTPException):
        refusal = RefusedRequestError(
            500,
            "The collector made a mistake",
            "Your answers stay in this browser and are sent again by themselves.",
        )
    remedy = getattr(refusal, "remedy", "See the collector's documentation.")
    content = {"error": refusal.detail, "remedy": remedy}
    return JSONResponse(content, refusal.status_code, headers=refusal.headers)


@dataclass
class Pace:
    """A bucket for each caller: ``burst`` requests at once, then ``rate`` in a second."""

    burst: float
    rate: float
    _buckets: dict[str, tuple[float, float]] = field(default_factory=dict)

    def check(self, caller: str) -> None:
        """Count a request.

        Raises
        ------
        RefusedRequestError
            429, if the caller is too fast.
        """
        now = time.monotonic()
        left, then = self._buckets.get(caller, (self.burst, now))
        left = min(self.burst, left + (now - then) * self.rate)
        if left < 1:
            wait = str(max(1, round((1 - left) / self.rate)))
            remedy = f"Try again in {wait} seconds; nothing is lost meanwhile."
            raise RefusedRequestError(429, "Too many requests", remedy, {"Retry-After": wait})
        if len(self._buckets) >= MOST_CALLERS:
            full = now - self.burst / self.rate
            kept = {key: bucket for key, bucket in self._buckets.items() if bucket[1] > full}
            # Where even the busy ones are too many, all start over: memory is worth more than exactness.
            self._buckets = kept if len(kept) < MOST_CALLERS else {}
        self._buckets[caller] = (left - 1, now)

    def forgive(self, caller: str) -> None:
        """Forget what a caller has done so far."""
        self._buckets.pop(caller, None)


@dataclass
class Paces:
    """The limits of one server. Whole universities come from one address, so addresses have wide ones."""

    opening: Pace = field(default_factory=lambda: Pace(1_000, 20))
    """For an address: sessions opened."""
    posting: Pace = field(default_factory=lambda: Pace(200, 50))
    """For a session: rows, drafts, events, finishing."""
    unknown: Pace = field(default_factory=lambda: Pace(100, 5))
    """For an address: requests without a good token."""
    login: Pace = field(default_factory=lambda: Pace(5, 0.1))
    """For an address: passwords tried."""
    salt: bytes = field(default_factory=lambda: secrets.token_bytes(16))

    def caller(self, address: str) -> str:
        """Return a name for an address that does not reveal it."""
        return hashlib.blake2b(_home(address).encode(), key=self.salt, digest_size=12).hexdigest()


def _home(address: str) -> str:
    """Return what all IPv6 addresses of one home share, which are too many to be counted one by one.

    >>> _home("2001:db8:1:2:ffff::9"), _home("192.0.2.1"), _home("a proxy's word: unknown")
    ('2001:db8:1:2::/64', '192.0.2.1', "a proxy's word: unknown")
    """
    try:
        known = ipaddress.ip_address(address)
    except ValueError:  # Proxies may name their callers otherwise.
        return address
    return str(ipaddress.ip_network((known, 64), strict=False)) if known.version == 6 else address
