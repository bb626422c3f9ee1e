"""The page reads links, and sends participants back, as the server does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from experiments.online.recruitment import (
    Recruitment,
    RecruitmentError,
    allowed,
    arrival,
    arrival_from_link,
    invites,
    return_of,
)

LINKS: list[dict[str, str]] = [
    {"PROLIFIC_PID": "5f1", "STUDY_ID": "s", "SESSION_ID": "t"},
    {"PROLIFIC_PID": "{{%PROLIFIC_PID%}}"},
    {"id": "4711"},
    {"id": "%SURVEY_CODE%"},
    {"id": "R_1", "source": "qualtrics"},
    {"id": "${e://Field/ResponseID}", "source": "qualtrics"},
    {"assignmentId": "ASSIGNMENT_ID_NOT_AVAILABLE", "hitId": "h"},
    {"assignmentId": "a", "hitId": "h"},
    {
        "assignmentId": "a",
        "hitId": "h",
        "workerId": "w",
        "turkSubmitTo": "https://workersandbox.mturk.com",
    },
    {"PROLIFIC_PID": "a b"},
    {"PROLIFIC_PID": "x" * 129},
    {"slot": "3"},
]
SETTINGS = [
    Recruitment(source="prolific", codes={"complete": "C1", "left": "L/2"}),
    Recruitment(source="prolific", codes={"complete": "C1", "full": "F"}),
    Recruitment(
        source="sona",
        url="https://uni.sona-systems.com/",
        experiment_id="12",
        credit_token="tok&en",
    ),
    Recruitment(source="mturk"),
    Recruitment(source="qualtrics", url="https://uni.eu.qualtrics.com/jfe/form/SV_1?x=1"),
    Recruitment(source="direct"),
]
ADDRESSES = [
    "https://app.prolific.com/x",
    "http://app.prolific.com/x",
    "https://app.prolific.com.evil.example/",
    "https://app.prolific.com:444/",
    "https://me@app.prolific.com/",
    "https://app.prolific.com\\@evil.example/",
    "javascript:alert(1)",
    "https://lab.example/",
]
SCRIPT = """
const { allowed, arrivalFromLink, faultOf, invites, isPreview, wayBackOf } = await player("recruitment.js");
const main = ({ links, settings, addresses, outcomes }) => ({
  links: links.map((link) => {
    const came = arrivalFromLink(link);
    return { ...came, fault: !isPreview(came) && faultOf(came) !== "", preview: isPreview(came) };
  }),
  ways_back: settings.map((each) => links.map((link) =>
    outcomes.map((outcome) => wayBackOf(each, arrivalFromLink(link), outcome)))),
  invited: settings.map((each) => links.map((link) => invites(each.source, arrivalFromLink(link)))),
  allowed: addresses.map((address) => allowed(address, "prolific", ["lab.example"])),
});
"""
OUTCOMES = ["complete", "declined", "ineligible", "left", "full"]


def came(link: dict[str, str]) -> dict[str, Any]:
    """Return how the server reads a link."""
    try:
        found = arrival_from_link(link)
    except RecruitmentError:
        return {"fault": True}
    return {"fault": False, "preview": found.preview, "id": found.id, **found.details}


def back(settings: Recruitment, link: dict[str, str], outcome: str) -> Any:
    """Return where the server sends a participant back to."""
    try:
        way_back = return_of(settings, arrival_from_link(link), outcome)
    except RecruitmentError:
        return "no such participant"
    if way_back is None:
        return {"redirect": None, "form": None}
    if way_back.fields:
        return {"redirect": None, "form": {"action": way_back.url, "fields": way_back.fields}}
    return {"redirect": way_back.url, "form": None}


def may(address: str) -> bool:
    """Return whether the server would send a participant to an address."""
    try:
        return bool(allowed(address, "prolific", ("lab.example",)))
    except RecruitmentError:
        return False


def test_links_and_ways_back_are_those_of_the_server(run_js: Callable[[str, Any], Any]) -> None:
    found = run_js(
        SCRIPT,
        {
            "links": LINKS,
            "settings": [each.model_dump(mode="json") for each in SETTINGS],
            "addresses": ADDRESSES,
            "outcomes": OUTCOMES,
        },
    )
    for link, page in zip(LINKS, found["links"], strict=True):
        server = came(link)
        assert page["fault"] == server["fault"], link
        if not server["fault"] and not server["preview"]:
            # The server reads the very object that the page posts.
            assert arrival({key: page[key] for key in page if key not in {"fault", "preview"}})
            assert {key: page[key] for key in server} == server
    for settings, by_link in zip(SETTINGS, found["ways_back"], strict=True):
        for link, by_outcome in zip(LINKS, by_link, strict=True):
            expected = [back(settings, link, outcome) for outcome in OUTCOMES]
            if "no such participant" not in expected and not came(link).get("preview"):
                assert by_outcome == expected
    for settings, by_link in zip(SETTINGS, found["invited"], strict=True):
        for link, is_invited in zip(LINKS, by_link, strict=True):
            if not came(link)["fault"]:
                assert is_invited == invites(settings.source, arrival_from_link(link)), link
    assert found["allowed"] == [may(address) for address in ADDRESSES]
