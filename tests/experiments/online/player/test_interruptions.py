"""Nothing is lost or doubled by a refresh, a lost network, a closed tab, a second window, a long absence."""

from __future__ import annotations

from typing import Any

import hand
import pytest
from arrived import assert_whole, last, names_of_events, settled
from places import LINK, begin, go, start
from stub import Stub

pytestmark = pytest.mark.browser


def test_a_refresh_goes_on_at_the_same_screen_with_what_was_begun(context: Any, stub: Stub) -> None:
    page = begin(context, stub, "choose.2")
    hand.answer(page, "thought", "o2")
    page.reload()
    assert hand.screen_of(page) == "choose.2"
    assert page.get_by_text("Welcome back").is_visible()
    assert page.locator('input[data-value="o2"]').is_checked()
    hand.go_on(page)
    hand.wait_for_next(page, "choose.2")
    settled(stub, lambda: last(stub) == "choose.2", page)
    row = stub.rows()[-1]
    assert (row["value"], row["response_time"]) == ("o2", None)
    assert_whole(stub)
    assert list(stub.sessions) == ["abc"]


def test_text_and_skips_of_a_half_answered_screen_come_back(context: Any, stub: Stub) -> None:
    page = begin(context, stub, "mark.2")
    hand.answer(page, "line1", 37)
    hand.answer(page, "line2", None)
    page.reload()
    assert hand.screen_of(page) == "mark.2"
    assert hand.item(page, "line1").locator(".line").get_attribute("aria-valuenow") == "37"
    assert hand.item(page, "line2").locator(".skip").get_attribute("aria-pressed") == "true"
    hand.go_on(page)
    hand.wait_for_next(page, "mark.2")
    settled(stub, lambda: last(stub) == "mark.2", page)
    assert [row["number"] for row in stub.rows()[-2:]] == [37, None]


def test_offline_for_some_screens_loses_nothing(context: Any, stub: Stub) -> None:
    page = begin(context, stub, "choose.2")
    context.set_offline(True)
    go(page, "choose.5")
    page.get_by_text("You are offline").wait_for()
    assert last(stub) == "read.sound"
    context.set_offline(False)
    settled(stub, lambda: last(stub) == "choose.4", page)
    page.get_by_text("You are offline").wait_for(state="detached")
    assert_whole(stub)


def test_a_tab_closed_while_the_server_fails_delivers_by_beacon(context: Any, stub: Stub) -> None:
    page = begin(context, stub, "choose.2")
    stub.failing = {"rows", "drafts", "events"}
    go(page, "choose.4")
    hand.answer(page, "thought", "o3")
    page.close(run_before_unload=True)
    other = start(context, stub)
    settled(stub, lambda: last(stub) == "choose.3", other)
    assert stub.beacons >= 1
    assert hand.screen_of(other) == "choose.4"
    assert other.locator('input[data-value="o3"]').is_checked()
    begun = {"screen": "choose.4", "visit": 1, "answers": {"thought": "o3"}}
    settled(stub, lambda: stub.the_session().drafts == begun, other)
    assert_whole(stub)


def test_rows_that_never_arrived_are_sent_by_the_next_visit(context: Any, stub: Stub) -> None:
    page = begin(context, stub, "choose.2")
    stub.failing = {"rows", "drafts", "events", "beacon"}
    go(page, "choose.4")
    page.close()
    assert last(stub) == "read.sound"
    stub.failing = set()
    other = start(context, stub)
    assert hand.screen_of(other) == "choose.4"
    settled(stub, lambda: last(stub) == "choose.3", other)
    assert_whole(stub)


def test_another_device_goes_on_from_what_the_server_has(
    browser: Any, context: Any, stub: Stub
) -> None:
    page = begin(context, stub, "choose.3")
    hand.answer(page, "thought", "o1")
    page.close(run_before_unload=True)
    device = browser.new_context()
    device.set_default_timeout(hand.PATIENCE)
    other = device.new_page()
    settled(stub, lambda: stub.the_session().drafts is not None, other)
    other.goto(stub.address + LINK)
    assert hand.screen_of(other) == "choose.3"
    assert other.locator('input[data-value="o1"]').is_checked()
    assert list(stub.sessions) == ["abc"]
    device.close()


def test_of_two_windows_the_later_one_continues_the_study(context: Any, stub: Stub) -> None:
    first = begin(context, stub, "choose.2")
    hand.answer(first, "thought", "o1")
    second = start(context, stub)
    assert hand.screen_of(second) == "choose.2"
    first.get_by_role("heading", name="The study is open in another window").wait_for()
    go(second, "choose.4")
    first.get_by_role("button", name="Continue here").click()
    assert hand.screen_of(first) == "choose.4"
    second.get_by_role("heading", name="The study is open in another window").wait_for()
    go(first, "choose.5")
    settled(stub, lambda: last(stub) == "choose.4", first)
    assert_whole(stub)
    assert len(stub.sessions) == 1


def test_back_and_forward_end_at_the_same_screen(context: Any, stub: Stub) -> None:
    page = context.new_page()
    page.goto(stub.address + "slots/0007.json")
    page.goto(stub.address + LINK)
    go(page, "consent.agree")
    page.go_back()
    page.go_forward()
    assert hand.screen_of(page) == "consent.agree"
    go(page, "read.one")
    settled(stub, lambda: last(stub) == "consent.agree", page)
    assert_whole(stub)


@pytest.mark.parametrize("choice", ["Continue the study", "Leave the study"])
def test_a_participant_who_returns_after_a_day_is_asked(
    context: Any, stub: Stub, choice: str
) -> None:
    page = begin(context, stub, "choose.2")
    go(page, "choose.3")
    page.close()
    other = context.new_page()
    other.clock.install()
    other.clock.fast_forward("25:00:00")
    other.goto(stub.address + LINK)
    other.get_by_role("heading", name="Welcome back").wait_for()
    assert other.locator("form.screen").count() == 0
    other.get_by_role("button", name=choice).click()
    other.clock.run_for(1000)
    assert hand.screen_of(other) == ("choose.3" if choice == "Continue the study" else "left")
    settled(stub, lambda: "late_return" in names_of_events(stub), other)


def test_the_server_may_ask_too(context: Any, stub: Stub) -> None:
    page = begin(context, stub, "choose.2")
    stub.state = "away"
    page.reload()
    page.get_by_role("heading", name="Welcome back").wait_for()


def test_afterwards_no_answers_stay_behind_and_the_way_back_is_kept(
    context: Any, stub: Stub
) -> None:
    page = begin(context, stub, "consent.agree")
    hand.respond(page, {"consent": "no"})
    hand.wait_for_next(page, "consent.agree")
    hand.go_on(page)
    page.get_by_role("heading", name="Thank you").wait_for()
    kept = page.evaluate("() => Object.keys(localStorage)")
    assert {key.rsplit(":", 1)[1] for key in kept} == {"kept", "finished"}
    page.reload()
    page.get_by_role("heading", name="Thank you").wait_for()
    assert len(stub.rows()) == 4


def test_pauses_are_left_out_of_response_times_and_noted(context: Any, stub: Stub) -> None:
    page = context.new_page()
    page.clock.install()
    page.goto(stub.address + LINK)
    hand.screen_of(page)
    page.get_by_role("button", name="Pause").click()
    page.get_by_role("dialog").wait_for()
    page.clock.fast_forward("02:00:00")
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="detached")
    hand.respond(page, {})
    hand.wait_for_next(page, "welcome")
    settled(stub, lambda: last(stub) == "welcome", page)
    assert stub.rows()[0]["response_time"] < 3600
    settled(stub, lambda: "pause" in names_of_events(stub), page)
    # Rows that a slow server has not acknowledged are sent again; they count once.
    events = stub.the_session().events
    (pause,) = {each["time"]: each for each in events if each["event"] == "pause"}.values()
    assert pause["detail"]["seconds"] >= 7200


def test_a_participant_may_stay(context: Any, stub: Stub) -> None:
    page = start(context, stub)
    hand.screen_of(page)
    page.get_by_role("button", name="Leave the study").click()
    page.get_by_role("button", name="No, continue").click()
    assert page.evaluate("document.activeElement.className") == "leave"
    assert hand.screen_of(page) == "welcome"


def test_a_participant_who_closes_the_window_at_the_last_screen_has_finished(
    context: Any, stub: Stub
) -> None:
    page = begin(context, stub, "consent.agree")
    hand.respond(page, {"consent": "no"})
    hand.wait_for_next(page, "consent.agree")
    settled(stub, lambda: stub.the_session().outcome == "declined", page)
    page.reload()
    assert hand.screen_of(page) == "declined"


def test_a_script_that_does_not_come_is_reported(browser: Any, stub: Stub) -> None:
    made = browser.new_context()
    made.set_default_timeout(hand.PATIENCE)
    page = made.new_page()
    page.route("**/player.js", lambda route: route.abort())
    page.goto(stub.address + LINK)
    page.get_by_text("player.js could not be loaded").wait_for()
    page.unroute("**/player.js")
    page.get_by_role("button", name="Try again").click()
    assert hand.screen_of(page) == "welcome"
    made.close()
