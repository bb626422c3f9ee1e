"""JATOS, Pavlovia and the file: against stubs written from their protocols, never the services themselves."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import contract
import hand
import pytest
from small_pages import HERE, export
from stub import Stub

from experiments.schema import faults_of

pytestmark = pytest.mark.browser
WALK = contract.walks("en")["declined"]
ROWS = contract.rows_of("en", WALK)
PROLIFIC = {"source": "prolific", "codes": {"complete": "C1", "declined": "D1"}, "hosts": []}
MANY = [{"slot": number} for number in (3, 7, 9)]

Serve = Callable[..., Stub]


@pytest.fixture
def serve(modules: Path, tmp_path: Path) -> Iterator[Serve]:
    """Return a function that exports for a target and serves the folder."""
    made: list[Stub] = []

    def serve_export(target: str, **more: Any) -> Stub:
        folder = export(tmp_path / target, target, **{"slots": [{"slot": 7}], **more})
        if target == "jatos":
            shutil.copy(HERE / "jatos_stub.js", folder / "jatos.js")
        made.append(Stub(folder))
        return made[-1]

    yield serve_export
    for stub in made:
        stub.server.shutdown()
        stub.server.server_close()


@pytest.fixture
def participant(browser: Any) -> Iterator[Any]:
    """Return a participant's browser in which Prolific answers every address."""
    made = browser.new_context(accept_downloads=True)
    made.route(
        "https://app.prolific.com/**",
        lambda route: route.fulfill(body="<title>Prolific</title>", content_type="text/html"),
    )
    yield made
    made.close()


def decline(page: Any) -> None:
    """Go through the study by not consenting."""
    while True:
        screen = hand.screen_of(page)
        hand.take(page, WALK[screen][0] if screen in WALK else {})
        if screen == "declined":
            return
        hand.wait_for_next(page, screen)


def stored(page: Any, name: str) -> Any:
    """Return what the stub of JATOS keeps under a name."""
    return json.loads(page.evaluate(f"localStorage.getItem('stub:{name}')") or "null")


def assert_rows(rows: list[dict[str, Any]]) -> None:
    """The rows are those of the contract, and good ones."""
    assert [contract.without_clocks(row) for row in rows] == ROWS
    assert [fault for row in rows for fault in faults_of(row)] == []


def test_jatos_takes_a_slot_keeps_every_row_and_leads_back(serve: Serve, participant: Any) -> None:
    stub = serve("jatos", recruitment=PROLIFIC, slots=[{"slot": 7}, {"slot": 9}])
    page = participant.new_page()
    page.goto(stub.address + "?lang=en&PROLIFIC_PID=abc")
    assert hand.screen_of(page) == "welcome"
    hand.take(page, {})
    hand.wait_for_next(page, "welcome")
    assert stored(page, "batch")["compassion_slots"]["7"]["study_result"] == "31"
    page.reload()
    assert hand.screen_of(page) == "consent.text"
    assert list(stored(page, "batch")["compassion_slots"]) == ["7"]
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
    page = participant.new_page()
    page.goto(stub.address + "player.css")
    taken = {"compassion_slots": {"3": {"study_result": "29"}}}
    page.evaluate("batch => localStorage.setItem('stub:batch', JSON.stringify(batch))", taken)
    page.goto(stub.address + "?lang=en")
    hand.screen_of(page)
    assert list(stored(page, "batch")["compassion_slots"]) == ["3", "7"]
    every = {"compassion_slots": {str(number): {} for number in (3, 7, 9)}}
    page.evaluate("batch => localStorage.setItem('stub:batch', JSON.stringify(batch))", every)
    page.evaluate("localStorage.removeItem('stub:session')")
    page.reload()
    page.get_by_role("heading", name="The study is full").wait_for()


class Pavlovia:
    """What Pavlovia's endpoints were sent; ``status`` is what results are answered with."""

    def __init__(self, context: Any, address: str) -> None:
        self.status = 200
        self.results: list[dict[str, str]] = []
        self.closed: list[str] = []
        config = {"gitlab": {"projectId": 12}, "pavlovia": {"URL": address + "pavlovia"}}
        context.route("**/config.json", lambda route: route.fulfill(json=config))
        context.route("**/pavlovia/**", self.answer)

    def answer(self, route: Any) -> None:
        """Answer as the documented endpoints do."""
        request = route.request
        if request.method == "DELETE":
            self.closed.append(request.url)
            route.fulfill(json={})
        elif request.url.endswith("/sessions"):
            route.fulfill(json={"token": "tok", "experiment": {"status2": "RUNNING"}})
        elif self.status == 200:
            self.results.append(form_of(request))
            route.fulfill(json={})
        else:
            route.fulfill(status=self.status, json={"error": "no credits"})


def form_of(request: Any) -> dict[str, str]:
    """Return the fields of a multipart form."""
    boundary = request.headers["content-type"].split("boundary=")[1]
    parts = request.post_data_buffer.decode("utf-8").split("--" + boundary)[1:-1]
    fields = {}
    for part in parts:
        head, _, value = part.strip("\r\n").partition("\r\n\r\n")
        fields[head.split('name="')[1].split('"')[0]] = value
    return fields


def test_pavlovia_gets_one_csv_of_all_rows(serve: Serve, participant: Any) -> None:
    stub = serve("pavlovia", recruitment=PROLIFIC, slots=MANY)
    service = Pavlovia(participant, stub.address)
    page = participant.new_page()
    page.goto(stub.address + "?lang=en&participant=2&PROLIFIC_PID=abc")
    decline(page)
    page.wait_for_url("https://app.prolific.com/submissions/complete?cc=D1")
    # Chromium may also have delivered the beacon of the page that left: the last is the whole.
    whole = next(each for each in service.results if each["key"].count("_") == 2)
    assert whole["key"].startswith("every_kind_")
    table = list(csv.DictReader(io.StringIO(whole["value"])))
    assert [row["screen"] for row in table] == [row["screen"] for row in ROWS]
    assert [json.loads(row["cells"]) for row in table] == [row["cells"] for row in ROWS]
    assert {row["slot"] for row in table} == {"7"}
    assert service.closed == [stub.address + "pavlovia/api/v2/experiments/12/sessions/tok"]


def test_pavlovia_without_credits_keeps_the_data_and_offers_the_file(
    serve: Serve, participant: Any
) -> None:
    stub = serve("pavlovia")
    service = Pavlovia(participant, stub.address)
    service.status = 403
    page = participant.new_page()
    page.goto(stub.address + "?lang=en&slot=7")
    decline(page)
    page.get_by_role("heading", name="Some answers could not be sent").wait_for()
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save the file").click()
    assert_rows([json.loads(line) for line in saved.value.path().read_text("utf-8").splitlines()])
    service.status = 200
    page.get_by_role("button", name="Try again").click()
    page.get_by_role("heading", name="Thank you").wait_for()
    assert len(service.results) == 1


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
