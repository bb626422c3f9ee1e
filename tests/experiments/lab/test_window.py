"""The window: its frames are counted, its refresh is measured, a second one can come and go."""

from __future__ import annotations

import time

import pytest

from experiments.lab.window import open_window, summarised


def test_frames_are_summed_up():
    intervals = [0.016] * 90 + [0.018] * 5 + [0.034, 0.033, 0.05, 0.016, 0.016]
    seen = {"n": 100, "dropped": 3, "median": 16.0, "p95": 18.0, "longest": 50.0}
    assert summarised(intervals, 60.0) == seen
    assert summarised([], 60.0) == dict.fromkeys(seen, 0)


@pytest.mark.window
def test_a_window_keeps_its_pace_where_flips_do_not_wait(window):
    assert window.size == (1024, 768)
    window.restart_frames()
    began = time.perf_counter()
    for _ in range(25):
        window.flip()
    lasted = time.perf_counter() - began
    assert lasted >= 24 * window.period * 0.9 or window.synchronised
    assert window.frames()["n"] == 24
    assert window.frames()["n"] == 0


@pytest.mark.window
def test_a_second_window_can_come_and_go(window, english):
    import every_kind

    from experiments.lab.responder import LabResponder

    with open_window((320, 240)) as second:
        second.flip()
        assert second.size == (320, 240)
    # The first window still draws and hears after the second has gone.
    at = LabResponder(window, english, root=every_kind.HERE, settling=0.0)
    response = at.respond(english.screens[english.index["look.pictures"]], {})
    assert response.times["look"] is not None
    at.close()
