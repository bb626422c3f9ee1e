"""The dial in the browser: the same samples as in the lab, by mouse and keys, in view while the content scrolls."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import hand
import numpy as np
import pytest
from places import begin
from stub import Stub

from experiments.measures.trace import Recording, Trace, samples
from experiments.screen import Ask

NAMES = ("felt", "felt.mean", "felt.peak", "felt.slope")
TRACES = """
const { answered, Recording } = await player("trace.js");
const main = (cases) => cases.map(([moves, end]) => {
  const recording = new Recording();
  for (const [seconds, value] of moves) recording.move(seconds, value);
  const asks = ["felt", "felt.mean", "felt.peak", "felt.slope"].map((measure) => ({ measure }));
  return answered(asks, ...recording.samples(end));
});
"""


def test_the_same_movements_give_the_same_answers_as_in_python(
    run_js: Callable[[str, Any], Any],
) -> None:
    rng = np.random.default_rng(3)
    cases: list[tuple[list[tuple[float, int]], float]] = [([], 5.0), ([(4.99, 3)], 5.0)]
    for _ in range(300):
        number, end = int(rng.integers(1, 80)), round(float(rng.uniform(0.2, 61)), 6)
        times = np.sort(rng.uniform(0, end, number)).tolist()
        cases.append((list(zip(times, rng.integers(0, 101, number).tolist(), strict=True)), end))
    asks = tuple(Ask(name) for name in NAMES)
    expected = []
    for moves, end in cases:
        recording = Recording()
        for seconds, value in moves:
            recording.move(seconds, value)
        expected.append(Trace.answered(asks, recording.trace(end)))
    assert run_js(TRACES, cases) == expected


@pytest.fixture
def long_dial(serve: Callable[..., Any]) -> Stub:
    """Return a page whose dial shows for a while below a long text."""
    stub = serve("static")
    file = stub.folder / "slots" / "0007.json"
    timeline = json.loads(file.read_text("utf-8"))
    screen = next(each for each in timeline["screens"] if each["id"] == "trace.short")
    screen |= {"at_least": 4.0, "at_most": 4.0}
    screen["asks"][0]["longest"] = 40
    screen["content"] += [{"type": "text", "text": "A long story. " * 900, "images": []}]
    file.write_text(json.dumps(timeline), "utf-8")
    made: Stub = stub
    return made


def test_a_dial_stays_in_view_and_follows_the_mouse(participant: Any, long_dial: Stub) -> None:
    page = begin(participant, long_dial, "trace.short")
    assert not page.locator(".skip").count()
    line = page.locator(".line")
    assert line.get_attribute("aria-valuenow") is None
    inside = "element => element.getBoundingClientRect().bottom <= innerHeight"
    assert line.evaluate(inside)
    page.mouse.wheel(0, 400)
    assert line.evaluate(inside)
    box = line.bounding_box()
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 0.2 * box["width"], y)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.8 * box["width"], y, steps=12)
    page.mouse.up()
    hand.wait_for_next(page, "trace.short")
    first, values = samples(long_dial.row_of("felt")["value"])
    assert first + len(values) == 40
    assert values == sorted(values)
    assert values[-1] == pytest.approx(80, abs=1)
    assert long_dial.row_of("felt.peak")["number"] == values[-1]
    assert long_dial.row_of("felt.mean")["number"] == pytest.approx(np.mean(values), abs=0.0006)
    assert {long_dial.row_of(name)["response_time"] for name in NAMES} == {4.0}


def test_keys_move_a_dial_from_the_beginning(participant: Any, long_dial: Stub) -> None:
    page = begin(participant, long_dial, "trace.short")
    line = page.locator(".line")
    assert line.evaluate("element => element === document.activeElement")

    def after(*keys: str) -> int:
        for key in keys:
            page.keyboard.press(key)
        return int(line.get_attribute("aria-valuenow") or -1)

    # The first arrow key puts the mark in the middle.
    assert after("ArrowRight") == 50
    assert after("ArrowRight", "ArrowRight", "ArrowLeft") == 51
    assert after("3") == 30
    # A key that is held down moves it faster.
    page.keyboard.down("ArrowLeft")
    page.keyboard.down("ArrowLeft")
    page.keyboard.up("ArrowLeft")
    assert after() == 26
    assert after("End") == 100
    # Up and down scroll the text.
    assert after("ArrowDown", "PageDown") == 100
    page.wait_for_function("() => scrollY > 0")


def test_a_dial_that_was_interrupted_begins_again(participant: Any, long_dial: Stub) -> None:
    page = begin(participant, long_dial, "trace.short")
    page.keyboard.press("9")
    page.wait_for_timeout(150)
    page.reload()
    assert hand.screen_of(page) == "trace.short"
    assert page.locator(".line").get_attribute("aria-valuenow") is None
    hand.move_dial(page, "2.0: 20 20 40")
    hand.wait_for_next(page, "trace.short")
    row = long_dial.row_of("felt")
    assert row["value"] == f"2.0: 20 20{' 40' * 18}"
    assert page.locator("form.screen.is-shown").count()


def test_a_dial_that_is_never_moved_has_no_answer(participant: Any, long_dial: Stub) -> None:
    page = begin(participant, long_dial, "trace.short")
    hand.wait_for_next(page, "trace.short")
    for name in NAMES:
        row = long_dial.row_of(name)
        assert (row["value"], row["number"], row["status"]) == (None, None, "skipped")
