"""Bodies of requests: models of what pages may post; anything else is refused."""

from __future__ import annotations

from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator
from starlette.requests import Request

from experiments.online.collector.refusal import RefusedRequestError
from experiments.online.collector.rows import read_json
from experiments.online.recruitment import OUTCOMES, Outcome

#: Largest bodies, in bytes. No browser sends a larger beacon.
LARGEST = 1_048_576
LARGEST_BEACON = 65_536
#: Bytes of a body that is too large, after which the collector stops reading.
MOST_READ = 8 * LARGEST
MOST_ROWS_IN_A_POST = 500
MOST_EVENTS = 100
#: Event -> the details that are stored, none of which identifies a participant. User-agent strings and lists of fonts
#: or plugins are not stored: together they would distinguish one participant from all others.
DETAILS: dict[str, tuple[str, ...]] = {
    "pause": ("screen", "choice", "seconds"),
    "resume": ("screen", "seconds"),
    "offline": ("screen",),
    "online": ("screen", "seconds"),
    "hidden": ("screen",),
    "visible": ("screen", "seconds"),
    "reload": ("screen",),
    "opened": ("screen",),
    "leave": ("screen", "choice", "seconds"),
    "late_return": ("screen", "seen"),
    "storage_full": ("screen",),
    "storage_blocked": ("screen",),
    "picture_failed": ("screen", "source"),
    "clip_failed": ("screen", "source", "reason"),
    "clip_delayed": ("screen", "seconds"),
    "period_begin": ("screen", "period", "visit", "onset"),
    "period_end": ("screen", "period", "visit", "onset", "seconds", "held"),
    "fault": ("screen", "message"),
    "browser": (
        *("name", "version", "system", "device", "pointer", "width", "height"),
        *("pixel_ratio", "refresh_hz", "language", "reduced_motion"),
    ),
}
#: Maximum length of a text in an event's details, in characters.
LONGEST_DETAIL = 200
#: Key of a body -> what it should be, and the remedy.
SHAPES = {
    "recruitment": ("an object", "Reload the page."),
    "rows": (f"a list of at most {MOST_ROWS_IN_A_POST}", "Send {rows: [...]} with fewer rows."),
    "drafts": ("an object", "Send {drafts: {...}}."),
    "events": (f"a list of at most {MOST_EVENTS}", "Send {events: [...]}."),
    "outcome": ("an outcome", f"It is one of {', '.join(OUTCOMES)}."),
}


class Body(BaseModel):
    """Base class of all bodies: unknown keys are ignored, and nothing is converted."""

    model_config = ConfigDict(frozen=True, strict=True)


B = TypeVar("B", bound=Body)
Rows = Annotated[list[Any], Field(max_length=MOST_ROWS_IN_A_POST)]
Events = Annotated[list[Any], Field(max_length=MOST_EVENTS)]


class SessionBody(Body):
    """Body of a request to open a session. An unknown token or language is ignored."""

    recruitment: dict[str, Any] | None = None
    resume: Any = None
    language: Any = None


class RowsBody(Body):
    """Body with rows, each of which is checked separately (``rows.py``)."""

    rows: Rows


class DraftsBody(Body):
    """Body with the answers given so far on the screen that is being shown."""

    drafts: dict[str, Any]


class EventsBody(Body):
    """Body with events, each of which is checked separately (``sort_events``)."""

    events: Events


class FinishBody(Body):
    """Body of a request to end the session."""

    outcome: Outcome


class BeaconBody(Body):
    """Body that a page sends as it closes."""

    token: Any = None
    rows: Rows = []
    drafts: dict[str, Any] | None = None
    events: Events = []


class Event(Body):
    """Something that happened on a page, other than an answer: a pause, a reload, a lost connection, ..."""

    event: str
    time: Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\dT[\d:.]{8,15}Z$")]
    detail: dict[str, str | int | float | bool] = {}

    @field_validator("event")
    @classmethod
    def _is_known(cls, event: str) -> str:
        if event not in DETAILS:
            raise ValueError
        return event

    @field_validator("detail", mode="before")
    @classmethod
    def _keep_known(cls, detail: Any, info: ValidationInfo) -> Any:
        if not isinstance(detail, dict):
            return {}
        return {
            name: detail[name][:LONGEST_DETAIL] if isinstance(detail[name], str) else detail[name]
            for name in DETAILS.get(info.data.get("event", ""), ())
            if isinstance(detail.get(name), (str, int, float, bool))
        }


def sort_events(posted: list[Any]) -> tuple[tuple[Event, ...], list[dict[str, Any]]]:
    """Return the valid events, and the rejected ones with the reasons."""
    valid, rejected = [], []
    for item in posted:
        try:
            valid.append(Event.model_validate(item))
        except ValidationError as error:
            event = item.get("event") if isinstance(item, dict) else None
            if all(fault["loc"] == ("time",) for fault in error.errors()):
                reason = "'time' should look like 2026-01-31T12:00:00.000Z"
            else:
                event, reason = repr(event)[:40], f"the known events are {', '.join(DETAILS)}"
            rejected.append({"event": event, "reason": reason})
    return tuple(valid), rejected


async def read_body(request: Request, model: type[B], largest: int = LARGEST_BEACON) -> B:
    """Read and validate a body of at most ``largest`` bytes.

    Raises
    ------
    RefusedRequestError
        413 if it is too large, 400 if it is not JSON, 422 if it has the wrong shape.
    """
    body, size = b"", 0
    async for part in request.stream():
        size += len(part)
        if size <= largest:
            body += part
        elif size > MOST_READ:
            break
    if size > largest:
        # Unless it is far too large, it was read to its end, because otherwise the browser would not see the reason.
        raise RefusedRequestError(
            413, f"The body is longer than {largest} bytes", "Send fewer rows at once."
        )
    try:
        return model.model_validate(read_json(body))
    except ValidationError as error:
        raise _refusal(error.errors()[0]) from error
    except ValueError as error:
        raise RefusedRequestError(
            400, f"The body is not JSON: {error}", "Send JSON in UTF-8."
        ) from error


def _refusal(fault: Any) -> RefusedRequestError:
    if not fault["loc"]:
        return RefusedRequestError(422, "The body is not a JSON object", "Send an object.")
    key = str(fault["loc"][0])
    shape, remedy = SHAPES[key]
    if fault["type"] == "missing":
        return RefusedRequestError(422, f"'{key}' is missing", remedy)
    if key == "outcome":
        return RefusedRequestError(422, f"The outcome {fault['input']!r:.60} is unknown", remedy)
    return RefusedRequestError(422, f"'{key}' should be {shape}", remedy)
