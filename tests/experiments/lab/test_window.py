"""The window: its frames are counted, its refresh is measured, a second one can come and go."""

from __future__ import annotations

from typing import Any

import pytest

from experiments.lab.window import SHORT_OF, LabWindow, open_window, summarised


def test_frames_are_summed_up():
    intervals = [0.016] * 90 + [0.018] * 5 + [0.034, 0.033, 0.05, 0.016, 0.016]
    seen = {"n": 100, "dropped": 3, "median": 16.0, "p95": 18.0, "longest": 50.0}
    assert summarised(intervals, 60.0) == seen
    assert summarised([], 60.0) == dict.fromkeys(seen, 0)


class AtOnce(LabWindow):
    """A window with a simulated clock, whose flips take no time."""

    clock = 100.0

    def now(self) -> float:
        return self.clock


class Flips:
    """A stub of PsychoPy's window, whose flips do not wait for a display."""

    def flip(self) -> None:
        return None


def test_a_window_keeps_its_pace_where_flips_do_not_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    window = AtOnce(Flips(), (1024, 768), refresh=50.0, synchronised=False)

    def sleep(seconds: float) -> None:
        # The wait is shortened by the time that the flip itself takes.
        window.clock += seconds + (SHORT_OF if seconds else 0.0)

    monkeypatch.setattr("experiments.lab.window.time.sleep", sleep)
    shown = [window.flip() for _ in range(3)]
    assert shown == pytest.approx([100.0, 100.02, 100.04])
    window.clock += 0.05  # A long frame; the following frames are not shortened.
    shown = [window.flip() for _ in range(3)]
    assert shown == pytest.approx([100.09, 100.11, 100.13])


@pytest.mark.window
def test_a_window_counts_its_frames(window: Any) -> None:
    assert window.size == (1024, 768)
    window.restart_frames()
    for _ in range(25):
        window.flip()
    assert window.frames()["n"] == 24
    assert window.frames()["n"] == 0


@pytest.mark.window
def test_a_second_window_can_come_and_go(window, english):
    import every_kind

    from experiments.lab.responder import LabResponder

    with open_window((320, 240)) as second:
        second.flip()
        assert second.size == (320, 240)
    # The first window still draws and receives input after the second has closed.
    lab = LabResponder(window, english, root=every_kind.HERE, settling=0.0)
    response = lab.respond(english.screens[english.index["look.pictures"]], {})
    assert response.times["look"] is not None
    lab.close()
