"""Refused requests, with reason and remedy, and the rate limits."""

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
#: Maximum number of callers in memory; callers without recent requests are removed first.
MAX_CALLERS = 50_000
#: Seconds after which the same message may be logged again.
REPEAT_AFTER_S = 60.0


class OncePerMinute(logging.Filter):
    """Log filter that passes the same message at most once a minute: a full disk causes hundreds of errors per second."""

    def __init__(self) -> None:
        super().__init__()
        self._last: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether a message is logged."""
        text, now = record.getMessage(), time.monotonic()
        self._last = {
            message: at for message, at in self._last.items() if now - at < REPEAT_AFTER_S
        }
        is_new = text not in self._last
        self._last.setdefault(text, now)
        return is_new


LOG = logging.getLogger("compassion.collector")
LOG.addFilter(OncePerMinute())


class DatabaseError(UserError):
    """The database cannot be used; ``status`` is the HTTP status of the response."""

    def __init__(self, status: int, found: str, remedy: str) -> None:
        self.status, self.found, self.remedy = status, found, remedy
        super().__init__(f"{found}. {remedy}")


class DeletedSessionError(Exception):
    """The session was deleted because the participant has withdrawn."""


class RefusedRequestError(HTTPException):
    """The request is refused; the response is ``{"error", "remedy"}`` with an HTTP status."""

    def __init__(
        self, status: int, error: str, remedy: str, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(status, error, headers)
        self.remedy = remedy


async def refusal_response(request: Request, refusal: Exception) -> Response:
    """Return the response to a request that was refused or failed."""
    match refusal:
        case DeletedSessionError():
            refusal = RefusedRequestError(401, *UNKNOWN)
        case RecursionError():
            refusal = RefusedRequestError(
                400, "The JSON is nested too deeply", "Send JSON that is less deeply nested."
            )
        case DatabaseError():
            LOG.error("%s", refusal)
            # What is wrong with the server is for the experimenter, not for participants.
            refusal = RefusedRequestError(
                refusal.status,
                "The answers cannot be saved at the moment",
                "They are saved in this browser and will be sent again automatically.",
                {"Retry-After": "5"},
            )
    if not isinstance(refusal, HTTPException):
        refusal = RefusedRequestError(
            500,
            "The collector has an internal error",
            "Your answers are saved in this browser and will be sent again automatically.",
        )
    remedy = getattr(refusal, "remedy", "See the collector's documentation.")
    content = {"error": refusal.detail, "remedy": remedy}
    return JSONResponse(content, refusal.status_code, headers=refusal.headers)


@dataclass
class RateLimit:
    """A rate limit per caller: ``burst`` requests at once, then ``rate`` per second."""

    burst: float
    rate: float
    _buckets: dict[str, tuple[float, float]] = field(default_factory=dict)

    def check(self, caller: str) -> None:
        """Count a request of a caller.

        Raises
        ------
        RefusedRequestError
            429 if the caller sends too many requests.
        """
        now = time.monotonic()
        left, last = self._buckets.get(caller, (self.burst, now))
        left = min(self.burst, left + (now - last) * self.rate)
        if left < 1:
            wait = str(max(1, round((1 - left) / self.rate)))
            remedy = f"Try again in {wait} seconds; nothing is lost."
            raise RefusedRequestError(429, "Too many requests", remedy, {"Retry-After": wait})
        if len(self._buckets) >= MAX_CALLERS:
            full_since = now - self.burst / self.rate
            kept = {key: bucket for key, bucket in self._buckets.items() if bucket[1] > full_since}
            # If too many callers have recent requests, all limits start afresh, to save memory.
            self._buckets = kept if len(kept) < MAX_CALLERS else {}
        self._buckets[caller] = (left - 1, now)

    def forgive(self, caller: str) -> None:
        """Reset the limit of a caller."""
        self._buckets.pop(caller, None)


@dataclass
class RateLimits:
    """The rate limits of a server. Those per address are generous, because a whole university can share one address."""

    opening: RateLimit = field(default_factory=lambda: RateLimit(1_000, 20))
    """Per address: sessions opened."""
    posting: RateLimit = field(default_factory=lambda: RateLimit(200, 50))
    """Per session: posts of rows, drafts and events, and finishing."""
    unknown: RateLimit = field(default_factory=lambda: RateLimit(100, 5))
    """Per address: requests without a valid token."""
    login: RateLimit = field(default_factory=lambda: RateLimit(5, 0.1))
    """Per address: attempts to log in to the live page."""
    salt: bytes = field(default_factory=lambda: secrets.token_bytes(16))

    def caller(self, address: str) -> str:
        """Return a code for an IP address that does not reveal the address."""
        return hashlib.blake2b(
            _network(address).encode(), key=self.salt, digest_size=12
        ).hexdigest()


def _network(address: str) -> str:
    """Return the network shared by the IPv6 addresses of a household; IPv4 addresses are returned unchanged.

    >>> _network("2001:db8:1:2:ffff::9"), _network("192.0.2.1"), _network("unknown")
    ('2001:db8:1:2::/64', '192.0.2.1', 'unknown')
    """
    try:
        known = ipaddress.ip_address(address)
    except ValueError:  # A proxy may pass on something that is not an address.
        return address
    return str(ipaddress.ip_network((known, 64), strict=False)) if known.version == 6 else address
