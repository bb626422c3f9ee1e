"""Rate limits, held in memory alone: who is faster than any participant has to wait."""

from __future__ import annotations

import hashlib
import ipaddress
import secrets
import time
from dataclasses import dataclass, field

from experiments.online.collector.refusal import Refusal

#: Callers remembered at most; the memory of those who have been quiet is given up.
MOST_CALLERS = 50_000


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
        # Where even the busy ones are too many, all begin anew: memory is worth more than exactness.
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
        """Return a name for an address from which it cannot be told."""
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
