"""Pavlovia: against a stub written from its documented endpoints, never Pavlovia itself."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import hand
import pytest
from declining import MANY, PROLIFIC, ROWS, assert_rows, decline, wait_until

from experiments.online.results.results import read_results

pytestmark = pytest.mark.browser
Serve = Callable[..., Any]


def test_pavlovia_gets_one_csv_of_all_rows(serve: Serve, participant: Any) -> None:
    service = serve("pavlovia", recruitment=PROLIFIC, slots=MANY)
    page = participant.new_page()
    page.goto(service.address + "?lang=en&participant=2&PROLIFIC_PID=5f1e2d3c4b")
    decline(page)
    page.wait_for_url("https://app.prolific.com/submissions/complete?cc=D1")
    (whole,) = service.results
    assert whole["key"].startswith("every_kind_")
    table = list(csv.DictReader(io.StringIO(whole["value"])))
    assert [row["screen"] for row in table] == [row["screen"] for row in ROWS]
    assert [json.loads(row["cells"]) for row in table] == [row["cells"] for row in ROWS]
    assert {row["slot"] for row in table} == {"7"}
    assert "5f1e2d3c4b" not in str(whole)
    assert service.closed == [("DELETE", "tok1", "true")]


@pytest.mark.parametrize("status", [403, 502, 0])
def test_pavlovia_that_takes_no_results_keeps_the_data_and_offers_the_file(
    serve: Serve, participant: Any, status: int
) -> None:
    service = serve("pavlovia")
    service.results_answer = status
    page = participant.new_page()
    page.goto(service.address + "?lang=en&slot=7")
    decline(page)
    page.get_by_role("heading", name="Some answers could not be sent").wait_for()
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save the file").click()
    assert_rows([json.loads(line) for line in saved.value.path().read_text("utf-8").splitlines()])
    assert service.closed == []
    service.results_answer = 200
    page.get_by_role("button", name="Try again").click()
    page.get_by_role("heading", name="Thank you").wait_for()
    assert len(service.results) == 1


def test_after_saving_the_file_a_participant_can_return_for_the_credit(
    serve: Serve, participant: Any
) -> None:
    service = serve("pavlovia", recruitment=PROLIFIC)
    service.results_answer = 403
    page = participant.new_page()
    page.goto(service.address + "?lang=en&slot=7&PROLIFIC_PID=5f1e2d3c4b")
    decline(page)
    page.get_by_role("heading", name="Some answers could not be sent").wait_for()
    assert not page.get_by_role("button", name="Continue").count()
    with page.expect_download():
        page.get_by_role("button", name="Save the file").click()
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url("https://app.prolific.com/submissions/complete?cc=D1")
    assert service.results == []


def test_pavlovia_that_does_not_note_the_end_keeps_nobody_from_the_credit(
    serve: Serve, participant: Any
) -> None:
    service = serve("pavlovia", recruitment=PROLIFIC)
    service.closing_answer = 502
    page = participant.new_page()
    page.goto(service.address + "?lang=en&slot=7&PROLIFIC_PID=5f1e2d3c4b")
    decline(page)
    page.wait_for_url("https://app.prolific.com/submissions/complete?cc=D1")
    assert len(service.results) == 1
    assert service.closed[0] == ("DELETE", "tok1", "true")


@pytest.mark.parametrize(
    ("experiment", "link"),
    [({"status2": "PILOTING"}, ""), ({"status2": "RUNNING"}, "&__pilotToken=pilot1")],
)
def test_a_pilot_run_on_pavlovia_saves_the_table_on_the_experimenters_machine(
    serve: Serve, participant: Any, tmp_path: Path, experiment: dict[str, str], link: str
) -> None:
    service = serve("pavlovia")
    service.experiment.update(experiment)
    page = participant.new_page()
    page.goto(service.address + "?lang=en&slot=7" + link)
    with page.expect_download() as saved:
        decline(page)
    page.get_by_role("heading", name="Thank you").wait_for()
    assert service.opened == [{"pilotToken": "pilot1"} if link else {}]
    assert service.results == []
    file = tmp_path / saved.value.suggested_filename
    saved.value.save_as(file)
    assert file.suffix == ".csv"
    assert_rows(list(read_results("pavlovia", [str(file)]).rows))


@pytest.mark.parametrize("saves", [True, False])
def test_leaving_pavlovia_in_the_middle_closes_the_session(
    serve: Serve, participant: Any, saves: bool
) -> None:
    service = serve("pavlovia")
    service.experiment["saveIncompleteResults"] = saves
    page = participant.new_page()
    page.goto(service.address + "?lang=en&slot=7")
    hand.respond(page, {})
    hand.wait_for_next(page, "welcome")
    session = page.evaluate("Object.keys(localStorage).find((key) => key.includes(':rows:'))")
    page.reload()
    assert hand.screen_of(page) == "consent.text"
    # Chromium delivers the beacons after the page has closed.
    wait_until(lambda: service.closed and len(service.results) == saves)
    assert service.closed == [("POST", "tok1/delete", "false")]
    parts = [list(csv.DictReader(io.StringIO(each["value"]))) for each in service.results]
    assert [[row["screen"] for row in part] for part in parts] == ([["welcome"]] if saves else [])
    decline(page)
    page.get_by_role("heading", name="Thank you").wait_for()
    table = list(csv.DictReader(io.StringIO(service.results[-1]["value"])))
    assert [row["screen"] for row in table] == [row["screen"] for row in ROWS]
    assert {row["session"] for row in table} == {session.split(":rows:")[0].rsplit(":", 1)[1]}


def test_a_link_without_a_slot_is_reported(serve: Serve, participant: Any) -> None:
    service = serve("pavlovia", slots=MANY)
    page = participant.new_page()
    page.goto(service.address + "?lang=en")
    page.get_by_text("open the page with ?slot= and a number from 3 to 9").wait_for()
    assert service.opened == []


def test_an_export_for_simulated_people_says_so_and_marks_its_rows(
    serve: Serve, participant: Any
) -> None:
    service = serve("pavlovia", simulated=True)
    page = participant.new_page()
    page.goto(service.address + "?lang=en&slot=7")
    hand.screen_of(page)
    assert page.get_by_text("SIMULATED DATA").is_visible()
    decline(page)
    page.get_by_role("heading", name="Thank you").wait_for()
    table = csv.DictReader(io.StringIO(service.results[0]["value"]))
    assert {row["simulated"] for row in table} == {"true"}


def test_what_is_too_long_for_one_beacon_goes_in_several(run_js: Callable[[str, Any], Any]) -> None:
    script = """
      globalThis.window = { addEventListener() {}, location: { search: "" } };
      const sent = [];
      Object.defineProperty(globalThis, "navigator", { value: {
        sendBeacon: (address, body) => sent.push([body.get("key"), body.get("value").length]) > 0,
      } });
      const { Transport } = await player("transport/pavlovia.js");
      const main = (rows) => {
        const service = new Transport({ study: "s" });
        Object.assign(service, { address: "a", session: "x", savesIncomplete: true, rows });
        return [service.beacon(), sent, service.rows];
      };
    """
    rows = [{"sequence": number, "value": "é" * 5_000} for number in range(20)]
    taken, sent, left = run_js(script, rows)
    assert taken
    assert left == []
    assert [key for key, _ in sent] == [
        f"s_x_{first}-{min(first + 4, 19)}.csv" for first in (0, 5, 10, 15)
    ]
