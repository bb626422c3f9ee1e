"""The collector's API for pages, which the docstring of the package describes."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from typing import Any

from pydantic_core import to_json
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from experiments.online.collector.allocation import FULL, Card, Opened, Opening
from experiments.online.collector.bodies import (
    LARGEST,
    BeaconBody,
    DraftsBody,
    Event,
    EventsBody,
    FinishBody,
    RowsBody,
    SessionBody,
    read_body,
    sort_events,
)
from experiments.online.collector.credentials import session_of, token_of
from experiments.online.collector.export import Export
from experiments.online.collector.keeping import Post
from experiments.online.collector.refusal import UNKNOWN, RateLimits, RefusedRequestError
from experiments.online.collector.rows import (
    LONGEST_ROW,
    faults_together,
    gaps,
    leads_to,
    reason_to_refuse,
    text_of,
)
from experiments.online.collector.store import Store
from experiments.online.recruitment import (
    Arrival,
    RecruitmentError,
    arrival,
    invites,
    return_of,
)
from experiments.schema import now

#: Maximum size of drafts as JSON, in bytes.
LARGEST_DRAFTS = 32_768


class Api:
    """The routes below ``/api``."""

    def __init__(self, export: Export, store: Store, limits: RateLimits) -> None:
        self._export, self._store, self._limits = export, store, limits

    def routes(self) -> list[Route]:
        """Return the routes of the API, the most frequent one first."""
        endpoints = (self.rows, self.sessions, self.drafts, self.events, self.finish, self.beacon)
        return [Route(f"/api/{each.__name__}", each, methods=["POST"]) for each in endpoints]

    async def sessions(self, request: Request) -> Response:
        """Open a session, or continue the participant's session."""
        self._limits.opening.check(self._caller(request))
        body = await read_body(request, SessionBody)
        arrived = self._arrival(body.recruitment)
        if arrived.preview:
            return JSONResponse({"preview": True})
        languages = self._export.study.languages
        opening = Opening(
            arrived,
            session_of(body.resume, self._store.token_secret),
            body.language if body.language in languages else languages[0],
            now(),
        )
        opened = await self._store.open(opening, self._export.decisions)
        if opened is None or opened.outcome == FULL:
            content = {
                "error": "This study already has all the participants it needs",
                "remedy": "Thank you for your interest. You can close this window.",
                **self._return_to(arrived, "full"),
            }
            return JSONResponse(content, 409)
        return await run_in_threadpool(self._opened_response, request, opened)

    def _arrival(self, recruitment: dict[str, Any] | None) -> Arrival:
        try:
            arrived = arrival(recruitment)
        except RecruitmentError as error:
            found, _, remedy = str(error).partition("; ")
            raise RefusedRequestError(422, found, remedy) from error
        source = self._export.study.recruitment.source
        if not invites(source, arrived):
            found = f"this study recruits through {source}, and the link does not come from there"
            raise RefusedRequestError(422, found, f"Open the study from {source}.")
        return arrived

    def _opened_response(self, request: Request, opened: Opened) -> Response:
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
            **self._return_to(opened.arrival, opened.outcome),
        }
        timeline = self._export.timeline_file(opened.slot, opened.language).read_bytes()
        # The timeline is inserted as it is in the export, without being parsed.
        body = json.dumps(content).encode()[:-1] + b',"timeline":' + timeline + b"}"
        headers = {"Vary": "Accept-Encoding"}
        if "gzip" in request.headers.get("accept-encoding", ""):
            body = gzip.compress(body, 5, mtime=0)
            headers["Content-Encoding"] = "gzip"
        return Response(body, 201, headers, "application/json")

    def _return_to(self, arrived: Arrival, outcome: str) -> dict[str, Any]:
        """Return where a participant is sent: to an address, by a form to post, or (without an outcome) nowhere."""
        back = return_of(self._export.study.recruitment, arrived, outcome) if outcome else None
        if back is None:
            return {"redirect": None, "form": None}
        if back.fields:
            return {"redirect": None, "form": {"action": back.url, "fields": back.fields}}
        return {"redirect": back.url, "form": None}

    async def rows(self, request: Request) -> Response:
        """Store rows."""
        card = await self._authenticate(request)
        body = await read_body(request, RowsBody, LARGEST)
        return await self._keep(card, body.rows)

    async def drafts(self, request: Request) -> Response:
        """Store the answers given so far on the screen that is being shown."""
        card = await self._authenticate(request)
        body = await read_body(request, DraftsBody)
        await self._keep(card, drafts=body.drafts)
        return JSONResponse({"kept": True})

    async def events(self, request: Request) -> Response:
        """Store events."""
        card = await self._authenticate(request)
        body = await read_body(request, EventsBody)
        events, rejected = sort_events(body.events)
        await self._keep(card, events=events)
        return JSONResponse({"accepted": len(events), "rejected": rejected})

    async def beacon(self, request: Request) -> Response:
        """Store what a page sends as it closes."""
        body = await read_body(request, BeaconBody)
        card = await self._card_of_token(request, body.token)
        return await self._keep(card, body.rows, body.drafts, sort_events(body.events)[0])

    async def finish(self, request: Request) -> Response:
        """End a session, and return where the participant is sent."""
        card = await self._authenticate(request)
        outcome = (await read_body(request, FinishBody)).outcome
        rows = await self._store.rows(card.session)
        missing = gaps(rows)
        confirmed = not missing and await run_in_threadpool(
            lambda: leads_to(self._export.timeline(card.slot, card.language), rows, outcome)
        )
        first_outcome = await self._store.finish(card.session, outcome, confirmed, now())
        content = {"outcome": first_outcome, "confirmed": confirmed, "missing": missing}
        return JSONResponse({**content, **self._return_to(card.arrival, first_outcome)})

    async def _keep(
        self,
        card: Card,
        rows: Sequence[Any] = (),
        drafts: dict[str, Any] | None = None,
        events: Sequence[Event] = (),
    ) -> Response:
        """Store what a page sends, and return which rows were accepted."""
        text = None if drafts is None else text_of(drafts)
        if text is not None and len(text.encode()) > LARGEST_DRAFTS:
            raise RefusedRequestError(
                413, f"The drafts are longer than {LARGEST_DRAFTS} bytes", "Send shorter drafts."
            )
        valid, refused, rejected = self._check_rows(card, rows)
        kept = await self._store.keep(Post(card.session, valid, refused, text, events, now()))
        rejected += [
            {"sequence": number, "reason": "a different row is already stored under this sequence"}
            for number in kept.differing
        ]
        content = {"accepted": kept.accepted, "known": kept.known, "rejected": rejected}
        return Response(to_json(content), media_type="application/json")

    def _check_rows(
        self, card: Card, rows: Sequence[Any]
    ) -> tuple[list[tuple[int, str]], list[tuple[str, str]], list[dict[str, Any]]]:
        """Return the valid rows, the refused rows to be stored separately, and the reasons to send to the page."""
        expected = self._export.expected(card.slot, card.language)
        valid, refused, rejected = [], [], []
        reasons = [reason_to_refuse(row, card.participant, card.session, expected) for row in rows]
        possible = (row for row, reason in zip(rows, reasons, strict=True) if not reason)
        together = dict(faults_together(possible, expected))
        for row, alone in zip(rows, reasons, strict=True):
            text = text_of(row)
            reason = alone or together.get(row["sequence"], "")
            if not reason and len(text.encode()) > LONGEST_ROW:
                reason = f"the row is longer than {LONGEST_ROW} bytes"
            if not reason:
                valid.append((row["sequence"], text))
                continue
            # The reason quotes the row, and not every database and terminal can show all characters.
            reason = reason.encode("utf-8", "backslashreplace").decode().replace("\0", "\\0")[:500]
            refused.append((reason, text[:LONGEST_ROW]))
            sequence = row.get("sequence") if isinstance(row, dict) else None
            number = sequence if isinstance(sequence, int) else None
            rejected.append({"sequence": number, "reason": reason})
        return valid, refused, rejected

    async def _authenticate(self, request: Request) -> Card:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        return await self._card_of_token(request, token if scheme.lower() == "bearer" else None)

    async def _card_of_token(self, request: Request, token: Any) -> Card:
        session = session_of(token, self._store.token_secret)
        card = await self._store.card(session) if session else None
        if card is None:
            self._limits.unknown.check(self._caller(request))
            raise RefusedRequestError(401, *UNKNOWN)
        self._limits.posting.check(card.session)
        return card

    def _caller(self, request: Request) -> str:
        return self._limits.caller(request.client.host if request.client else "")
