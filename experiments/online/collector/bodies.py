"""The bodies of requests: what pages may post, and what is wrong with anything else."""

from __future__ import annotations

from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator
from starlette.requests import Request

from experiments.online.collector.refusal import RefusedRequestError
from experiments.online.collector.rows import read_json
from experiments.online.recruitment import OUTCOMES, Outcome

#: Largest bodies, in bytes. A beacon can be no larger in any browser.
LARGEST = 1_048_576
LARGEST_BEACON = 65_536
MOST_READ = 8 * LARGEST
MOST_ROWS_IN_A_POST = 500
MOST_EVENTS = 100
#: Event -> the details that are kept, nothing that identifies. No user-agent string, no list of fonts or plugins:
#: together such things would distinguish one participant from all others.
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
    "fault": ("screen", "message"),
    "browser": (
        *("name", "version", "system", "device", "pointer", "width", "height"),
        *("pixel_ratio", "refresh_hz", "language", "reduced_motion"),
    ),
}
#: Longest text in a detail of an event, in characters.
LONGEST = 200
#: Key of a body -> what it should be, and what to do.
SHAPES = {
    "recruitment": ("an object", "Reload the page."),
    "rows": (f"a list of at most {MOST_ROWS_IN_A_POST}", "Send {rows: [...]}, fewer at once."),
    "drafts": ("an object", "Send {drafts: {...}}."),
    "events": (f"a list of at most {MOST_EVENTS}", "Send {events: [...]}."),
    "outcome": ("an outcome", f"It is one of {', '.join(OUTCOMES)}."),
}


class Body(BaseModel):
    """Base of all bodies: further keys are ignored, and nothing is converted."""

    model_config = ConfigDict(frozen=True, strict=True)


B = TypeVar("B", bound=Body)
Rows = Annotated[list[Any], Field(max_length=MOST_ROWS_IN_A_POST)]
Events = Annotated[list[Any], Field(max_length=MOST_EVENTS)]


class SessionBody(Body):
    """Somebody opens the study. A token or a language of any kind that is not known counts as none."""

    recruitment: dict[str, Any] | None = None
    resume: Any = None
    language: Any = None


class RowsBody(Body):
    """Rows; each is checked for itself (``rows.py``)."""

    rows: Rows


class DraftsBody(Body):
    """Answers of a screen that is not finished."""

    drafts: dict[str, Any]


class EventsBody(Body):
    """Events; each is checked for itself (``sort_events``)."""

    events: Events


class FinishBody(Body):
    """The participant has come to an end."""

    outcome: Outcome


class BeaconBody(Body):
    """What a page sends while it is being closed."""

    token: Any = None
    rows: Rows = []
    drafts: dict[str, Any] | None = None
    events: Events = []


class Event(Body):
    """Something that happened on a page beside answers."""

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
    def _keep_known(cls, detail: Any, known: ValidationInfo) -> Any:
        if not isinstance(detail, dict):
            return {}
        return {
            name: detail[name][:LONGEST] if isinstance(detail[name], str) else detail[name]
            for name in DETAILS.get(known.data.get("event", ""), ())
            if isinstance(detail.get(name), (str, int, float, bool))
        }


def sort_events(given: list[Any]) -> tuple[tuple[Event, ...], list[dict[str, Any]]]:
    """Sort posted events into those that are kept and those that are not, with the reason."""
    kept, rejected = [], []
    for item in given:
        try:
            kept.append(Event.model_validate(item))
        except ValidationError as error:
            event = item.get("event") if isinstance(item, dict) else None
            if all(fault["loc"] == ("time",) for fault in error.errors()):
                reason = "'time' should be like 2026-01-31T12:00:00.000Z"
            else:
                event, reason = repr(event)[:40], f"known events: {', '.join(DETAILS)}"
            rejected.append({"event": event, "reason": reason})
    return tuple(kept), rejected


async def read_body(request: Request, model: type[B], largest: int = LARGEST_BEACON) -> B:
    """Read a body, and no more of it than is allowed.

    Raises
    ------
    RefusedRequestError
        413 if it is too large, 400 if it is not JSON, 422 if it has another shape.
    """
    body, size = b"", 0
    async for part in request.stream():
        size += len(part)
        if size <= largest:
            body += part
        elif size > MOST_READ:
            break
    if size > largest:
        # Read to its end where that is not too far, so that the browser hears the reason.
        raise RefusedRequestError(413, f"More than {largest} bytes", "Send fewer rows at once.")
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
    wanted, remedy = SHAPES[key]
    if fault["type"] == "missing":
        return RefusedRequestError(422, f"'{key}' is missing", remedy)
    if key == "outcome":
        return RefusedRequestError(422, f"found the outcome {fault['input']!r:.60}", remedy)
    return RefusedRequestError(422, f"'{key}' should be {wanted}", remedy)
