"""Input methods: keys pressed while text is composed are not the page's."""

from __future__ import annotations

import ctypes
from types import SimpleNamespace

import pytest
from flips import at_flip, screen_of

from experiments.lab import input_devices
from experiments.lab.input_devices import InputMethod, composing_in


def test_a_key_counts_by_when_it_was_pressed():
    composing = [False]
    method = InputMethod(lambda: composing[0])
    method.look(1.0)
    assert not method.took(0.9)
    composing[0] = True
    method.look(2.0)
    assert not method.took(1.9)
    assert method.took(2.1)
    method.look(3.0)
    assert method.took(3.1)
    composing[0] = False
    method.look(4.0)
    # Pressed before the end of the composition was noticed: this key ended it.
    assert method.took(3.9)
    assert not method.took(4.1)
    composing[0] = True
    method.look(5.0)
    assert not method.took(4.9)
    assert method.took(5.1)


@pytest.mark.window
@pytest.mark.parametrize("key", ["return", "escape", "tab"])
def test_a_key_that_ends_a_composition_does_nothing_on_the_page(responder, window, english, key):
    lab = responder()
    composing = [False]
    lab.devices.input_method = InputMethod(lambda: composing[0])
    handle = window.win.winHandle
    seen = []

    def begin():
        lab.devices.keys.press_key("n")()
        composing[0] = True

    def confirm():
        # Psychtoolbox gets the key in the same frame in which the window gets the text.
        lab.devices.keys.press_key(key)()
        composing[0] = False
        handle.dispatch_event("on_text", "你")

    def look():
        page = lab.page
        seen.append((page.done, page.overlay, page.focus.name, dict(page.form.answers)))

    at_flip(window, 2, lambda: handle.dispatch_event("on_text", "问"))
    at_flip(window, 4, begin)
    at_flip(window, 6, confirm)
    at_flip(window, 9, look)
    at_flip(window, 10, lambda: lab.devices.keys.press_key("return")())
    response = lab.respond(screen_of(english, "write.line"), {})
    assert seen == [("", None, "word", {"word": "问你"})]
    assert response.answers == {"word": "问你"}


def test_pyglet_turns_input_methods_off_on_linux(monkeypatch):
    monkeypatch.setattr(input_devices, "sys", SimpleNamespace(platform="linux"))
    assert not composing_in(None)()


@pytest.mark.parametrize(
    ("context", "length", "composes"),
    [(7, 4, True), (7, 0, False), (7, -1, False), (None, 4, False)],
)
def test_windows_is_asked_for_the_length_of_what_is_composed(
    monkeypatch, context, length, composes
):
    """Simulated: whether Windows answers like this can be tested only on Windows."""
    asked = []

    def function(answer):
        def call(*given):
            asked.append(given)
            return answer

        return call

    library = SimpleNamespace(
        ImmGetContext=function(context),
        ImmGetCompositionStringW=function(length),
        ImmReleaseContext=function(1),
    )
    monkeypatch.setattr(input_devices, "sys", SimpleNamespace(platform="win32"))
    monkeypatch.setattr(ctypes, "WinDLL", lambda name: {"imm32": library}[name], raising=False)
    assert composing_in(SimpleNamespace(_hwnd=3))() is composes
    assert asked == [(3,), (7, 8, None, 0), (3, 7)][: 3 if context else 1]
