"""The collector as an ASGI application, with security headers on every response."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from experiments.online.collector.api import Api
from experiments.online.collector.export import Export
from experiments.online.collector.pages import pages
from experiments.online.collector.refusal import (
    LOG,
    DatabaseError,
    DeletedSessionError,
    RateLimits,
    refusal_response,
)
from experiments.online.collector.store import Store
from experiments.online.collector.watching import LivePage
from experiments.online.recruitment import SITES, Source
from experiments.schema import now

#: Interval between checks for drop-outs, in seconds; another check is made whenever a session is opened.
DROPOUT_CHECK_S = 30.0
#: Hosts that may show the page in a frame; MTurk always does.
FRAMES: dict[Source, tuple[str, ...]] = {
    "mturk": ("worker.mturk.com", "workersandbox.mturk.com", "requester.mturk.com")
}


def make_application(export: Export, store: Store, password: str) -> SecurityHeaders:
    """Return the application that serves an export and stores participants' answers.

    Parameters
    ----------
    export
        The checked export folder.
    store
        Where sessions and rows are stored; closed when the application stops.
    password
        Hash of the experimenter's password (``hash_password``).
    """
    limits = RateLimits()

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        dropout_checks = asyncio.create_task(_release_dropouts(store))
        yield
        dropout_checks.cancel()
        store.close()

    routes = [
        *Api(export, store, limits).routes(),
        *LivePage(export.study, store, password, limits).routes(),
        pages(export),
    ]
    faults: tuple[type[Exception] | int, ...] = (
        HTTPException,
        DeletedSessionError,
        DatabaseError,
        RecursionError,
    )
    handlers = dict.fromkeys((*faults, 500), refusal_response)
    application = Starlette(routes=routes, lifespan=lifespan, exception_handlers=handlers)
    return SecurityHeaders(application, export.study.recruitment.source)


async def _release_dropouts(store: Store) -> None:
    while True:
        await asyncio.sleep(DROPOUT_CHECK_S)
        try:
            await store.release(now())
        except DatabaseError as fault:
            LOG.error("%s", fault)


def content_security_policy(source: Source) -> str:
    """Return the Content-Security-Policy of a study: nothing from other hosts, nothing inline; frames only for MTurk."""
    frames = " ".join(f"https://{host}" for host in FRAMES.get(source, ())) or "'none'"
    forms = "".join(f" https://{host}" for host in SITES[source].hosts if source == "mturk")
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self' blob:; "
        f"font-src 'self'; connect-src 'self'; form-action 'self'{forms}; frame-ancestors {frames}; base-uri 'none'"
    )


class SecurityHeaders:
    """Middleware that adds security headers to every response.

    They allow nothing from other hosts, nothing inline, no frame (except MTurk's) and no referrer to other sites.
    Strict-Transport-Security comes from the proxy, because only the proxy uses TLS.
    """

    def __init__(self, app: ASGIApp, source: Source) -> None:
        self._app = app
        always = {
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
        }
        pages = {
            **always,
            "Content-Security-Policy": content_security_policy(source),
            "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
            "Cross-Origin-Opener-Policy": "same-origin",
            "X-Robots-Tag": "noindex, nofollow",
        }
        if source not in FRAMES:
            pages["X-Frame-Options"] = "DENY"
        data = {**always, "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'"}
        self._pages, self._data = (
            [(name.lower().encode(), value.encode()) for name, value in headers.items()]
            for headers in (pages, data)
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on a request, and add the headers to the response."""
        # Responses to the page's script are never displayed, and there are thousands of them per second.
        added = self._data if scope.get("path", "").startswith("/api/") else self._pages

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = message["headers"]
                if not any(name == b"cache-control" for name, _ in headers):
                    headers.append((b"cache-control", b"no-store"))
                headers.extend(added)
            await send(message)

        await self._app(scope, receive, with_headers)
