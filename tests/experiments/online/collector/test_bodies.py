"""Errors in a body are reported in a sentence with a remedy."""

from __future__ import annotations

import json

import pytest
from apart import run
from starlette.requests import Request

from experiments.online.collector.bodies import (
    BeaconBody,
    Body,
    DraftsBody,
    EventsBody,
    FinishBody,
    RowsBody,
    SessionBody,
    read_body,
    sort_events,
)
from experiments.online.collector.refusal import RefusedRequestError


def read(model: type[Body], content: object) -> Body:
    """Read a posted body."""

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": json.dumps(content).encode(), "more_body": False}

    return run(read_body(Request({"type": "http", "headers": []}, receive), model))


@pytest.mark.parametrize(
    ("model", "content", "error", "remedy"),
    [
        (RowsBody, [], "The body is not a JSON object", "Send an object."),
        (RowsBody, {}, "'rows' is missing", "Send {rows: [...]} with fewer rows."),
        (
            RowsBody,
            {"rows": {}},
            "'rows' should be a list of at most 500",
            "Send {rows: [...]} with fewer rows.",
        ),
        (
            BeaconBody,
            {"rows": [1] * 501},
            "'rows' should be a list of at most 500",
            "Send {rows: [...]} with fewer rows.",
        ),
        (DraftsBody, {}, "'drafts' is missing", "Send {drafts: {...}}."),
        (DraftsBody, {"drafts": [1]}, "'drafts' should be an object", "Send {drafts: {...}}."),
        (
            EventsBody,
            {"events": [{}] * 101},
            "'events' should be a list of at most 100",
            "Send {events: [...]}.",
        ),
        (
            SessionBody,
            {"recruitment": "prolific"},
            "'recruitment' should be an object",
            "Reload the page.",
        ),
        (
            FinishBody,
            {"outcome": "forged"},
            "The outcome 'forged' is unknown",
            "It is one of complete, declined, ineligible, left.",
        ),
    ],
)
def test_a_body_of_another_shape(model, content, error, remedy):
    with pytest.raises(RefusedRequestError) as refused:
        read(model, content)
    found = (refused.value.status_code, refused.value.detail, refused.value.remedy)
    assert found == (422, error, remedy)


def test_what_is_not_known_in_a_body_does_no_harm():
    body = read(SessionBody, {"resume": ["x"], "language": {"a": 1}, "more": 1})
    assert (body.recruitment, body.resume, body.language) == (None, ["x"], {"a": 1})


def test_events_keep_what_is_known_of_them():
    time = "2026-01-31T12:00:00.000Z"
    period = {
        "screen": "a",
        "period": "a.rest",
        "visit": 1,
        "onset": 3.5,
        "seconds": 2.25,
        "held": 0,
    }
    (ended,), _ = sort_events([{"event": "period_end", "time": time, "detail": period}])
    assert ended.detail == period
    kept, rejected = sort_events(
        [
            {"event": "pause", "time": time, "detail": {"screen": "a" * 300, "spy": 1}},
            {"event": "online", "time": time, "detail": ["screen"]},
            {"event": "online", "time": "noon"},
            {"event": ["pause"], "time": time},
            7,
        ]
    )
    assert [one.detail for one in kept] == [{"screen": "a" * 200}, {}]
    reasons = [one["reason"].split(",")[0] for one in rejected]
    assert reasons == [
        "'time' should look like 2026-01-31T12:00:00.000Z",
        "the known events are pause",
        "the known events are pause",
    ]
