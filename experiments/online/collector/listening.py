"""Since when the collector has been there to hear: nobody is silent while there is nobody to hear them."""

from __future__ import annotations

import time
from collections.abc import Callable

#: A step of the machine's clock against its steady one that counts as a break, in seconds.
LEAP_S = 60.0


class Listening:
    """How long the collector has listened without a break.

    A break is a start of the server, a machine that was asleep, or a clock that was set: after each,
    the last sign of life of everybody may look too old, and no page could or can tell.

    Parameters
    ----------
    clock
        Seconds since 1970, as they are written into the database.
    steady
        Seconds that are never set, and do not pass while the machine sleeps (Linux).
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.time,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock, self._steady = clock, steady
        self._since = clock(), steady()

    def minutes(self) -> float:
        """Return for how many minutes it has listened."""
        clock, steady = self._clock(), self._steady()
        lasted = steady - self._since[1]
        if abs(clock - self._since[0] - lasted) > LEAP_S:
            self._since = clock, steady
            return 0.0
        return lasted / 60
