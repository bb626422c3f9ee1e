"""The responder at a real window: onsets, response times, drafts, interruptions, markers."""

from __future__ import annotations

from dataclasses import replace

import every_kind
import pytest
from flips import at_flip, screen_of

from experiments.lab.countdown import Countdown
from experiments.timeline.session_run import SessionIdentity, SessionRun

pytestmark = pytest.mark.window


def test_a_key_counts_from_when_it_went_down(responder, window, english):
    lab = responder()
    pressed = []

    def press():
        pressed.append(window.now())
        lab.devices.keys.press_key("2")()
        pressed.append(window.now())

    at_flip(window, 6, press)
    at_flip(window, 12, lambda: lab.devices.keys.press_key("return")())
    response = lab.respond(screen_of(english, "choose.3"), {})
    assert response.answers == {"thought": "o2"}
    # Pressed and released between two polls of the keyboard, and not lost.
    before, after = (time - lab.onset for time in pressed)
    assert before <= response.times["thought"] <= after
    assert response.clock == "psychopy: keyboard (psychtoolbox)"


def test_each_strike_is_one_key_and_a_held_one_repeats(responder, window, english):
    lab = responder()
    held = []
    at_flip(window, 3, lambda: lab.devices.keys.press_key("5")())
    at_flip(window, 6, lambda: held.append(lab.devices.keys.press_key("right")))

    def let_go():
        held[0]()
        lab.devices.keys.press_key("tab")()
        lab.devices.keys.press_key("tab")()

    answered = []

    def when_it_has_repeated():
        answered.append(lab.page.form.answers.get("line1"))
        # The digit gave 50, the press one more: further steps are repetitions of the held key.
        if answered[-1] == 54:
            window.after_flip.remove(when_it_has_repeated)
            let_go()
            at_flip(window, 4, lambda: window.win.winHandle.dispatch_event("on_close"))

    window.after_flip.append(when_it_has_repeated)
    with pytest.raises(Exception, match="closed"):
        lab.respond(screen_of(english, "mark.2"), {})
    assert sorted(set(answered) - {None}) == [50, 51, 52, 53, 54]
    assert lab.page.focus.name == "line2"


def test_without_psychtoolbox_the_window_hears_the_keys(window, english, monkeypatch):
    from experiments.lab import input_devices
    from experiments.lab.keys import WindowKeys
    from experiments.lab.responder import LabResponder
    from experiments.lab.simulated_participant import WindowParticipant

    monkeypatch.setattr(input_devices, "best_keys", WindowKeys)
    lab = LabResponder(window, english, root=every_kind.HERE, settling=0.0)
    chosen = {
        "mark.2": {"line1": 12, "line2": None},
        "give.twenty": {"donation": 13},
        "rate.required": {"closer": -1},
        "write.line": {"word": "warm 3"},
    }
    participant = WindowParticipant(lab, lambda screen: chosen[screen.id], "keyboard")
    for name, answers in chosen.items():
        response = lab.respond(screen_of(english, name), {})
        assert response.answers == answers
        assert "keyboard (window, by frame)" in response.clock
    participant.stop()
    lab.close()


def test_the_onset_is_the_flip(responder, window, english):
    lab = responder()
    flips = []
    window.after_flip.append(lambda: flips.append(window.win._frameTime))
    at_flip(window, 5, lambda: lab.devices.keys.press_key("return")())
    lab.respond(screen_of(english, "welcome"), {})
    assert lab.onset == flips[0]
    first = lab.onset
    flips.clear()
    window.after_flip.append(lambda: lab.devices.keys.press_key("return")())
    response = lab.respond(screen_of(english, "read.one"), {})
    assert response.onset == pytest.approx(flips[0] - lab.start, abs=1e-6)
    assert lab.onset > first


@pytest.mark.parametrize(("name", "seconds"), [("look.text", 0.5), ("look.pictures", 0.25)])
def test_a_look_lasts_its_frames(responder, window, english, name, seconds):
    from experiments.lab.window import SHORT_OF

    noted, flips, drawn = {}, [], []
    lab = responder(on_frames=lambda **frames: noted.update(frames))
    inner = lab.canvas.draw

    def draw(regions):
        drawn.append(len(regions))
        inner(regions)

    lab.canvas.draw = draw
    window.after_flip.append(lambda: flips.append(window.win._frameTime))
    response = lab.respond(screen_of(english, name), {})
    # Half a frame early at most. The last two flips can each be late, which is no error of the count.
    early, late = 0.5 * window.period + SHORT_OF + 1e-4, 2 * noted["longest"] / 1000
    assert -early <= response.times["look"] - seconds <= late
    assert response.answers == {}
    # It disappears at the very flip up to which its duration is counted.
    assert response.times["look"] == pytest.approx(flips[-1] - flips[0], abs=1e-6)
    assert drawn == [3] * (len(drawn) - 1) + [2]


def test_answers_of_before_an_interruption_are_there_again(responder, window, english):
    lab = responder()
    at_flip(window, 4, lambda: lab.devices.keys.press_key("return")())
    screen = screen_of(english, "mark.2")
    response = lab.respond(screen, {"line1": 12, "line2": None, "other": 1})
    assert response.answers == {"line1": 12, "line2": None}
    assert response.times == {"line1": None, "line2": None}


def test_closing_the_window_interrupts_and_keeps_what_was_answered(responder, window, english):
    from experiments.lab.responder import WindowClosedError

    drafts, events = [], []
    lab = responder(
        on_draft=lambda *draft: drafts.append(draft),
        on_event=lambda what, **more: events.append((what, more)),
    )
    at_flip(window, 4, lambda: lab.devices.keys.press_key("7")())
    at_flip(window, 8, lambda: window.win.winHandle.dispatch_event("on_close"))
    with pytest.raises(WindowClosedError, match="--resume"):
        lab.respond(screen_of(english, "mark.2"), {})
    assert [draft[:3] for draft in drafts] == [("mark.2", "line1", 70)]
    assert events == [("interrupted", {"screen": "mark.2"})]


def test_frames_are_summarised_screen_by_screen(responder, window, english):
    noted, flips = [], []
    lab = responder(on_frames=lambda **frames: noted.append(frames))
    window.after_flip.append(lambda: flips.append(window.win._frameTime))
    lab.respond(screen_of(english, "look.text"), {})
    assert set(noted[0]) == {"screen", "n", "dropped", "median", "p95", "longest", "refresh"}
    assert noted[0]["screen"] == "look.text"
    assert noted[0]["n"] == len(flips) - 1
    assert 0 < noted[0]["median"] <= noted[0]["p95"] <= noted[0]["longest"]


def test_markers_come_with_the_flip_and_with_the_response(responder, window, english):
    from experiments.lab.markers import RESPONSE, CodeMarker, Photodiode, code_of

    happened = []

    class Sent(CodeMarker):
        def send(self, code):
            happened.append(code)

    patch = Photodiode(side=40, frames=2)
    lab = responder(markers=[Sent(), patch])
    window.after_flip.append(lambda: happened.append("flip"))
    colours = []
    inner = patch.draw

    def look_at_patch(first):
        happened.append("drawn")
        inner(first)
        frame = window.win.getMovieFrame(buffer="back")
        window.win.movieFrames.clear()
        colours.append(frame.getpixel((1024 - 20, 768 - 20))[0])

    patch.draw = look_at_patch
    lab.respond(screen_of(english, "look.pictures"), {})
    code = code_of("look.pictures")
    assert happened[:3] == ["drawn", code, "flip"]
    assert happened[-2:] == ["flip", code + RESPONSE]
    assert [event for event in happened[3:-1] if event not in {"drawn", "flip"}] == []
    assert colours[0] == 255
    assert colours[-1] == 0


def test_a_missing_picture_is_named(responder, english):
    from dataclasses import replace

    screen = screen_of(english, "read.one")
    block = replace(screen.content[-1], images=({"src": "media/nobody.png", "alt": ""},))
    with pytest.raises(FileNotFoundError, match=r"nobody\.png does not exist"):
        responder().respond(replace(screen, content=(block,)), {})


def test_a_simulated_participant_whose_answer_is_not_accepted_raises_an_error(
    responder, window, english, monkeypatch
):
    from experiments.lab import simulated_participant

    monkeypatch.setattr(simulated_participant, "MAX_FLIPS", 30)
    lab = responder()
    simulated_participant.WindowParticipant(
        lab, lambda screen: {"line1": 999, "line2": None}, "keyboard"
    )
    with pytest.raises(simulated_participant.UnansweredScreenError, match=r"mark\.2"):
        lab.respond(screen_of(english, "mark.2"), {})


def test_every_page_says_that_data_are_simulated(responder, english):
    from experiments.lab.form import Form
    from experiments.lab.page import Page
    from experiments.lab.parts import TextPart

    lab = responder(simulated=True)
    for screen in english.screens:
        page = Page(screen, Form.begin(screen, {}, None), lab.context, (1024, 768))
        texts = [
            part.laid.paragraphs[0][1].text()
            for part in page.layout.fixed
            if isinstance(part, TextPart)
        ]
        assert "SIMULATED DATA" in texts


@pytest.mark.parametrize(
    ("typed", "answer"),
    [("too short", "too short"), ("", None), ("long enough now", "long enough now")],
)
def test_a_screen_ends_by_itself_with_what_was_typed(responder, window, english, typed, answer):
    lab = responder()
    screen = screen_of(english, "write.least")
    ask = replace(screen.asks[0], required=True)
    screen = replace(screen, asks=(ask,), at_least=0.0, at_most=1.0, countdown=True)
    at_flip(window, 4, lambda: window.win.winHandle.dispatch_event("on_text", typed))
    response = lab.respond(screen, {})
    assert response.answers == {"reasons": answer}
    assert (response.times["reasons"] is None) == (not typed)
    # On a slow machine, the flip that is closest to the end can be as late as the longest frame.
    longest = window.frames()["longest"] / 1000
    assert 1.0 - window.period <= lab.page.done_at <= 1.0 + longest + window.period
    run = SessionRun(replace(english, screens=(screen,)), SessionIdentity("p", "1", True, "lab"))
    (row,) = run.take(response)
    assert (row["value"], row["status"]) == (answer, "answered" if typed else "skipped")


def test_the_remaining_time_is_shown_at_the_top(page):
    made = page("write.least")
    (countdown,) = [part for part in made.parts() if isinstance(part, Countdown)]
    made.screen = replace(made.screen, at_least=240.0)
    made.tick(39.5)
    assert countdown.text(made) == "Time left: 3:21"
    made.screen = replace(made.screen, at_most=60.0)
    assert countdown.text(made) == "Time left: 0:21"
