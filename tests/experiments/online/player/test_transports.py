"""A collector's possible answers to the opening of a session."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import hand
import pytest
from declining import PROLIFIC

pytestmark = pytest.mark.browser
Serve = Callable[..., Any]

TITLES = {
    "en": "Please open the study from Prolific",
    "he": "נא לפתוח את המחקר מתוך Prolific",
    "zh": "请从 Prolific 打开本研究",
}


@pytest.mark.parametrize("target", ["static", "jatos", "pavlovia"])
def test_a_participant_from_elsewhere_is_shown_where_to_open_the_study(
    serve: Serve, participant: Any, target: str
) -> None:
    stub = serve(target, recruitment=PROLIFIC)
    page = participant.new_page()
    for language, title in TITLES.items():
        page.goto(stub.address + f"?lang={language}&slot=7")
        page.get_by_role("heading", name=title).wait_for()
        assert not page.get_by_role("button").count()
    page.goto(stub.address + "?lang=en&slot=7&PROLIFIC_PID=abc")
    assert hand.screen_of(page) == "welcome"


def test_our_collector_may_say_full_preview_or_a_fault(serve: Serve, participant: Any) -> None:
    stub = serve("static")
    page = participant.new_page()
    page.goto(stub.address + "?lang=en&PROLIFIC_PID={{%25PROLIFIC_PID%25}}")
    page.get_by_text("is still the placeholder {{%PROLIFIC_PID%}}").wait_for()
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
