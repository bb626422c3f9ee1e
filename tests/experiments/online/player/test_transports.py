"""The file without a server, and what a collector may say when a session opens."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import hand
import pytest
from declining import MANY, assert_rows, decline

pytestmark = pytest.mark.browser
Serve = Callable[..., Any]


def test_a_link_without_a_slot_is_told(serve: Serve, participant: Any) -> None:
    stub = serve("download", slots=MANY)
    page = participant.new_page()
    page.goto(stub.address + "?lang=en")
    page.get_by_text("open the page with ?slot= and a number from 3 to 9").wait_for()


def test_without_a_server_the_answers_are_a_file(serve: Serve, participant: Any) -> None:
    stub = serve("download", simulated=True)
    page = participant.new_page()
    page.goto(stub.address + "?lang=en&slot=7")
    hand.screen_of(page)
    assert page.get_by_text("SIMULATED DATA").is_visible()
    with page.expect_download() as saved:
        decline(page)
    rows = [json.loads(line) for line in saved.value.path().read_text("utf-8").splitlines()]
    assert_rows(rows)
    assert {row["simulated"] for row in rows} == {True}
    assert saved.value.suggested_filename == f"every_kind_{rows[0]['session']}.jsonl"


def test_our_collector_may_say_full_preview_or_a_fault(serve: Serve, participant: Any) -> None:
    stub = serve("static")
    page = participant.new_page()
    page.goto(stub.address + "?lang=en&PROLIFIC_PID={{%25PROLIFIC_PID%25}}")
    page.get_by_text("is the placeholder {{%PROLIFIC_PID%}}").wait_for()
    page.goto(stub.address + "?lang=en&assignmentId=ASSIGNMENT_ID_NOT_AVAILABLE&hitId=h")
    page.get_by_role("heading", name="This is a preview").wait_for()
    assert stub.sessions == {}
    reply = {
        "error": "no slot is free",
        "redirect": "https://app.prolific.com/x?cc=F",
        "form": None,
    }
    page.route("**/api/sessions", lambda route: route.fulfill(status=409, json=reply))
    page.goto(stub.address + "?lang=en&PROLIFIC_PID=abc")
    page.get_by_role("heading", name="The study is full").wait_for()
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url("https://app.prolific.com/x?cc=F")
    page.unroute("**/api/sessions")
    stub.failing = {"sessions"}
    page.goto(stub.address + "?lang=en&PROLIFIC_PID=abc")
    page.get_by_text("the stub fails").wait_for()
    stub.failing = set()
    page.get_by_role("button", name="Try again").click()
    assert hand.screen_of(page) == "welcome"
