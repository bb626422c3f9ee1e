"""The collector as an ASGI application."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from experiments.online.collector.api import Api
from experiments.online.collector.database import DatabaseFault
from experiments.online.collector.export import Export
from experiments.online.collector.headers import SecurityHeaders
from experiments.online.collector.keeping import Gone
from experiments.online.collector.pace import Paces
from experiments.online.collector.pages import Pages
from experiments.online.collector.refusal import LOG, Refusal, answer_refusal
from experiments.online.collector.store import Store
from experiments.online.collector.watching import Watching
from experiments.sitting import now

#: Drop-outs are looked for this often, and whenever somebody comes.
LOOK_EVERY_S = 30.0


def make_application(
    export: Export, store: Store, password: str, paces: Paces | None = None
) -> SecurityHeaders:
    """Make the application that serves an export and keeps what comes back.

    Parameters
    ----------
    export
        The checked export folder.
    store
        Where sessions and rows are kept; closed when the application stops.
    password
        Hash of the experimenter's password (``hash_password``).
    paces
        Rate limits (default: ``Paces()``).
    """
    paces = paces or Paces()

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        looking = asyncio.create_task(_look_for_dropouts(store))
        yield
        looking.cancel()
        store.close()

    routes = [
        *Api(export, store, paces).routes(),
        *Watching(export.study, store, password, paces).routes(),
        *Pages(export).routes(),
    ]
    application = Starlette(
        routes=routes,
        lifespan=lifespan,
        exception_handlers={
            Refusal: answer_refusal,
            Gone: answer_refusal,
            DatabaseFault: answer_refusal,
            RecursionError: answer_refusal,
            HTTPException: _answer_http,
            500: _answer_fault,
        },
    )
    return SecurityHeaders(application, export.study.recruitment.source)


async def _look_for_dropouts(store: Store) -> None:
    while True:
        await asyncio.sleep(LOOK_EVERY_S)
        try:
            await store.release(now())
        except DatabaseFault as fault:
            LOG.error("%s", fault)


async def _answer_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    content = {"error": error.detail, "remedy": "See the collector's documentation."}
    return JSONResponse(content, error.status_code, headers=error.headers)


async def _answer_fault(request: Request, error: Exception) -> Response:
    content = {
        "error": "The collector made a mistake",
        "remedy": "Your answers stay in this browser and are sent again by themselves.",
    }
    return JSONResponse(content, 500)
