"""Chromium against the real server, both really killed: no finished answer is lost or doubled."""

from __future__ import annotations

import json
import os
import shutil
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import contract
import hand
import httpx
import pytest
from playwright.sync_api import Error
from real_server import Server
from small_pages import export, study_of

from experiments.online.collector import give

pytestmark = [pytest.mark.browser, pytest.mark.slow]
WALK = contract.walks("en")["answered"]
EXPECTED = contract.rows_of("en", WALK)
#: Columns that the collector fills in itself.
DRAWN = ("participant", "session", "simulated")
LINK = "/?lang=en&PROLIFIC_PID=abc"
PATIENCE_S = 60


@pytest.fixture
def study(modules: Path, tmp_path: Path) -> Iterator[Server]:
    """Return the real server with every kind of screen, for participants of Prolific."""
    recruitment = {"source": "prolific", "codes": {"complete": "DONE"}}
    folder = export(tmp_path / "export", "static", recruitment=recruitment)
    content = study_of("static", recruitment=recruitment, slots=[{"slot": 7}])
    (folder / "study.json").write_text(json.dumps(content))
    made = Server(folder, str(tmp_path / "study.sqlite")).start()
    yield made
    made.client.close()
    made.kill()


def answer_up_to(server: Server, screen: str) -> None:
    """Store answers to all screens before one, as given at some earlier time."""
    opened = server.open(recruitment={"source": "prolific", "id": "abc"}, language="en")
    identity = {name: opened[name] for name in ("participant", "session")}
    identity["code_version"] = opened["timeline"]["code_version"]
    own = {
        **identity,
        "simulated": False,
        "renderer": "browser",
        "clock": "earlier",
        "time": "earlier",
    }
    clocks = {"onset": 0.0, "response_time": None}
    until = next(place for place, row in enumerate(EXPECTED) if row["screen"] == screen)
    rows = [{**row, **clocks, **own} for row in EXPECTED[:until]]
    assert server.post(opened, "rows", rows=rows).json()["rejected"] == []


def go(page: Any, until: str = "", visits: Counter[str] | None = None) -> None:
    """Answer as scripted until a screen is shown, or to the end; ``visits`` counts how often each screen was answered before."""
    visits = Counter() if visits is None else visits
    while (screen := hand.screen_of(page)) != until:
        answers = WALK.get(screen, [{}])
        hand.respond(page, answers[min(visits[screen], len(answers) - 1)])
        visits[screen] += 1
        if screen == EXPECTED[-1]["screen"]:
            return  # The page is being redirected to Prolific, which cannot be reached here.
        hand.wait_for_next(page, screen)


def eventually(page: Any, holds: Callable[[], bool], what: str) -> None:
    """Wait until something holds, however slow the machine is; meanwhile the page keeps running."""
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < deadline, what
        page.wait_for_timeout(50)


def last_screen(server: Server) -> str:
    """Return the screen of the last row that is on the server's disk."""
    return str(give(server.database).rows[-1]["screen"])


def assert_whole(page: Any, server: Server) -> None:
    """Wait for the last row, and compare all with those of an undisturbed walk."""
    eventually(page, lambda: len(give(server.database).rows) == len(EXPECTED), "all rows came")
    back = server.open(recruitment={"source": "prolific", "id": "abc"})
    assert back["state"] == "finished"
    assert back["redirect"] == "https://app.prolific.com/submissions/complete?cc=DONE"
    given = give(server.database)
    (session,) = given.sessions
    assert (session["slot"], session["outcome"], session["confirmed"]) == (7, "complete", True)
    rows = [contract.without_clocks(row) for row in given.rows]
    strip = [{name: row[name] for name in row if name not in DRAWN} for row in rows]
    assert strip == [{name: row[name] for name in row if name not in DRAWN} for row in EXPECTED]
    assert [line["what"] for line in given.allocation] == ["taken", "completed"]


@pytest.fixture
def context(browser: Any, study: Server) -> Iterator[Any]:
    """Return a participant's browser that can reach only the server, under its real policy."""
    made = browser.new_context(viewport={"width": 1024, "height": 768})
    made.set_default_timeout(hand.PATIENCE)
    faults: list[str] = []
    made.on("weberror", lambda fault: faults.append(str(fault.error)))
    made.on(
        "console",
        lambda message: faults.append(message.text) if "Content Security" in message.text else None,
    )
    yield made
    made.close()
    assert faults == []


def test_a_participant_with_a_failing_connection_has_the_rows_of_an_undisturbed_one(
    context: Any, study: Server
) -> None:
    address = f"http://127.0.0.1:{study.port}{LINK}"
    page = context.new_page()
    page.goto(address)
    go(page, "choose.2")
    study.kill()  # As a power cut would: two answers wait in the browser.
    go(page, "choose.4")
    page.get_by_text("You are offline").wait_for()
    study.start()
    page.get_by_text("You are offline").wait_for(state="detached", timeout=1000 * PATIENCE_S)
    eventually(page, lambda: last_screen(study) == "choose.3", "the rows came back")
    hand.answer(page, "thought", "o4")
    page.reload()
    assert hand.screen_of(page) == "choose.4"
    assert page.locator('input[data-value="o4"]').is_checked()
    go(page, "choose.6")
    page.goto("about:blank")
    page.go_back()
    go(page, "choose.7")
    context.set_offline(True)
    go(page, "choose.pictures.2")
    context.set_offline(False)
    other = context.new_page()
    other.goto(address)
    go(other, "check.units")
    page.get_by_role("heading", name="The study is open in another window").wait_for()
    study.kill()
    other.close(run_before_unload=True)  # Its beacon reaches no server.
    study.start()
    page.get_by_role("button", name="Continue here").click()
    go(page)
    assert_whole(page, study)


def test_doubled_posts_are_kept_once(context: Any, study: Server) -> None:
    answer_up_to(study, "rate.feelings")
    doubled = Counter()

    def twice(route: Any) -> None:
        request = route.request
        headers = {"Authorization": request.headers["authorization"]}
        answer = httpx.post(
            request.url, content=request.post_data_buffer, headers=headers, timeout=PATIENCE_S
        )
        doubled[answer.status_code] += 1
        route.continue_()

    context.route("**/api/rows", twice)
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{study.port}{LINK}")
    go(page)
    assert set(doubled) == {200}
    assert_whole(page, study)


def test_a_lost_answer_of_the_server_is_asked_for_again(context: Any, study: Server) -> None:
    answer_up_to(study, "rate.feelings")
    lost = Counter()

    def unheard(route: Any) -> None:
        """The server keeps the rows, and its answer gets lost on the way."""
        if lost["rows"] >= 2:
            route.continue_()
            return
        lost["rows"] += 1
        request = route.request
        headers = {"Authorization": request.headers["authorization"]}
        httpx.post(
            request.url, content=request.post_data_buffer, headers=headers, timeout=PATIENCE_S
        )
        route.abort()

    context.route("**/api/rows", unheard)
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{study.port}{LINK}")
    go(page)
    assert lost["rows"] == 2
    assert_whole(page, study)


def chromium_of(profile: Path) -> int:
    """Return the process of the browser that has a profile."""
    argument = f"--user-data-dir={profile}".encode()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:  # It has just ended.
            continue
        if argument in words and not any(word.startswith(b"--type=") for word in words):
            return int(folder.name)
    raise AssertionError("the browser is not there")


@pytest.fixture
def people(browser: Any, tmp_path: Path) -> Iterator[Callable[[], Any]]:
    """Open one and the same person's browser, which keeps its profile on the disk."""
    opened: list[Any] = []
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))))

    def open_again() -> Any:
        opened.append(
            browser.browser_type.launch_persistent_context(
                tmp_path / "profile",
                executable_path=program,
                args=["--no-sandbox", "--disable-gpu", "--no-first-run"],
                timeout=hand.PATIENCE,
            )
        )
        opened[-1].set_default_timeout(hand.PATIENCE)
        return opened[-1]

    yield open_again
    for context in opened:
        try:
            context.close()
        except Error:  # It has been killed.
            continue


def kill_browser(context: Any, profile: Path) -> None:
    """End a browser as a power cut would."""
    over: list[bool] = []
    context.on("close", lambda _: over.append(True))
    os.kill(chromium_of(profile), signal.SIGKILL)
    deadline = time.monotonic() + PATIENCE_S
    while not over:
        assert time.monotonic() < deadline, "the browser does not die"
        try:
            context.pages[0].wait_for_timeout(100)
        except (Error, IndexError):
            break
    (profile / "SingletonLock").unlink(missing_ok=True)


def test_a_killed_browser_goes_on_at_the_right_screen(
    people: Callable[[], Any], study: Server, tmp_path: Path
) -> None:
    answer_up_to(study, "rate.feelings")
    address = f"http://127.0.0.1:{study.port}{LINK}"
    context = people()
    page = context.pages[0]
    page.goto(address)
    go(page, "rate.required")
    eventually(page, lambda: last_screen(study) == "rate.seven", "the answers came")
    kill_browser(context, tmp_path / "profile")
    page = people().pages[0]
    page.goto(address)
    assert hand.screen_of(page) == "rate.required"
    go(page)
    assert_whole(page, study)


def test_server_and_browser_killed_leave_what_the_browser_has_on_its_disk(
    people: Callable[[], Any], study: Server, tmp_path: Path
) -> None:
    answer_up_to(study, "rate.feelings")
    address = f"http://127.0.0.1:{study.port}{LINK}"
    context = people()
    page = context.pages[0]
    page.goto(address)
    visits: Counter[str] = Counter()
    go(page, "rate.seven", visits)
    eventually(page, lambda: last_screen(study) == "rate.feelings", "the answers came")
    study.kill()
    go(page, "rate.required", visits)
    # Chromium writes its storage some seconds later.
    storage = tmp_path / "profile" / "Default" / "Local Storage" / "leveldb"
    markers = "rate.seven".encode("utf-16-le"), b"rate.seven"
    eventually(
        page,
        lambda: any(
            each in file.read_bytes() for file in storage.glob("*.log") for each in markers
        ),
        "the browser has written the answer to its disk",
    )
    kill_browser(context, tmp_path / "profile")
    study.start()
    page = people().pages[0]
    page.goto(address)
    assert hand.screen_of(page) == "rate.required"
    eventually(page, lambda: last_screen(study) == "rate.seven", "the answer came from the disk")
    go(page)
    assert_whole(page, study)
