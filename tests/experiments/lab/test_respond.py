"""The responder at a real window: onsets, response times, drafts, interruptions, markers, pictures."""

from __future__ import annotations

import every_kind
import pytest

pytestmark = pytest.mark.window


@pytest.fixture
def responder(window, english):
    from experiments.lab.respond import LabResponder

    made = []

    def too_long():
        raise AssertionError("the screen does not end")

    at_flip(window, 400, too_long)

    def make(timeline=english, **more):
        more.setdefault("settling", 0.0)
        made.append(LabResponder(window, timeline, root=every_kind.HERE, **more))
        return made[-1]

    yield make
    window.closed = False
    window.after_flip.clear()
    for each in made:
        each.close()


def screen_of(timeline, name):
    return timeline.screens[timeline.index[name]]


def at_flip(window, number, act):
    """Do something behind the n-th flip from now."""
    count = [0]

    def count_up():
        count[0] += 1
        if count[0] == number:
            act()

    window.after_flip.append(count_up)


def test_a_key_counts_from_when_it_went_down(responder, window, english):
    at = responder()
    struck = []

    def strike(name):
        def act():
            struck.append(window.now())
            at.hands.keys.strike(name)()

        return act

    at_flip(window, 6, strike("2"))
    at_flip(window, 12, strike("return"))
    response = at.respond(screen_of(english, "choose.3"), {})
    assert response.answers == {"thought": "o2"}
    # Pressed and let go between two looks at the keyboard, and not lost.
    assert response.times["thought"] == pytest.approx(struck[0] - at.onset, abs=0.002)
    assert response.clock == "psychopy: keyboard (psychtoolbox)"


def test_each_strike_is_one_key_and_a_held_one_repeats(responder, window, english):
    at = responder()
    held = []
    at_flip(window, 3, lambda: at.hands.keys.strike("5")())
    at_flip(window, 6, lambda: held.append(at.hands.keys.strike("right")))

    def let_go():
        held[0]()
        at.hands.keys.strike("tab")()
        at.hands.keys.strike("tab")()

    began = []
    at_flip(window, 6, lambda: began.append(window.now()))
    answered = []
    window.after_flip.append(
        lambda: answered.append(at.page.form.answers.get("line1")) if at.page else None
    )

    def when_it_has_repeated():
        if held and window.now() - began[0] > 0.75:
            window.after_flip.remove(when_it_has_repeated)
            let_go()
            at_flip(window, 4, lambda: window.win.winHandle.dispatch_event("on_close"))

    window.after_flip.append(when_it_has_repeated)
    with pytest.raises(Exception, match="closed"):
        at.respond(screen_of(english, "mark.2"), {})
    assert 50 in answered
    assert 51 in answered
    assert answered[-1] >= 52
    assert at.page.attention.focus.name == "line2"


def test_without_psychtoolbox_the_window_hears_the_keys(window, english, monkeypatch):
    from experiments.lab import hands
    from experiments.lab.person import WindowPerson
    from experiments.lab.respond import LabResponder

    monkeypatch.setattr(hands, "best_keys", hands.WindowKeys)
    at = LabResponder(window, english, root=every_kind.HERE, settling=0.0)
    wanted = {
        "mark.2": {"line1": 12, "line2": None},
        "give.twenty": {"donation": 13},
        "rate.required": {"closer": -1},
        "write.line": {"word": "warm 3"},
    }
    person = WindowPerson(at, lambda screen: wanted[screen.id], "keyboard")
    for name, answers in wanted.items():
        response = at.respond(screen_of(english, name), {})
        assert response.answers == answers
        assert "keyboard (window, by frame)" in response.clock
    person.get_up()
    at.close()


def test_the_onset_is_the_flip(responder, window, english):
    at = responder()
    flips = []
    window.after_flip.append(lambda: flips.append(window.win._frameTime))
    at_flip(window, 5, lambda: at.hands.keys.strike("return")())
    at.respond(screen_of(english, "welcome"), {})
    assert at.onset == flips[0]
    first = at.onset
    flips.clear()
    window.after_flip.append(lambda: at.hands.keys.strike("return")())
    response = at.respond(screen_of(english, "read.one"), {})
    assert response.onset == pytest.approx(flips[0] - at.start, abs=1e-6)
    assert at.onset > first


@pytest.mark.parametrize(("name", "seconds"), [("look.text", 0.5), ("look.pictures", 0.25)])
def test_a_look_lasts_its_frames(responder, window, english, name, seconds):
    from experiments.lab.window import SHORT_OF

    told, flips, drawn = {}, [], []
    at = responder(on_frames=lambda **said: told.update(said))
    inner = at.canvas.draw

    def draw(regions):
        drawn.append(len(regions))
        inner(regions)

    at.canvas.draw = draw
    window.after_flip.append(lambda: flips.append(window.win._frameTime))
    response = at.respond(screen_of(english, name), {})
    # Half a frame early at most. The last two flips can each be late: no fault of the count.
    early, late = 0.5 * window.period + SHORT_OF + 1e-4, 2 * told["longest"] / 1000
    assert -early <= response.times["look"] - seconds <= late
    assert response.answers == {}
    # It is off the screen at the very flip that its duration is counted to.
    assert response.times["look"] == pytest.approx(flips[-1] - flips[0], abs=1e-6)
    assert drawn == [3] * (len(drawn) - 1) + [2]


def test_answers_of_before_an_interruption_are_there_again(responder, window, english):
    at = responder()
    at_flip(window, 4, lambda: at.hands.keys.strike("return")())
    screen = screen_of(english, "mark.2")
    response = at.respond(screen, {"line1": 12, "line2": None, "other": 1})
    assert response.answers == {"line1": 12, "line2": None}
    assert response.times == {"line1": None, "line2": None}


def test_closing_the_window_interrupts_and_keeps_what_was_answered(responder, window, english):
    from experiments.lab.respond import Interrupted

    drafts, events = [], []
    at = responder(
        on_draft=lambda *said: drafts.append(said),
        on_event=lambda what, **more: events.append((what, more)),
    )
    at_flip(window, 4, lambda: at.hands.keys.strike("7")())
    at_flip(window, 8, lambda: window.win.winHandle.dispatch_event("on_close"))
    with pytest.raises(Interrupted, match="--resume"):
        at.respond(screen_of(english, "mark.2"), {})
    assert [said[:3] for said in drafts] == [("mark.2", "line1", 70)]
    assert events == [("interrupted", {"screen": "mark.2"})]


def test_frames_are_told_screen_by_screen(responder, english):
    told = []
    at = responder(on_frames=lambda **said: told.append(said))
    at.respond(screen_of(english, "look.text"), {})
    assert set(told[0]) == {"screen", "n", "dropped", "median", "p95", "longest", "refresh"}
    assert told[0]["screen"] == "look.text"
    assert told[0]["n"] > 5
    assert 0 < told[0]["median"] <= told[0]["p95"] <= told[0]["longest"]


def test_markers_come_with_the_flip_and_with_the_response(responder, window, english):
    from experiments.lab.markers import RESPONSE, AllMarkers, CodeMarkers, Photodiode, code_of

    sent = []

    class Sent(CodeMarkers):
        def send(self, code):
            sent.append((code, window.now()))

    at = responder(markers=AllMarkers([Sent(), Photodiode(side=40, frames=2)]))
    seen = []
    window.after_flip.append(lambda: seen.append(window.win._frameTime))
    colours = []
    inner = at.canvas.draw

    def look_at_patch(regions):
        inner(regions)
        at.markers._all[1].draw()
        frame = window.win.getMovieFrame(buffer="back")
        window.win.movieFrames.clear()
        colours.append(frame.getpixel((1024 - 20, 768 - 20))[0])

    at.canvas.draw = look_at_patch
    at.respond(screen_of(english, "look.pictures"), {})
    code = code_of("look.pictures")
    assert [said for said, _ in sent] == [code, code + RESPONSE]
    assert sent[0][1] == pytest.approx(seen[0], abs=0.01)
    assert colours[0] == 255
    assert colours[-1] == 0


@pytest.mark.parametrize("name", ["read.eight", "rate.feelings", "give.twenty"])
def test_the_window_shows_the_very_picture_of_the_preview(responder, window, timelines, name):
    from PIL import ImageChops

    from experiments.lab.preview import picture_of

    timeline = timelines["he"]
    at = responder(timeline)
    shown = []
    inner = at.canvas.draw

    def look(regions):
        inner(regions)
        if not shown:
            shown.append(window.win.getMovieFrame(buffer="back").convert("RGB"))
            window.win.movieFrames.clear()

    at.canvas.draw = look
    at_flip(window, 2, lambda: window.win.winHandle.dispatch_event("on_close"))
    with pytest.raises(Exception, match="closed"):
        at.respond(screen_of(timeline, name), {})
    assert len(shown) == 1
    preview = picture_of(screen_of(timeline, name), timeline, (1024, 768), root=every_kind.HERE)
    assert ImageChops.difference(shown[0], preview).getbbox() is None


def test_what_changes_is_what_a_whole_new_drawing_would_show(responder, window, english):
    from PIL import ImageChops

    from experiments.lab.form import Form
    from experiments.lab.page import Page
    from experiments.lab.preview import drawn

    at = responder()
    frames = []
    inner = at.canvas.draw

    def look(regions):
        inner(regions)
        frames.append(window.win.getMovieFrame(buffer="back").convert("RGB"))
        window.win.movieFrames.clear()

    at.canvas.draw = look
    for flip, key in ((3, "3"), (6, "tab"), (9, "tab"), (12, "return")):
        at_flip(window, flip, lambda key=key: at.hands.keys.strike(key)())
    screen = screen_of(english, "give.five")
    at.respond(screen, {})
    anew = Page(screen, Form.begin(screen, {"donation": 3}, None), at.setting, window.size)
    anew.attention.focus, anew.attention.ring = anew.control("go_on"), True
    anew.tick(1.0)
    assert ImageChops.difference(frames[-1], drawn(anew)).getbbox() is None


def test_a_missing_picture_is_told(responder, english):
    from dataclasses import replace

    screen = screen_of(english, "read.one")
    block = replace(screen.content[-1], images=({"src": "media/nobody.png", "alt": ""},))
    with pytest.raises(FileNotFoundError, match=r"nobody\.png is not there"):
        responder().respond(replace(screen, content=(block,)), {})


def test_a_person_whose_answer_is_not_taken_says_so(responder, window, english, monkeypatch):
    from experiments.lab import person

    monkeypatch.setattr(person, "PATIENCE", 30)
    at = responder()
    person.WindowPerson(at, lambda screen: {"donation": 99}, "keyboard")
    with pytest.raises(person.Stuck, match=r"give\.five"):
        at.respond(screen_of(english, "give.five"), {})


def test_a_simulated_person_is_written_on_every_page(responder, english):
    from experiments.lab.form import Form
    from experiments.lab.page import Page
    from experiments.lab.parts import Words

    at = responder(simulated=True)
    for screen in english.screens:
        page = Page(screen, Form.begin(screen, {}, None), at.setting, (1024, 768))
        said = [
            part.laid.paragraphs[0][1].text()
            for part in page.layout.fixed
            if isinstance(part, Words)
        ]
        assert "SIMULATED DATA" in said
