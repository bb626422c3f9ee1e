"""JATOS: against a stub written from its documented functions, never JATOS itself."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import hand
import pytest
from declining import MANY, PROLIFIC, assert_rows, decline, wait_until

pytestmark = pytest.mark.browser
Serve = Callable[..., Any]


def stored(page: Any, name: str) -> Any:
    """Return what the stub of JATOS keeps under a name."""
    return json.loads(page.evaluate(f"localStorage.getItem('stub:{name}')") or "null")


def test_jatos_takes_a_slot_keeps_every_row_and_leads_back(serve: Serve, participant: Any) -> None:
    stub = serve("jatos", recruitment=PROLIFIC, slots=[{"slot": 7}, {"slot": 9}])
    page = participant.new_page()
    page.goto(stub.address + "?lang=en&PROLIFIC_PID=abc")
    assert hand.screen_of(page) == "welcome"
    hand.respond(page, {})
    hand.wait_for_next(page, "welcome")
    assert stub.taken() == {"7": "31"}
    page.reload()
    assert hand.screen_of(page) == "consent.text"
    assert stub.taken() == {"7": "31"}
    decline(page)
    page.wait_for_url("https://app.prolific.com/submissions/complete?cc=D1")
    page.goto(stub.address + "player.css")
    lines = [json.loads(line) for line in stored(page, "result").splitlines()]
    assert_rows([line for line in lines if "sequence" in line])
    assert stored(page, "ended") == ["without", True, "declined"]


def test_jatos_that_fails_for_a_while_loses_nothing(serve: Serve, participant: Any) -> None:
    stub = serve("jatos")
    page = participant.new_page()
    page.goto(stub.address + "?lang=en")
    hand.screen_of(page)
    page.evaluate("localStorage.setItem('stub:failures', '3')")
    decline(page)
    page.get_by_role("heading", name="Thank you").wait_for()
    lines = [json.loads(line) for line in stored(page, "result").splitlines()]
    assert_rows([line for line in lines if "sequence" in line])
    assert stored(page, "ended") == ["with", True, "declined"]


def test_jatos_gives_the_next_free_slot_and_says_when_there_is_none(
    serve: Serve, participant: Any
) -> None:
    stub = serve("jatos", slots=MANY)
    stub.slots = {"3": {"study_result": "29"}}
    page = participant.new_page()
    page.goto(stub.address + "?lang=en")
    hand.screen_of(page)
    assert stub.taken() == {"3": "29", "7": "31"}
    stub.slots = {str(number): {"study_result": "29"} for number in (3, 7, 9)}
    page.evaluate("localStorage.removeItem('stub:session')")
    page.reload()
    page.get_by_role("heading", name="The study is full").wait_for()
    assert page.get_by_role("button").count() == 0


def test_jatos_leads_back_from_a_full_study_where_there_is_a_code_for_it(
    serve: Serve, participant: Any
) -> None:
    codes = {"complete": "C1", "full": "F1"}
    stub = serve("jatos", recruitment={**PROLIFIC, "codes": codes}, slots=[])
    page = participant.new_page()
    page.goto(stub.address + "?lang=en&PROLIFIC_PID=abc")
    page.get_by_role("heading", name="The study is full").wait_for()
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url("https://app.prolific.com/submissions/complete?cc=F1")


def test_jatos_refuses_the_patch_of_a_second_participant_and_gives_the_next_slot(
    serve: Serve, participant: Any
) -> None:
    stub = serve("jatos", slots=MANY)
    first, second = participant.new_page(), participant.new_page()
    first.goto(stub.address + "?lang=en&worker=41")
    hand.screen_of(first)
    stub.knows_nothing.add("42")
    second.goto(stub.address + "?lang=en&worker=42")
    hand.screen_of(second)
    assert stub.taken() == {"3": "41", "7": "42"}
    assert stub.refused == 1
    assert stored(second, "session:42")["compassion"]["slot"] == 7


def test_jatos_gives_each_of_many_simultaneous_participants_a_slot(
    serve: Serve, participant: Any
) -> None:
    stub = serve("jatos", slots=[{"slot": number} for number in range(1, 7)])
    pages = [participant.new_page() for _ in range(6)]
    pages[0].goto(stub.address + "player.css")
    for number, page in enumerate(pages):
        page.evaluate(f"location.href = '{stub.address}?lang=en&worker={50 + number}'")
    for page in pages:
        hand.screen_of(page)
    assert sorted(stub.taken()) == [str(number) for number in range(1, 7)]
    assert sorted(stub.taken().values()) == [str(50 + number) for number in range(6)]


def test_jatos_starts_again_in_the_same_slot_where_the_browser_has_lost_the_answers(
    serve: Serve, participant: Any
) -> None:
    stub = serve("jatos", slots=MANY)
    page = participant.new_page()
    page.goto(stub.address + "?lang=en")
    hand.respond(page, {})
    hand.wait_for_next(page, "welcome")
    wait_until(lambda: stored(page, "result"))
    page.evaluate(
        """Object.keys(localStorage).filter((key) => key.startsWith("compassion:"))
          .forEach((key) => localStorage.removeItem(key))"""
    )
    page.reload()
    assert hand.screen_of(page) == "welcome"
    decline(page)
    page.get_by_role("heading", name="Thank you").wait_for()
    assert stub.taken() == {"3": "31"}
    lines = [json.loads(line) for line in stored(page, "result").splitlines()]
    rows: dict[str, list[dict[str, Any]]] = {"jatos-31-1": [], "jatos-31-2": []}
    for line in lines:
        if "sequence" in line:
            rows[line["session"]].append(line)
    assert [row["screen"] for row in rows["jatos-31-1"]] == ["welcome"]
    assert_rows(rows["jatos-31-2"])
    assert len({row["participant"] for each in rows.values() for row in each}) == 1


def test_jatos_takes_no_second_slot_when_an_answer_is_lost(serve: Serve, participant: Any) -> None:
    stub = serve("jatos", slots=MANY)
    stub.lost_answers = 1
    page = participant.new_page()
    page.goto(stub.address + "player.css")
    page.evaluate("localStorage.setItem('stub:failures', '1')")
    page.goto(stub.address + "?lang=en")
    page.get_by_role("button", name="Try again").click()
    assert hand.screen_of(page) == "welcome"
    assert stub.taken() == {"3": "31"}


def test_jatos_that_does_not_note_the_end_keeps_nobody_from_the_credit(
    serve: Serve, participant: Any
) -> None:
    stub = serve("jatos", recruitment=PROLIFIC)
    page = participant.new_page()
    page.goto(stub.address + "?lang=en&PROLIFIC_PID=5f1e2d3c4b")
    hand.screen_of(page)
    page.evaluate("localStorage.setItem('stub:end_failures', '9')")
    decline(page)
    page.wait_for_url("https://app.prolific.com/submissions/complete?cc=D1")
    page.goto(stub.address + "player.css")
    lines = [json.loads(line) for line in stored(page, "result").splitlines()]
    assert_rows([line for line in lines if "sequence" in line])
    assert stored(page, "ended") is None
    assert "5f1e2d3c4b" not in stored(page, "result")


def test_a_page_that_was_not_opened_from_jatos_says_so(serve: Serve, participant: Any) -> None:
    stub = serve("jatos")
    page = participant.new_page()
    page.route("**/jatos.js", lambda route: route.fulfill(status=404))
    page.goto(stub.address + "?lang=en")
    page.get_by_text("open the study by its link in JATOS").wait_for()
    assert stub.taken() == {}
