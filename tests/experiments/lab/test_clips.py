"""Films and sounds at the window: they begin with the page, go on with its time, and end on time; or there is a sentence."""

from __future__ import annotations

import threading
import time
from dataclasses import replace

import clips
import every_kind
import pytest
from flips import at_flip

from experiments.lab.clips import CaptionPart, FilmPart, clip_on
from experiments.lab.preview import picture_of
from experiments.lab.sound import NoSoundError, Sound, demand_sound
from experiments.screen import Block, Clip, Cue, Screen
from experiments.stimuli.clips import ClipError

CUES = (Cue(0.0, 0.3, "The first words"), Cue(0.4, 2.0, "The second\nwords"))


@pytest.fixture
def film(tmp_path):
    path = clips.clip(tmp_path / "film.mp4", 1.0, sound=False)
    clip = Clip(str(path), "A moving picture", 1.0, 160, 90, CUES, ends=True)
    return Screen("film", "look", "trials", "page", (Block("video", clip=clip),), duration=1.0)


def pixels(window, part, page):
    box = page.box_in_window(part).toAlignedRect()
    return window.canvas.image.copy(box).constBits().asstring(4 * box.width() * box.height())


@pytest.mark.window
def test_a_film_goes_on_frame_by_frame_and_ends_on_time(responder, window, film):
    events = []
    lab = responder(on_event=lambda event, **detail: events.append((event, detail)))
    seen = []

    def look():
        part = clip_on(lab.page.layout.content)
        caption = next(p for p in lab.page.layout.content if isinstance(p, CaptionPart))
        seen.append(
            (lab.page.now, part._frame, hash(pixels(lab, part, lab.page)), caption.text(lab.page))
        )

    window.after_flip.append(look)
    response = lab.respond(film, {})
    *shown, _ = seen
    # The first flip, which is the onset, already shows the first frame.
    assert shown[0][:2] == (0.0, 0)
    frames = [frame for _, frame, _, _ in shown]
    assert frames == sorted(frames)
    assert max(frames) == 24
    late = sum(detail["n"] for event, detail in events if event == "late_frames")
    assert len(set(frames)) == 25 - late
    # What is in the window differs from frame to frame.
    assert len({picture for _, _, picture, _ in shown}) == len(set(frames))
    due = [(now, frame) for now, frame, _, _ in shown if frame < 24]
    assert all(frame <= now * 25 for now, frame in due)
    assert list(dict.fromkeys(words for *_, words in shown)) == [
        "The first words",
        "",
        "The second\nwords",
    ]
    # The flip that ends it is the first one that is closest to its end, however late this computer draws.
    assert max(now for now, *_ in shown) < 1.0 - 0.5 * window.period
    assert response.times["look"] >= 1.0 - window.period
    assert lab.clip is None


@pytest.mark.window
def test_a_pause_stops_a_film(responder, window, film):
    lab = responder()
    frames = []
    at_flip(window, 5, lambda: lab.page.pause(lab.page.now))
    at_flip(window, 10, lambda: frames.append(clip_on(lab.page.layout.content)._frame))
    at_flip(window, 60, lambda: frames.append(clip_on(lab.page.layout.content)._frame))
    at_flip(window, 61, lambda: lab.page.uncover(window.now() - lab.onset))
    response = lab.respond(film, {})
    assert frames[0] == frames[1] < 20
    assert response.times["look"] >= 1.0 - window.period


@pytest.mark.window
@pytest.mark.parametrize("fault", ["missing", "broken"])
def test_a_film_that_cannot_be_played_is_a_sentence_with_a_button(
    responder, window, film, tmp_path, fault
):
    clips.clip(tmp_path / "film.mp4", broken=True)
    if fault == "missing":
        (tmp_path / "film.mp4").unlink()
    events = []
    lab = responder(on_event=lambda event, **detail: events.append((event, detail)))
    at_flip(window, 5, lambda: lab.page.go_on(lab.page.now, "mouse"))
    response = lab.respond(film, {})
    assert "The film or sound cannot be played. Please continue." in [
        block.text for block in lab.page.screen.content
    ]
    assert set(response.times) == {"look"}
    assert [event for event, _ in events] == ["clip_failed"]


class Output:
    """An output that takes its samples without playing them."""

    def __init__(self, rate, channels, dtype, latency, callback):
        self.callback, self.heard, self.runs = callback, [], True
        self.thread = threading.Thread(target=self.take, daemon=True)
        Output.last = self

    def start(self):
        self.thread.start()

    def take(self):
        while self.runs:
            buffer = bytearray(4 * 80)
            self.callback(buffer, 80, None, None)
            self.heard.append(bytes(buffer))
            time.sleep(0.002)

    def close(self):
        self.runs = False
        self.thread.join()


@pytest.fixture
def output(monkeypatch):
    monkeypatch.setattr(
        "sounddevice.query_devices", lambda kind: {"name": "test", "default_samplerate": 8000.0}
    )
    monkeypatch.setattr("sounddevice.RawOutputStream", Output)


def is_silent(blocks):
    return not any(any(block) for block in blocks)


@pytest.mark.parametrize("ending", [".wav", ".mp3", ".m4a", ".mp4"])
def test_a_sound_begins_when_it_is_played_and_stops_in_a_pause(tmp_path, output, ending):
    sound = Sound(clips.clip(tmp_path / f"sound{ending}", 0.5))
    made = Output.last

    def wait_for(blocks):
        before = len(made.heard)
        while len(made.heard) < before + blocks:
            time.sleep(0.001)
        return made.heard[before + 2 : before + blocks]

    assert is_silent(wait_for(10))
    sound.play()
    assert not is_silent(wait_for(12))
    sound.play(False)
    assert is_silent(wait_for(10))
    sound.play()
    wait_for(8)
    # All of it is heard, and nothing after it.
    while not is_silent(made.heard[-5:]):
        time.sleep(0.001)
    heard = sum(len(block) for block in made.heard if any(block)) / (4 * 8000)
    sound.close()
    assert heard == pytest.approx(0.5, abs=0.1)


@pytest.mark.window
def test_the_film_and_its_sound_are_played_together(responder, window, film, tmp_path, output):
    path = clips.clip(tmp_path / "with_sound.mp4", 1.0)
    clip = replace(film.content[0].clip, src=str(path))
    lab = responder()
    lab.respond(replace(film, content=(Block("video", clip=clip),)), {})
    heard = sum(len(block) for block in Output.last.heard if any(block)) / (4 * 8000)
    assert heard > 0.0
    assert not Output.last.runs


def test_without_an_output_no_session_begins(monkeypatch, tmp_path):
    def none(kind):
        raise ValueError("no device")

    monkeypatch.setattr("sounddevice.query_devices", none)
    with pytest.raises(NoSoundError, match="this computer has no output for sound"):
        demand_sound()
    with pytest.raises(ClipError, match="the output for sound cannot be used"):
        Sound(clips.clip(tmp_path / "sound.wav"))


def test_a_preview_shows_the_first_frame_of_a_film(film, english):
    shown = picture_of(film, english, root=every_kind.HERE).getcolors(1 << 20)
    without = picture_of(replace(film, content=(Block("note", "[A]"),)), english).getcolors(1 << 20)
    assert len(shown) > len(without) + 20


def test_films_fit_into_the_window(page, film):
    for size in ((1024, 768), (1280, 720), (1920, 1080)):
        made = page(film, size=size)
        (part,) = [each for each in made.layout.content if isinstance(each, FilmPart)]
        assert not made.layout.scrolls
        assert part.box.width() / part.box.height() == pytest.approx(160 / 90)
        assert part.box.height() > 0.3 * size[1]
