"""What a collector may say when a session opens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import hand
import pytest

pytestmark = pytest.mark.browser
Serve = Callable[..., Any]


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
