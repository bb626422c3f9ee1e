"""Pictures, films and sounds of steps on screens: their order, when a screen ends, and what is shown without a file."""

from __future__ import annotations

import clips
import pytest
from step_desk import Desk

from experiments.screen import Block, Screen
from experiments.steps.timing import minutes


@pytest.fixture
def films(desk: Desk) -> Desk:
    """Return a folder for studies with a film, a sound and a picture."""
    folder = desk.folder / "films"
    clips.clip(folder / "a.webm")
    clips.clip(folder / "s.wav", 3.0)
    clips.picture(folder / "p.png")
    (folder / "a.vtt").write_text(clips.CAPTIONS)
    more = {"a__webm": "captions: {en: a.vtt}", "c__mp4": "seconds: 90"}
    clips.describe(folder, "a.webm", "s.wav", "p.png", "b.mp4", "c.mp4", **more)
    return desk


def the_clip(screen: Screen) -> Block:
    """Return the film or sound of a screen."""
    (block,) = [each for each in screen.content if each.clip is not None]
    return block


@pytest.mark.parametrize(
    ("more", "kind", "duration", "at_least", "at_most", "ends"),
    [
        ("", "look", 2.0, 0.0, 0.0, True),
        (", time: 5 s", "look", 5.0, 0.0, 0.0, False),
        (", page: Watch.", "read", 0.0, 2.0, 0.0, False),
        (", time: {least: 1 s}", "read", 0.0, 1.0, 0.0, False),
        (", ask: {a: {slider: A?}}", "mark", 0.0, 2.0, 0.0, False),
        (", ask: {a: {dial: A?, from: No, to: Yes}}", "trace", 0.0, 2.0, 2.0, False),
        (", ask: {a: {slider: A?}}, time: 4 s", "mark", 0.0, 4.0, 4.0, False),
    ],
)
def test_a_screen_ends_with_its_film_unless_something_else_is_said(
    films: Desk, more: str, kind: str, duration: float, at_least: float, at_most: float, ends: bool
) -> None:
    (screen,) = films.screens(f"  - {{video: films/a.webm{more}}}")
    assert (screen.kind, screen.at_least, screen.at_most) == (kind, at_least, at_most)
    assert screen.duration == pytest.approx(duration, abs=0.05)
    clip = the_clip(screen).clip
    assert clip is not None
    assert clip.ends is ends
    assert clip.src == str((films.folder / "films" / "a.webm").resolve())
    assert (clip.alt, clip.width, clip.height) == ("What a.webm shows.", 160, 90)


def test_a_picture_is_under_the_heading_and_a_film_under_the_text(films: Desk) -> None:
    flow = '  - {page: "# Title\\nText", picture: films/p.png, video: films/a.webm}'
    (screen,) = films.screens(flow)
    assert [block.type for block in screen.content] == ["heading", "images", "text", "video"]
    assert screen.content[1].images[0]["alt"] == "What p.png shows."


def test_a_sound_alone_is_no_empty_screen(films: Desk) -> None:
    (alone,) = films.screens("  - audio: films/s.wav")
    assert [block.text for block in alone.content] == ["Please listen.", ""]
    (with_text,) = films.screens("  - {audio: films/s.wav, page: Close your eyes.}")
    assert [block.text for block in with_text.content] == ["Close your eyes.", ""]


def test_captions_are_shown_if_the_study_says_so(films: Desk) -> None:
    with_them, without = films.screens(
        "  - {video: films/a.webm, captions: yes}\n  - video: films/a.webm"
    )
    clip = the_clip(with_them).clip
    assert clip is not None
    assert [cue.text for cue in clip.captions] == ["The first words & more", "The second\nwords"]
    assert the_clip(without).clip != clip


def test_a_film_is_on_the_first_of_several_screens(films: Desk) -> None:
    flow = "  - {video: films/a.webm, ask: {a: {slider: A?}, b: {choice: B?, options: yes_no}}}"
    first, second = films.screens(flow)
    assert (the_clip(first).type, first.at_least) == ("video", 2.0)
    assert (second.content, second.at_least) == ((), 0.0)


def test_a_loop_shows_the_film_of_each_item_and_a_map_that_of_a_level(films: Desk) -> None:
    (films.folder / "films.csv").write_text("item,file\na,a.webm\nb,s.wav\n")
    flow = (
        "  - {each: films.csv, order: as written, flow: [{video: 'films/{file}', when: item = a}]}"
    )
    (screen,) = films.screens(flow)
    assert the_clip(screen).clip.src.endswith("films/a.webm")  # type: ignore[union-attr]
    flow = "  - audio: {by: group, us: films/s.wav, them: films/a.webm}"
    study = films.study(flow)
    shown = {
        slot.cells["group"]: study.timeline(slot).screens[0].content[-1]
        for slot in study.slots("main")
    }
    assert shown["us"].clip is not None
    # A film is no sound.
    assert (shown["them"].type, study.media_gaps("main")) == (
        "audio",
        ["films/a.webm: a file with this ending cannot be shown as a sound"],
    )


def test_without_its_file_a_film_is_its_description_for_its_planned_time(films: Desk) -> None:
    screens = films.screens("  - video: films/b.mp4\n  - video: films/c.mp4")
    assert [each.content for each in screens] == [
        (Block("note", "[What b.mp4 shows.]"),),
        (Block("note", "[What c.mp4 shows.]"),),
    ]
    assert [each.duration for each in screens] == [60.0, 90.0]
    assert minutes(screens) == 3


def test_a_picture_of_a_stimulus_set_is_shown_with_its_description(desk: Desk) -> None:
    (screen,) = desk.screens("  - picture: portraits/portrait_01")
    assert screen.content[0].images == (
        {
            "src": "portraits/media/portrait_01.png",
            "alt": "Drawn portrait of a girl with a quiet, serious look",
        },
    )


def test_the_volume_check_is_asked_again_with_its_tones(desk: Desk) -> None:
    first, *_ = desk.screens("  - use: volume_check")
    assert (the_clip(first).type, first.at_least) == ("audio", 4.0)
    (rule,) = first.after
    assert rule.differs == ("four",)
    assert rule.visits_below == 3
