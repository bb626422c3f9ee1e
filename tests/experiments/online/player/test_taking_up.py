"""A session is resumed where its rows end, also where some of them are missing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import contract
import every_kind

SCRIPT = """
const { draftsFor, takeUp } = await player("session.js");
const main = ({ timeline, server, local, next, drafts }) => {
  const { progress, partial } = takeUp(timeline, { participant: "p", session: "1" }, server, local, next);
  return {
    at: progress.at?.id ?? null,
    sequence: progress.sequence,
    partial,
    drafts: draftsFor(progress, drafts, partial),
  };
};
"""


def rows() -> list[dict[str, Any]]:
    """Return the rows of the whole walk."""
    return contract.rows_of("en", contract.walks("en")["answered"])


def taken_up(run_js: Callable[[str, Any], Any], **given: Any) -> Any:
    """Resume a session in node."""
    base = {
        "timeline": every_kind.build("en").to_json(),
        "server": [],
        "local": [],
        "next": 0,
        "drafts": None,
    }
    return run_js(SCRIPT, {**base, **given})


def first_of(screen: str) -> int:
    """Return the sequence of the first row of a screen."""
    return next(row["sequence"] for row in rows() if row["screen"] == screen)


def test_rows_of_server_and_browser_are_joined(run_js: Callable[[str, Any], Any]) -> None:
    every = rows()
    found = taken_up(run_js, server=every[:6], local=every[4:9], next=6)
    assert (found["at"], found["sequence"]) == (every[9]["screen"], 9)


def test_a_screen_of_which_rows_are_missing_is_shown_again(
    run_js: Callable[[str, Any], Any],
) -> None:
    begin = first_of("rate.feelings")
    found = taken_up(run_js, server=rows()[: begin + 3], next=begin + 3)
    assert (found["at"], found["sequence"]) == ("rate.feelings", begin)
    assert found["partial"] == {"feeling1": 5, "feeling2": 4, "feeling3": 3}


def test_of_a_screen_that_was_left_by_back_only_answers_come_back(
    run_js: Callable[[str, Any], Any],
) -> None:
    begin = first_of("split.ten")
    found = taken_up(run_js, server=rows()[: begin + 2], next=begin + 2)
    assert (found["at"], found["sequence"]) == ("split.ten", begin)
    assert found["partial"] == {"pools.a": 4}
    # With all of its rows, the session is at the screen before, with the answers that it had.
    found = taken_up(run_js, server=rows()[: begin + 3], next=begin + 3)
    assert (found["at"], found["partial"]) == ("rank.four", {})


def test_rows_beyond_a_gap_keep_their_numbers(run_js: Callable[[str, Any], Any]) -> None:
    every = rows()
    found = taken_up(run_js, server=[*every[:5], *every[7:9]], next=9)
    assert (found["at"], found["sequence"]) == (every[5]["screen"], 9)


def test_drafts_of_another_screen_are_not_used(run_js: Callable[[str, Any], Any]) -> None:
    begin = first_of("choose.3")
    here = {"screen": "choose.3", "visit": 1, "answers": {"thought": "o2"}}
    assert taken_up(run_js, server=rows()[:begin], drafts=here)["drafts"] == {"thought": "o2"}
    assert taken_up(run_js, server=rows()[: begin + 1], drafts=here)["drafts"] == {}


def test_a_session_at_its_end_has_no_screen(run_js: Callable[[str, Any], Any]) -> None:
    assert taken_up(run_js, server=rows())["at"] is None
