"""Named random numbers: they depend only on a seed and on their name.

The numbers of a generator depend on the order of the calls. A simulated participant has to give the same answer
to a screen in the window, in a browser and without a display, so every number is a hash of its name: BLAKE2b of
(seed, name), converted to a number in (0, 1).
"""

from __future__ import annotations

from hashlib import blake2b
from statistics import NormalDist

_STANDARD = NormalDist()
_SCALE = 2.0**-64


class Draws:
    """Named random numbers of one seed.

    Examples
    --------
    >>> draws = Draws(7, "person", 3)
    >>> draws.uniform("age") == Draws(7, "person", 3).uniform("age")
    True
    >>> 0 < draws.uniform("age") < 1
    True
    """

    def __init__(self, seed: int, *name: object) -> None:
        self._start = blake2b(_bytes((seed, *name)), digest_size=8)

    def uniform(self, *name: object) -> float:
        """Return a number of the uniform distribution on (0, 1)."""
        state = self._start.copy()
        state.update(_bytes(name))
        # 53 bits, so that the midpoint of each cell is exact and never 0 or 1.
        return ((int.from_bytes(state.digest(), "big") >> 11) * 2048 + 1024) * _SCALE

    def normal(self, *name: object) -> float:
        """Return a number of the standard normal distribution."""
        return _STANDARD.inv_cdf(self.uniform(*name))

    def below(self, count: int, *name: object) -> int:
        """Return one of 0 .. count - 1, each equally likely."""
        return int(self.uniform(*name) * count)


def _bytes(name: tuple[object, ...]) -> bytes:
    return ("\x1f".join(map(str, name)) + "\x1e").encode("utf-8", "surrogatepass")
