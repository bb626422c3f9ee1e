"""The experimenter's live page, behind a password."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import secrets
import time
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from jinja2 import Environment, FileSystemLoader
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from experiments.online.collector.credentials import is_password
from experiments.online.collector.export import Study
from experiments.online.collector.pages import answer_page, page_of
from experiments.online.collector.refusal import Paces, RefusedRequestError
from experiments.online.collector.store import Store
from experiments.schema import now

COOKIE = "compassion_live"
STAYS_S = 12 * 3600
LONGEST_FORM = 4096
_FOLDER = Path(__file__).parent / "live"


class Watching:
    """The addresses below ``/live``; ``password`` is the hash of the experimenter's."""

    def __init__(self, study: Study, store: Store, password: str, paces: Paces) -> None:
        self._study, self._store, self._password, self._paces = study, store, password, paces
        self._logins: dict[str, float] = {}
        self._key = secrets.token_bytes(32)
        # One try at a time: each takes 128 MiB on purpose.
        self._trying = asyncio.Lock()
        self._templates = Environment(loader=FileSystemLoader(_FOLDER), autoescape=True)
        self._files = {name: page_of(_FOLDER / name) for name in ("live.css", "live.js")}

    def routes(self) -> list[Route]:
        """Return the routes of the live page."""
        return [
            Route("/live", self.page, methods=["GET"]),
            Route("/live/login", self.login_page, methods=["GET"]),
            Route("/live/login", self.login, methods=["POST"]),
            Route("/live/logout", self.logout, methods=["POST"]),
            Route("/live/data", self.data, methods=["GET"]),
            Route("/live/{name}", self.file, methods=["GET"]),
        ]

    async def file(self, request: Request) -> Response:
        """Answer with the page's style or script."""
        name = request.path_params["name"]
        if name not in self._files:
            raise RefusedRequestError(
                404, "There is nothing at this address", "The live page is at /live."
            )
        return answer_page(request, self._files[name])

    async def page(self, request: Request) -> Response:
        """Answer with the live page, or go to the login."""
        if not self._is_in(request):
            return RedirectResponse("/live/login", 303)
        token = self._form_token(request.cookies[COOKIE])
        return self._shown("page.html", study=self._study, token=token)

    async def login_page(self, request: Request) -> Response:
        """Answer with the form that asks for the password."""
        if self._is_in(request):
            return RedirectResponse("/live", 303)
        return self._shown("login.html", fault="")

    async def login(self, request: Request) -> Response:
        """Try a password."""
        form = await _form(request)
        caller = self._paces.caller(request.client.host if request.client else "")
        try:
            self._paces.login.check(caller)
        except RefusedRequestError as refusal:
            fault = f"Too many tries. {refusal.remedy.split(';')[0]}."
            return self._shown("login.html", 429, fault=fault)
        async with self._trying:
            right = await run_in_threadpool(is_password, form.get("password", ""), self._password)
        if not right:
            return self._shown("login.html", 403, fault="This is not the password.")
        self._paces.login.forgive(caller)
        cookie, at = secrets.token_urlsafe(32), time.monotonic()
        still = {key: until for key, until in self._logins.items() if until > at}
        self._logins = {**still, _hashed(cookie): at + STAYS_S}
        answer = RedirectResponse("/live", 303)
        answer.set_cookie(
            COOKIE,
            cookie,
            max_age=STAYS_S,
            path="/live",
            httponly=True,
            samesite="strict",
            secure=request.url.scheme == "https",
        )
        return answer

    async def logout(self, request: Request) -> Response:
        """Forget a login."""
        form = await _form(request)
        cookie = request.cookies.get(COOKIE, "")
        if not hmac.compare_digest(
            form.get("token", "").encode(), self._form_token(cookie).encode()
        ):
            raise RefusedRequestError(403, "This form is out of date", "Reload the live page.")
        self._logins.pop(_hashed(cookie), None)
        answer = RedirectResponse("/live/login", 303)
        answer.delete_cookie(COOKIE, path="/live")
        return answer

    async def data(self, request: Request) -> Response:
        """Answer with the counts."""
        if not self._is_in(request):
            raise RefusedRequestError(401, "You are not logged in", "Log in at /live/login.")
        return JSONResponse(await self._store.counts(now()))

    def _is_in(self, request: Request) -> bool:
        until = self._logins.get(_hashed(request.cookies.get(COOKIE, "")), 0.0)
        return until > time.monotonic()

    def _form_token(self, cookie: str) -> str:
        return hmac.digest(self._key, cookie.encode(), "sha256").hex()

    def _shown(self, name: str, status: int = 200, **values: Any) -> Response:
        template = self._templates.get_template(name)
        return HTMLResponse(template.render(title=self._study.title, **values), status)


async def _form(request: Request) -> dict[str, str]:
    """Read a form that this very site has sent."""
    origin = request.headers.get("origin")
    site = request.headers.get("sec-fetch-site", "same-origin")
    foreign = origin is not None and urlsplit(origin).netloc != request.headers.get("host")
    if foreign or site not in {"same-origin", "none"}:
        raise RefusedRequestError(
            403, "This form was sent from another site", "Log in at /live/login."
        )
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > LONGEST_FORM:
            raise RefusedRequestError(413, "The form is too long", "Log in at /live/login.")
    fields = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)
    return {name: values[0] for name, values in fields.items()}


def _hashed(cookie: str) -> str:
    return hashlib.sha256(cookie.encode()).hexdigest()
