"""The inputs that the window's events are turned into."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from experiments.lab.inputs import Caret, Typed

pytestmark = pytest.mark.window


@pytest.fixture
def devices(window: Any) -> Iterator[Any]:
    from experiments.lab.input_devices import InputDevices

    made = InputDevices(window)
    made.take()
    yield made
    made.close()


@pytest.fixture
def inputs_of(devices, window):
    """Return a function that dispatches events of pyglet and returns the resulting inputs."""

    def dispatch(*events):
        for event in events:
            window.win.winHandle.dispatch_event(*event)
        window.flip()
        return [
            event.text if isinstance(event, Typed) else (event.motion, event.select)
            for event in devices.take()
            if isinstance(event, (Typed, Caret))
        ]

    return dispatch


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        (["a", "\ud83d", "\ude00", "b"], ["a", "😀", "b"]),
        (["\ud83d", "a"], ["a"]),
        (["a", "\ude00", "b"], ["a", "b"]),
        (["👍🏽"], ["👍🏽"]),
    ],
)
def test_emoji_that_windows_types_in_halves_are_joined(inputs_of, typed, text):
    assert inputs_of(*(("on_text", part) for part in typed)) == text


def test_keys_that_move_and_select(inputs_of):
    from pyglet.window import key

    assert inputs_of(
        ("on_text_motion", key.MOTION_NEXT_WORD),
        ("on_text_motion_select", key.MOTION_PREVIOUS_WORD),
        ("on_text_motion", key.MOTION_END_OF_FILE),
        ("on_text_motion_select", key.MOTION_UP),
        ("on_text_motion", key.MOTION_NEXT_PAGE),
    ) == [("word right", False), ("word left", True), ("finish", False), ("up", True)]


def test_shortcuts_of_texts_and_no_clipboard(inputs_of):
    from pyglet.window import key

    control = key.MOD_ACCEL
    assert inputs_of(
        ("on_key_press", key.Z, control),
        ("on_key_press", key.Z, control | key.MOD_SHIFT),
        ("on_key_press", key.Y, control),
        ("on_key_press", key.A, control),
        ("on_key_press", key.Z, 0),
        *(("on_key_press", each, control) for each in (key.C, key.X, key.V)),
    ) == [("undo", False), ("redo", False), ("redo", False), ("all", False)]


@pytest.mark.parametrize("ended_by", [("on_key_release", "RALT", 0), ("on_deactivate",)])
def test_a_letter_typed_with_altgr_is_no_shortcut(inputs_of, ended_by):
    from pyglet.window import key

    name, *given = ended_by
    end = (name, key.RALT, 0) if given else (name,)
    assert inputs_of(
        # As on Windows: AltGr is Ctrl and Alt, and the letter comes with Ctrl alone.
        ("on_key_press", key.LCTRL, key.MOD_CTRL),
        ("on_key_press", key.RALT, key.MOD_CTRL),
        ("on_key_press", key.A, key.MOD_ACCEL),
        ("on_text", "ą"),
    ) == ["ą"]
    assert inputs_of(end, ("on_activate",), ("on_key_press", key.A, key.MOD_ACCEL)) == [
        ("all", False)
    ]
