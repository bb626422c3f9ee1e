"""The slots of a mode, each drawn when it is first asked for."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import overload

from experiments.protocol.opened import OpenedStudy
from experiments.protocol.slots import AllocationList, Slot


class Slots(Sequence[Slot]):
    """The allocation list of a mode, of which a session needs one slot, and an export sometimes a few of thousands.

    Parameters
    ----------
    opened, mode, secret
        As those of ``AllocationList``.
    least
        Number of slots needed at least: the list goes on beyond the planned sample if it is shorter.
    """

    def __init__(self, opened: OpenedStudy, mode: str, secret: str, least: int = 0) -> None:
        allocation = AllocationList(opened, mode, secret)
        blocks = None if least <= allocation.length else -(-least // allocation.block_size)
        self._length = (
            allocation.length
            if blocks is None
            else blocks * len(allocation.strata) * allocation.block_size
        )
        self._drawing = allocation.slots(blocks)
        self._drawn: list[Slot] = []

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, place: int) -> Slot: ...
    @overload
    def __getitem__(self, place: slice) -> list[Slot]: ...
    def __getitem__(self, place: int | slice) -> Slot | list[Slot]:
        places = range(self._length)[place]
        last = places if isinstance(places, int) else max(places, default=-1)
        self._drawn += islice(self._drawing, max(0, last + 1 - len(self._drawn)))
        return self._drawn[places] if isinstance(places, int) else [self._drawn[n] for n in places]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]
