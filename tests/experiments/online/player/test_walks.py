"""The scripted walks through every kind of screen give the committed rows, by mouse and by keyboard."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import contract
import hand
import pytest
from stub import Stub

from experiments.schema import faults_of

pytestmark = [pytest.mark.browser, pytest.mark.slow]
ROWS = Path(contract.__file__).parent

#: Nothing is drawn at random in the browser: once screens are shown, any attempt is an error of the page.
NOTHING_RANDOM = """{
  const random = Math.random;
  Math.random = () => {
    if (document.querySelector("form.screen")) throw new Error("the page draws at random");
    return random();
  };
}"""


def walk_through(page: Any, walk: contract.Walk, keyboard: bool) -> None:
    """Answer screen after screen until the session has ended."""
    visits: dict[str, int] = {}
    while True:
        screen = hand.screen_of(page)
        visits[screen] = visits.get(screen, 0) + 1
        given = walk[screen][visits[screen] - 1] if screen in walk else {}
        hand.respond(page, given, keyboard)
        hand.wait_for_next(page, screen)
        if page.locator("main.plain").count():
            return


def committed(language: str, walk: str) -> list[dict[str, Any]]:
    """Return the rows that every renderer gives for a walk."""
    path = ROWS / f"every_kind.{language}.rows.json"
    return json.loads(path.read_text("utf-8"))[walk]["rows"]


@pytest.mark.parametrize(
    ("language", "walk", "width", "keyboard"),
    [
        ("en", "answered", 1024, False),
        ("en", "skipped", 375, False),
        ("en", "declined", 1024, True),
        ("en", "left", 768, True),
        ("he", "answered", 375, False),
        ("he", "skipped", 1024, True),
        ("zh", "answered", 1280, True),
    ],
)
def test_a_walk_gives_the_committed_rows(
    context: Any, stub: Stub, language: str, walk: str, width: int, keyboard: bool
) -> None:
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": 720})
    page.add_init_script(NOTHING_RANDOM)
    page.goto(f"{stub.address}?lang={language}")
    walk_through(page, contract.walks(language)[walk], keyboard)
    page.wait_for_function("() => document.querySelector('main.plain h1')")
    page.get_by_text(
        {"en": "Thank you", "he": "תודה", "zh": "谢谢"}[language], exact=True
    ).wait_for()
    rows = stub.rows()
    assert [contract.without_clocks(row) for row in rows] == committed(language, walk)
    assert [fault for row in rows for fault in faults_of(row)] == []
    assert {row["renderer"] for row in rows} == {"browser"}
    contract.check_times(rows)
    contract.check_onsets(rows)
    device = "keyboard" if keyboard else "mouse"
    assert rows[-1]["clock"].endswith(device)
    assert stub.the_session().outcome == {"answered": "complete", "skipped": "ineligible"}.get(
        walk, walk
    )
