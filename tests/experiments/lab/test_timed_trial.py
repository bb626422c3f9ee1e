"""Timed trials at a real window: pixels, onsets, keys, markers, and what Escape does."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flips import at_flip, screen_of

pytestmark = pytest.mark.window


class Marks:
    """A marker that records what it is called for."""

    def __init__(self) -> None:
        self.onsets: list[str] = []
        self.responses: list[str] = []
        self.first: list[bool] = []

    def prepare(self, win) -> None:
        pass

    def onset(self, screen: str) -> None:
        self.onsets.append(screen)

    def response(self, screen: str) -> None:
        self.responses.append(screen)

    def draw(self, first: bool) -> None:
        self.first.append(first)


def when_asked(lab, window, key: str, delay: int = 3) -> None:
    """Press a key some flips after the trial asks for one."""
    seen = [0]

    def look() -> None:
        run = lab.trials.run
        if run is None or run.asked is None or run.begins:
            return
        seen[0] += 1
        if seen[0] == delay:
            lab.devices.keys.press_key(key)()

    window.after_flip.append(look)


def test_a_key_is_timed_from_the_flip_of_its_display(responder, window, english):
    lab = responder()
    when_asked(lab, window, "e")
    response = lab.respond(screen_of(english, "timed.key"), {})
    assert response.answers == {"quick": "kind"}
    assert list(response.shown) == ["show.1", "show.2", "show.4"]
    onset, lasted = response.shown["show.2"]
    assert 0 < response.times["quick"] <= lasted
    assert onset == pytest.approx(sum(response.shown["show.1"]))
    assert "keyboard (psychtoolbox)" in response.clock
    assert "flips, frames of" in response.clock


def test_displays_last_as_long_as_they_should(responder, window, english):
    lab = responder()
    response = lab.respond(screen_of(english, "timed.late"), {})
    assert response.answers == {"late": None}
    for name, seconds in (("show.1", 0.12), ("show.2", 0.1)):
        # Longer on a machine that is busy, but never shorter than by half a frame.
        assert response.shown[name][1] >= seconds - 0.51 * window.period


def test_each_display_has_a_marker_at_its_onset(responder, window, english):
    marks = Marks()
    lab = responder(markers=[marks])
    when_asked(lab, window, "i")
    lab.respond(screen_of(english, "timed.key"), {})
    assert marks.onsets == [f"timed.key.show.{number}" for number in range(1, 5)]
    assert marks.responses == ["timed.key"]
    assert marks.first.count(True) == 4


def test_the_cross_is_shown_until_the_right_key(responder, window, english):
    lab, crosses = responder(), []
    when_asked(lab, window, "i", 3)
    when_asked(lab, window, "e", 9)
    picture = lab.trials._picture

    def drawn(version):
        run = lab.trials.run
        if run is not None:
            crosses.append(version.stimuli[-1].text == "✕" and run.answers["sort"])
        return picture(version)

    lab.trials._picture = drawn
    response = lab.respond(screen_of(english, "timed.right"), {})
    assert response.answers == {"sort": "unkind", "sort.first": "unkind"}
    assert response.times["sort.first"] < response.times["sort"]
    assert "unkind" in crosses
    assert crosses[0] is False


def test_escape_asks_and_then_the_trial_begins_again(responder, window, english):
    events = []
    lab = responder(on_event=lambda event, **more: events.append((event, more.get("screen"))))
    at_flip(window, 4, lambda: lab.devices.keys.press_key("escape")())

    def stay() -> None:
        if lab.page is not None and lab.page.overlay is not None:
            lab.devices.keys.press_key("escape")()

    at_flip(window, 14, stay)
    when_asked(lab, window, "e")
    response = lab.respond(screen_of(english, "timed.key"), {})
    assert events == [("restarted", "timed.key")]
    assert response.answers == {"quick": "kind"}
    assert response.way == "on"


def test_a_participant_can_leave_during_a_trial(responder, window, english):
    lab = responder()
    at_flip(window, 4, lambda: lab.devices.keys.press_key("escape")())

    def confirm() -> None:
        page = lab.page
        if page is not None and page.overlay is not None:
            page.leave(0.5, "test")

    at_flip(window, 14, confirm)
    response = lab.respond(screen_of(english, "timed.right"), {})
    assert response.way == "leave"
    assert response.answers == {}


def test_pictures_are_read_before_the_first_trial_and_drawn_once(responder, window, english):
    lab = responder()
    screen = screen_of(english, "timed.pictures")
    lab.respond(screen, {})
    drawn = dict(lab.trials._pictures)
    again = replace(screen, id="again", trial=5)
    lab.respond(again, {})
    assert dict(lab.trials._pictures) == drawn
    lab.close()
    assert not lab.trials._pictures


def test_the_stimuli_are_on_the_back_buffer_at_the_flip(responder, window, english):
    """What the window draws is what a preview draws."""
    from PyQt6.QtGui import QColor, QImage, QPainter

    from experiments.lab.preview import as_picture
    from experiments.look import COLOURS

    lab = responder()
    shots = []
    flip = window.flip

    def look():
        run = lab.trials.run
        if run is not None and run.version is not None and run.begins:
            shots.append((run.version, window.win._getFrame(buffer="back")))
        return flip()

    window.flip = look
    try:
        lab.respond(screen_of(english, "timed.pictures"), {})
    finally:
        del window.flip
    assert len(shots) == 2
    for version, shot in shots:
        image = QImage(*window.size, QImage.Format.Format_RGB32)
        image.fill(QColor(COLOURS["background"]))
        painter = QPainter(image)
        lab.trials.stimuli.paint(painter, version)
        painter.end()
        expected = as_picture(image)
        # Graphics cards may round by one.
        difference = max(
            abs(a - b)
            for one, other in zip(shot.convert("RGB").getdata(), expected.getdata(), strict=True)
            for a, b in zip(one, other, strict=True)
        )
        assert difference <= 2
