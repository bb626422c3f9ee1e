"""Requests that are refused: the reason, what to do about it, and who has to wait."""

from __future__ import annotations

import hashlib
import ipaddress
import logging
import secrets
import time
from dataclasses import dataclass, field

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
        """Tell whether to write a message."""
        text, now = record.getMessage(), time.monotonic()
        if now - self._last.get(text, -QUIET_S) < QUIET_S:
            return False
        self._last = {each: at for each, at in self._last.items() if now - at < QUIET_S}
        self._last[text] = now
        return True


LOG = logging.getLogger("compassion.collector")
LOG.addFilter(Seldom())


class DatabaseFault(UserError):
    """The database cannot do what was asked; ``status`` is what HTTP calls it."""

    def __init__(self, status: int, found: str, remedy: str) -> None:
        self.status, self.found, self.remedy = status, found, remedy
        super().__init__(f"{found}. {remedy}")


class Gone(Exception):
    """The session is not there any more: its participant has withdrawn."""


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
        Refusal
            429, if the caller is too fast.
        """
        now = time.monotonic()
        left, then = self._buckets.get(caller, (self.burst, now))
        left = min(self.burst, left + (now - then) * self.rate)
        if left < 1:
            wait = str(max(1, round((1 - left) / self.rate)))
            raise Refusal(
                429,
                "Too many requests",
                f"Try again in {wait} seconds; nothing is lost meanwhile.",
                {"Retry-After": wait},
            )
        if len(self._buckets) >= MOST_CALLERS:
            self._forget(now)
        self._buckets[caller] = (left - 1, now)

    def forgive(self, caller: str) -> None:
        """Forget what a caller has done so far."""
        self._buckets.pop(caller, None)

    def _forget(self, now: float) -> None:
        full = self.burst / self.rate
        kept = {
            key: (left, then) for key, (left, then) in self._buckets.items() if now - then < full
        }
        # Where even the busy ones are too many, all start over: memory is worth more than exactness.
        self._buckets = kept if len(kept) < MOST_CALLERS else {}


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
        here = ipaddress.ip_address(address)
    except ValueError:  # Proxies may name their callers otherwise.
        return address
    return str(ipaddress.ip_network((here, 64), strict=False)) if here.version == 6 else address
