"""What the doctor looks at: a window on this PC, its graphics, its refresh, its dropped frames."""

from __future__ import annotations

from dataclasses import dataclass

from experiments.lab.window import open_window

#: Frames looked at.
FRAMES = 60


@dataclass(frozen=True)
class Examined:
    """What was seen of a window."""

    renderer: str
    version: str
    size: tuple[int, int]
    refresh: float | None
    """Hz; None if flips do not wait for the monitor."""
    frames: int
    dropped: int


def examine_window(size: tuple[int, int] | None = None) -> Examined:
    """Open a window, show some frames in it, and close it (about two seconds).

    Parameters
    ----------
    size
        Width and height in pixels (default: full screen).

    Raises
    ------
    NoWindow
        If no window opens.
    """
    with open_window(size) as window:
        from pyglet.gl import gl_info

        window.restart_frames()
        for _ in range(FRAMES + 1):
            window.flip()
        seen = window.frames()
        return Examined(
            gl_info.get_renderer(),
            gl_info.get_version(),
            window.size,
            round(window.refresh, 2) if window.synchronised else None,
            seen.n,
            seen.dropped,
        )
