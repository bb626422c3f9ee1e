"""Films and sounds in Chromium: loaded beforehand, played to the end, with captions; and those that cannot be played."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import clips
import hand
import pytest
from stub import Stub

from experiments.online.collector.bodies import DETAILS
from experiments.screen import Ask, Block, Clip, Cue, Option, Screen

pytestmark = pytest.mark.browser
FILM = Clip(
    "media/film.webm", "A moving picture", 2.0, 160, 90,
    (Cue(0.1, 0.9, "The first words"), Cue(1.0, 1.9, "The second words")), ends=True,
)  # fmt: skip
SOUND = Clip("media/sound.wav", "A tone", 2.0)
TIMES = """() => {
  window.times = [];
  new MutationObserver(() => {
    const film = document.querySelector("video");
    if (!film || film.watched) return;
    film.watched = true;
    const look = () => { window.times.push(film.currentTime); if (film.isConnected) requestAnimationFrame(look); };
    look();
    film.addEventListener("ended", () => { window.played = film.played.end(0); });
    new MutationObserver(() => (window.words ??= []).push(document.querySelector(".caption")?.textContent))
      .observe(film.parentElement, { subtree: true, childList: true, characterData: true });
  }).observe(document, { subtree: true, childList: true });
}"""

#: What Playwright does in a page counts as asking for sound; only clicks of participants do.
ASKED_FOR = """() => {
  const play = HTMLMediaElement.prototype.play;
  let hasClicked = false;
  document.addEventListener("click", () => { hasClicked = true; }, true);
  HTMLMediaElement.prototype.play = function () {
    if (hasClicked) return play.call(this);
    return Promise.reject(new DOMException("not asked for", "NotAllowedError"));
  };
}"""


def read(name: str, *content: Block, **more: Any) -> Screen:
    """Return a screen to read."""
    return Screen(name, "read", "instructions", "page", content, proceed="Continue", **more)


def film(clip: Clip = FILM) -> Screen:
    """Return a screen that is a film."""
    content = (Block("video", clip=clip),)
    return Screen("film", "look", "trials", "page", content, duration=clip.seconds)


SCREENS = (
    read("welcome", Block("heading", "Welcome")),
    film(),
    Screen(
        "heard", "choose", "trials", "page", (Block("audio", clip=SOUND),),
        (Ask("heard", "Did you hear it?", options=(Option("yes", "Yes"), Option("no", "No"))),),
        proceed="Continue", at_least=2.0,
    ),
    read("end", Block("heading", "The end"), ends="complete"),
)  # fmt: skip


@pytest.fixture
def showing(serve_screens: Callable[..., Stub]) -> Callable[..., Stub]:
    """Return a function that serves screens, with the files that they show."""

    def put(screens: tuple[Screen, ...] = SCREENS) -> Stub:
        stub = serve_screens(screens)
        clips.clip(stub.folder / "media" / "film.webm")
        clips.clip(stub.folder / "media" / "sound.wav")
        return stub

    return put


def opened(participant: Any, stub: Stub, *more: str) -> Any:
    """Open the page; note what a film does."""
    page = participant.new_page()
    for script in (TIMES, *more):
        page.add_init_script(f"({script})()")
    page.goto(f"{stub.address}?lang=en")
    return page


def test_a_film_plays_to_its_end_with_its_captions_and_a_sound_before_its_question(
    participant: Any, showing: Callable[..., Stub]
) -> None:
    stub = showing()
    page = opened(participant, stub)
    assert hand.screen_of(page) == "welcome"
    hand.go_on(page)
    page.locator("form.look.is-shown video").wait_for()
    assert not page.evaluate("document.querySelector('video').controls")
    assert page.locator(".proceed").count() == 0
    assert hand.screen_of(page) == "heard"
    times = page.evaluate("window.times")
    assert len(set(times)) > 5, "the frames do not advance"
    assert page.evaluate("window.played") == pytest.approx(2.0, abs=0.1)
    words = [each for each in dict.fromkeys(page.evaluate("window.words")) if each]
    assert words == ["The first words", "The second words"]
    assert page.locator(".proceed").get_attribute("aria-disabled") == "true"
    hand.answer(page, "heard", "yes")
    page.locator(".proceed[aria-disabled]").wait_for(state="detached")
    assert page.evaluate("document.querySelector('audio').currentTime") > 1.5
    hand.go_on(page)
    assert stub.row_of("heard")["value"] == "yes"
    row = stub.row_of("look")
    assert row["screen"] == "film"
    assert row["response_time"] >= 1.9
    assert "clip_failed" not in [each["event"] for each in stub.the_session().events]


def test_a_pause_stops_the_film(participant: Any, showing: Callable[..., Stub]) -> None:
    page = opened(participant, showing())
    hand.go_on(page)
    page.locator("form.look.is-shown video").wait_for()
    page.wait_for_function("() => document.querySelector('video').currentTime > 0.1")
    page.locator(".pause").click()
    before = page.evaluate("document.querySelector('video').currentTime")
    assert page.evaluate("document.querySelector('video').paused")
    page.wait_for_timeout(700)
    assert page.evaluate("document.querySelector('video').currentTime") == before
    page.locator("dialog button").click()
    assert hand.screen_of(page) == "heard"


def test_without_a_click_a_button_starts_the_film(
    participant: Any, showing: Callable[..., Stub]
) -> None:
    """As after a reload: Chromium then refuses sound."""
    stub = showing(SCREENS[1:])
    page = opened(participant, stub, ASKED_FOR)
    begin = page.locator("button.begin")
    begin.wait_for()
    page.wait_for_timeout(1000)
    assert begin.inner_text() == "Start"
    assert page.evaluate("document.querySelector('video').currentTime") == 0
    begin.click()
    assert hand.screen_of(page) == "heard"
    events = [each["event"] for each in stub.the_session().events]
    assert "clip_delayed" in events
    assert set(events) <= set(DETAILS)
    assert page.evaluate("window.played") == pytest.approx(2.0, abs=0.1)
    # The time of the screen begins with the film.
    row = stub.row_of("look")
    waited = next(e for e in stub.the_session().events if e["event"] == "clip_delayed")
    assert waited["detail"]["seconds"] >= 1.0
    assert row["onset"] >= 1.0


@pytest.mark.parametrize("fault", ["missing", "broken"])
def test_a_film_that_cannot_be_played_is_a_sentence_before_the_session(
    participant: Any, showing: Callable[..., Stub], fault: str
) -> None:
    stub = showing()
    path: Path = stub.folder / "media" / "film.webm"
    path.unlink()
    if fault == "broken":
        path.write_bytes(b"no film")
    page = opened(participant, stub)
    page.get_by_text("send this message to the researchers").wait_for()
    assert "media/film.webm" in page.locator("main").inner_text()
    clips.clip(path)
    page.get_by_text("Try again").click()
    assert hand.screen_of(page) == "welcome"
    with stub.arrived:
        assert [each["event"] for each in stub.the_session().events][:1] == ["clip_failed"]


def test_a_film_that_stops_during_the_session_is_a_sentence_with_a_button(
    participant: Any, showing: Callable[..., Stub]
) -> None:
    stub = showing()
    page = opened(participant, stub)
    hand.screen_of(page)
    # From here on, what was loaded cannot be read any more.
    page.evaluate("""() => {
      const found = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, "src");
      Object.defineProperty(HTMLMediaElement.prototype, "src", { ...found, set() { found.set.call(this, "media/gone.webm"); } });
    }""")
    hand.go_on(page)
    page.get_by_text("The film or sound cannot be played. Please continue.").wait_for()
    page.locator("form.look .proceed").click()
    assert hand.screen_of(page) == "heard"
    hand.answer(page, "heard", "no")
    hand.go_on(page)
    assert stub.row_of("heard")["value"] == "no"
    events = [each for each in stub.the_session().events if each["event"] == "clip_failed"]
    assert events[0]["detail"]["source"] == "media/film.webm"
    assert set(events[0]["detail"]) == set(DETAILS["clip_failed"])
    assert stub.row_of("look")["status"] == "shown"
