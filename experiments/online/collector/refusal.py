"""Refused requests: their reason and remedy, and rate limits."""

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

#: Error and remedy for a token that belongs to no session.
UNKNOWN = ("There is no session with this token", "Open the study again.")
#: Maximum number of callers in memory; those without recent requests are removed first.
MAX_CALLERS = 50_000
#: Seconds for which the same message is not logged again.
QUIET_S = 60.0


class Seldom(logging.Filter):
    """Log filter that passes the same message once a minute: a full disk causes hundreds of refusals a second."""

    def __init__(self) -> None:
        super().__init__()
        self._last: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether to log a message."""
        text, now = record.getMessage(), time.monotonic()
        self._last = {message: at for message, at in self._last.items() if now - at < QUIET_S}
        seldom = text not in self._last
        self._last.setdefault(text, now)
        return seldom


LOG = logging.getLogger("compassion.collector")
LOG.addFilter(Seldom())


class DatabaseError(UserError):
    """The database cannot be used; ``status`` is the HTTP status of the answer."""

    def __init__(self, status: int, found: str, remedy: str) -> None:
        self.status, self.found, self.remedy = status, found, remedy
        super().__init__(f"{found}. {remedy}")


class DeletedSessionError(Exception):
    """The session was deleted, because its participant has withdrawn."""


class RefusedRequestError(HTTPException):
    """The request is refused, with the answer ``{"error", "remedy"}`` and an HTTP status."""

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
            # Participants need not know what is wrong with the server.
            refusal = RefusedRequestError(
                refusal.status,
                "The answers cannot be saved at the moment",
                "They are kept in this browser and sent again automatically.",
                {"Retry-After": "5"},
            )
    if not isinstance(refusal, HTTPException):
        refusal = RefusedRequestError(
            500,
            "The collector has an internal error",
            "Your answers are kept in this browser and sent again automatically.",
        )
    remedy = getattr(refusal, "remedy", "See the collector's documentation.")
    content = {"error": refusal.detail, "remedy": remedy}
    return JSONResponse(content, refusal.status_code, headers=refusal.headers)


@dataclass
class Pace:
    """A rate limit for each caller: ``burst`` requests at once, then ``rate`` per second."""

    burst: float
    rate: float
    _buckets: dict[str, tuple[float, float]] = field(default_factory=dict)

    def check(self, caller: str) -> None:
        """Count a request.

        Raises
        ------
        RefusedRequestError
            With status 429, if the caller sends too many requests.
        """
        now = time.monotonic()
        left, then = self._buckets.get(caller, (self.burst, now))
        left = min(self.burst, left + (now - then) * self.rate)
        if left < 1:
            wait = str(max(1, round((1 - left) / self.rate)))
            remedy = f"Try again in {wait} seconds; nothing is lost."
            raise RefusedRequestError(429, "Too many requests", remedy, {"Retry-After": wait})
        if len(self._buckets) >= MAX_CALLERS:
            full = now - self.burst / self.rate
            kept = {key: bucket for key, bucket in self._buckets.items() if bucket[1] > full}
            # If there are too many callers with recent requests, all limits restart, to save memory.
            self._buckets = kept if len(kept) < MAX_CALLERS else {}
        self._buckets[caller] = (left - 1, now)

    def forgive(self, caller: str) -> None:
        """Reset the limit of a caller."""
        self._buckets.pop(caller, None)


@dataclass
class Paces:
    """The rate limits of a server. They are high for addresses, since a whole university can share one."""

    opening: Pace = field(default_factory=lambda: Pace(1_000, 20))
    """Per address: sessions opened."""
    posting: Pace = field(default_factory=lambda: Pace(200, 50))
    """Per session: rows, drafts, events, finishing."""
    unknown: Pace = field(default_factory=lambda: Pace(100, 5))
    """Per address: requests without a valid token."""
    login: Pace = field(default_factory=lambda: Pace(5, 0.1))
    """Per address: attempts to log in."""
    salt: bytes = field(default_factory=lambda: secrets.token_bytes(16))

    def caller(self, address: str) -> str:
        """Return a code for an address that does not reveal it."""
        return hashlib.blake2b(_home(address).encode(), key=self.salt, digest_size=12).hexdigest()


def _home(address: str) -> str:
    """Return the network that the IPv6 addresses of one household share; an IPv4 address is unchanged.

    >>> _home("2001:db8:1:2:ffff::9"), _home("192.0.2.1"), _home("a proxy's word: unknown")
    ('2001:db8:1:2::/64', '192.0.2.1', "a proxy's word: unknown")
    """
    try:
        known = ipaddress.ip_address(address)
    except ValueError:  # Proxies may state something other than an address.
        return address
    return str(ipaddress.ip_network((known, 64), strict=False)) if known.version == 6 else address
