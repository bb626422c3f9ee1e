"""What pages ask of the collector; the contract stands in the package's docstring."""

from __future__ import annotations

import gzip
import json
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from experiments.online.collector.allocation import Finish, Opened, Opening
from experiments.online.collector.events import read_events
from experiments.online.collector.export import Export
from experiments.online.collector.finishing import gaps, leads_to
from experiments.online.collector.keeping import Event, Kept, Post
from experiments.online.collector.pace import Paces
from experiments.online.collector.refusal import UNKNOWN, Refusal
from experiments.online.collector.rows import (
    LONGEST_ROW,
    printable,
    read_json,
    reason_against,
    text_of,
)
from experiments.online.collector.store import Card, Store
from experiments.online.collector.tokens import session_of, token_of
from experiments.online.recruitment import (
    OUTCOMES,
    Arrival,
    RecruitmentFault,
    arrival,
    invites,
    return_of,
)
from experiments.sitting import now

#: Largest bodies, in bytes. A beacon can be no larger in any browser.
LARGEST = 1_048_576
LARGEST_BEACON = 65_536
LARGEST_DRAFTS = 32_768
MOST_READ = 8 * LARGEST
MOST_ROWS_IN_A_POST = 500


class Api:
    """The addresses below ``/api``."""

    def __init__(self, export: Export, store: Store, paces: Paces) -> None:
        self._export, self._store, self._paces = export, store, paces

    def routes(self) -> list[Route]:
        """Return the routes of the API."""
        return [
            Route("/api/rows", self.rows, methods=["POST"]),
            Route("/api/sessions", self.sessions, methods=["POST"]),
            Route("/api/drafts", self.drafts, methods=["POST"]),
            Route("/api/events", self.events, methods=["POST"]),
            Route("/api/finish", self.finish, methods=["POST"]),
            Route("/api/beacon", self.beacon, methods=["POST"]),
        ]

    async def sessions(self, request: Request) -> Response:
        """Open a session, or go on with it."""
        self._paces.opening.check(self._caller(request))
        body = await _object(request, LARGEST_BEACON)
        came = self._came(body.get("recruitment"))
        if came.preview:
            return JSONResponse({"preview": True})
        languages = self._export.study.languages
        language = body.get("language")
        opening = Opening(
            came,
            session_of(body.get("resume"), self._store.token_secret),
            language if language in languages else languages[0],
            now(),
        )
        opened = await self._store.open(opening)
        if opened is None:
            back = self._back(came, "full")
            content = {
                "error": "This study has all the participants it needs",
                "remedy": "Thank you for coming. You can close this window.",
                **back,
            }
            return JSONResponse(content, 409)
        return await run_in_threadpool(self._opened, request, opened)

    def _came(self, recruitment: Any) -> Arrival:
        if recruitment is not None and not isinstance(recruitment, dict):
            raise Refusal(422, "'recruitment' should be an object", "Reload the page.")
        try:
            came = arrival(recruitment)
        except RecruitmentFault as error:
            found, _, remedy = str(error).partition("; ")
            raise Refusal(422, found, remedy) from error
        source = self._export.study.recruitment.source
        if not invites(source, came):
            raise Refusal(
                422,
                f"this study recruits over {source}, and the link is none of theirs",
                f"Open the study from {source}.",
            )
        return came

    def _opened(self, request: Request, opened: Opened) -> Response:
        content = {
            "session": opened.session,
            "participant": opened.participant,
            "token": token_of(opened.session, self._store.token_secret),
            "slot": opened.slot,
            "next_sequence": max((row["sequence"] for row in opened.rows), default=-1) + 1,
            "rows": opened.rows,
            "drafts": opened.drafts,
            "state": opened.state,
            "outcome": opened.outcome,
            "surplus": opened.surplus,
            **(self._back(opened.came, opened.outcome) if opened.outcome else self._nowhere()),
        }
        timeline = self._export.timeline_file(opened.slot, opened.language).read_bytes()
        # The timeline is put in as it stands in the export, not parsed and written anew.
        body = json.dumps(content).encode()[:-1] + b',"timeline":' + timeline + b"}"
        headers = {"Vary": "Accept-Encoding"}
        if "gzip" in request.headers.get("accept-encoding", ""):
            body = gzip.compress(body, 5, mtime=0)
            headers["Content-Encoding"] = "gzip"
        return Response(body, 201, headers, "application/json")

    def _back(self, came: Arrival, outcome: str) -> dict[str, Any]:
        back = return_of(self._export.study.recruitment, came, outcome)
        if back is None:
            return self._nowhere()
        if back.fields:
            return {"redirect": None, "form": {"action": back.url, "fields": back.fields}}
        return {"redirect": back.url, "form": None}

    def _nowhere(self) -> dict[str, Any]:
        return {"redirect": None, "form": None}

    async def rows(self, request: Request) -> Response:
        """Keep rows."""
        card = await self._bearer(request)
        body = await _object(request, LARGEST)
        if "rows" not in body:
            raise Refusal(422, "'rows' is missing", "Send {rows: [...]}.")
        kept, rejected = await self._keep(card, {"rows": body["rows"]})
        return JSONResponse(_told(kept, rejected))

    async def drafts(self, request: Request) -> Response:
        """Keep the answers of a screen that is not finished."""
        card = await self._bearer(request)
        body = await _object(request, LARGEST_BEACON)
        if "drafts" not in body:
            raise Refusal(422, "'drafts' is missing", "Send {drafts: {...}}.")
        await self._keep(card, {"drafts": body["drafts"]})
        return JSONResponse({"kept": True})

    async def events(self, request: Request) -> Response:
        """Keep events."""
        card = await self._bearer(request)
        body = await _object(request, LARGEST_BEACON)
        events, rejected = _events(body.get("events"))
        await self._store.keep(Post(card.session, (), events=events, time=now()))
        return JSONResponse({"accepted": len(events), "rejected": rejected})

    async def beacon(self, request: Request) -> Response:
        """Keep what a page sends while it is being closed."""
        body = await _object(request, LARGEST_BEACON)
        card = await self._known(request, body.get("token"))
        kept, rejected = await self._keep(card, body)
        return JSONResponse(_told(kept, rejected))

    async def finish(self, request: Request) -> Response:
        """End a session and tell where the participant goes."""
        card = await self._bearer(request)
        body = await _object(request, LARGEST_BEACON)
        outcome = body.get("outcome")
        if outcome not in OUTCOMES:
            raise Refusal(
                422, f"found the outcome {outcome!r:.60}", f"It is one of {', '.join(OUTCOMES)}."
            )
        rows = await self._store.rows(card.session)
        missing = gaps(rows)
        confirmed = not missing and await run_in_threadpool(
            lambda: leads_to(self._export.timeline(card.slot, card.language), rows, outcome)
        )
        stands = await self._store.finish(Finish(card.session, outcome, confirmed, now()))
        content = {"outcome": stands, "confirmed": confirmed, "missing": missing}
        return JSONResponse({**content, **self._back(card.came, stands)})

    async def _keep(self, card: Card, body: dict[str, Any]) -> tuple[Kept, list[dict[str, Any]]]:
        rows = body.get("rows", [])
        if not isinstance(rows, list) or len(rows) > MOST_ROWS_IN_A_POST:
            raise Refusal(
                422,
                f"'rows' should be a list of at most {MOST_ROWS_IN_A_POST}",
                "Send fewer at once.",
            )
        good, refused, rejected = self._judged(card, rows)
        events: tuple[Event, ...] = _events(body["events"])[0] if "events" in body else ()
        post = Post(card.session, good, refused, _drafts(body), events, now())
        kept = await self._store.keep(post)
        rejected += [
            {"sequence": number, "reason": "another row is kept under this sequence"}
            for number in kept.differing
        ]
        return kept, rejected

    def _judged(
        self, card: Card, rows: list[Any]
    ) -> tuple[tuple[tuple[int, str], ...], tuple[tuple[str, str], ...], list[dict[str, Any]]]:
        frame = self._export.frame(card.slot, card.language)
        good, refused, rejected = [], [], []
        for row in rows:
            text = text_of(row)
            reason = reason_against(row, card.participant, card.session, frame)
            if not reason and len(text.encode()) > LONGEST_ROW:
                reason = f"the row is longer than {LONGEST_ROW} bytes"
            if not reason:
                good.append((row["sequence"], text))
                continue
            reason = printable(reason)
            refused.append((reason, text[:LONGEST_ROW]))
            sequence = row.get("sequence") if isinstance(row, dict) else None
            told = sequence if isinstance(sequence, int) else None
            rejected.append({"sequence": told, "reason": reason})
        return tuple(good), tuple(refused), rejected

    async def _bearer(self, request: Request) -> Card:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        return await self._known(request, token if scheme.lower() == "bearer" else None)

    async def _known(self, request: Request, token: Any) -> Card:
        session = session_of(token, self._store.token_secret)
        card = await self._store.card(session) if session else None
        if card is None:
            self._paces.unknown.check(self._caller(request))
            raise Refusal(401, *UNKNOWN)
        self._paces.posting.check(card.session)
        return card

    def _caller(self, request: Request) -> str:
        return self._paces.caller(request.client.host if request.client else "")


async def _object(request: Request, largest: int) -> dict[str, Any]:
    """Read a body that should be a JSON object, and no more of it than is allowed."""
    body, size = b"", 0
    async for part in request.stream():
        size += len(part)
        if size <= largest:
            body += part
        elif size > MOST_READ:
            break
    if size > largest:
        # Read to its end where that is not too far, so that the browser hears the reason.
        raise Refusal(413, f"More than {largest} bytes", "Send fewer rows at once.")
    try:
        content = read_json(body)
    except ValueError as error:
        raise Refusal(400, f"The body is not JSON: {error}", "Send JSON in UTF-8.") from error
    if not isinstance(content, dict):
        raise Refusal(422, "The body is not a JSON object", "Send an object.")
    return content


def _drafts(body: dict[str, Any]) -> str | None:
    if "drafts" not in body:
        return None
    text = text_of(body["drafts"])
    if not isinstance(body["drafts"], dict):
        raise Refusal(422, "'drafts' should be an object", "Send {drafts: {...}}.")
    if len(text.encode()) > LARGEST_DRAFTS:
        raise Refusal(413, f"The drafts have more than {LARGEST_DRAFTS} bytes", "Send less.")
    return text


def _events(given: Any) -> tuple[tuple[Event, ...], list[dict[str, Any]]]:
    try:
        return read_events(given)
    except ValueError as error:
        raise Refusal(422, str(error), "Send {events: [...]}.") from error


def _told(kept: Kept, rejected: list[dict[str, Any]]) -> dict[str, Any]:
    return {"accepted": kept.accepted, "known": kept.known, "rejected": rejected}
