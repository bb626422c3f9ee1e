"""Reading films and sounds ahead while they are played: ffmpeg decodes them in a process of its own."""

from __future__ import annotations

import queue
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from threading import Thread

from experiments.stimuli.clips import ClipError, ffmpeg

PATIENCE = 20.0
"""Seconds within which the beginning of a clip must be decoded."""


class Decoder:
    """What ffmpeg makes of a file, in blocks of a fixed size, of which some are read ahead.

    Parameters
    ----------
    options
        Options of ffmpeg for its output.
    size
        Bytes of a block.
    ahead
        Number of blocks that are read ahead.
    """

    def __init__(self, path: Path, options: Sequence[str], size: int, ahead: int) -> None:
        command = [ffmpeg(), "-nostdin", "-loglevel", "quiet", "-i", str(path), *options, "pipe:1"]
        self._process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL
        )
        self._size = size
        self._blocks: queue.Queue[bytes | None] = queue.Queue(ahead)
        self._over = False
        self._thread = Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        with suppress(ValueError, OSError):  # The process was ended.
            while block := self._process.stdout.read(self._size):
                self._blocks.put(block)
        self._blocks.put(None)

    def first(self) -> bytes:
        """Wait for the first block.

        Raises
        ------
        ClipError
            If there is none.
        """
        with suppress(queue.Empty):
            if block := self._blocks.get(timeout=PATIENCE):
                return block
        raise ClipError("it cannot be decoded", "Save it again.")

    def next(self) -> bytes | None:
        """Return the next block if it is there; None if it is late, or there are no more."""
        if self._over:
            return None
        with suppress(queue.Empty):
            block = self._blocks.get_nowait()
            self._over = block is None
            return block
        return None

    def close(self) -> None:
        """End the process."""
        self._over = True
        self._process.kill()
        while self._thread.is_alive():
            # It may wait for room.
            with suppress(queue.Empty):
                self._blocks.get_nowait()
            self._thread.join(0.001)
        self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()
