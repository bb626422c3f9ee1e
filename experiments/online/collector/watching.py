"""The experimenter's live page, which is protected by a password."""

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
from experiments.online.collector.pages import page_response, read_page
from experiments.online.collector.refusal import RateLimits, RefusedRequestError
from experiments.online.collector.store import Store
from experiments.schema import now

COOKIE = "compassion_live"
#: Seconds after which experimenters must log in again.
LOGIN_LASTS_S = 12 * 3600
#: Maximum size of a form, in bytes.
LONGEST_FORM = 4096
_FOLDER = Path(__file__).parent / "live"


class LivePage:
    """The routes below ``/live``; ``password`` is the hash of the experimenter's password."""

    def __init__(self, study: Study, store: Store, password: str, limits: RateLimits) -> None:
        self._study, self._store, self._password, self._limits = study, store, password, limits
        self._logins: dict[str, float] = {}
        self._key = secrets.token_bytes(32)
        # One attempt at a time, because each deliberately takes 128 MiB.
        self._checking_password = asyncio.Lock()
        self._templates = Environment(loader=FileSystemLoader(_FOLDER), autoescape=True)
        self._files = {name: read_page(_FOLDER / name) for name in ("live.css", "live.js")}

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
        """Return the page's style sheet or script."""
        name = request.path_params["name"]
        if name not in self._files:
            raise RefusedRequestError(
                404, "There is no page at this address", "The live page is at /live."
            )
        return page_response(request, self._files[name])

    async def page(self, request: Request) -> Response:
        """Return the live page, or redirect to the login."""
        if not self._is_logged_in(request):
            return RedirectResponse("/live/login", 303)
        token = self._form_token(request.cookies[COOKIE])
        return self._rendered("page.html", study=self._study, token=token)

    async def login_page(self, request: Request) -> Response:
        """Return the page that asks for the password."""
        if self._is_logged_in(request):
            return RedirectResponse("/live", 303)
        return self._rendered("login.html", fault="")

    async def login(self, request: Request) -> Response:
        """Check the password, and log in."""
        form = await _form(request)
        caller = self._limits.caller(request.client.host if request.client else "")
        try:
            self._limits.login.check(caller)
        except RefusedRequestError as refusal:
            fault = f"Too many attempts. {refusal.remedy.split(';')[0]}."
            return self._rendered("login.html", 429, fault=fault)
        async with self._checking_password:
            is_right = await run_in_threadpool(
                is_password, form.get("password", ""), self._password
            )
        if not is_right:
            return self._rendered("login.html", 403, fault="The password is wrong.")
        self._limits.login.forgive(caller)
        cookie, present = secrets.token_urlsafe(32), time.monotonic()
        valid = {key: until for key, until in self._logins.items() if until > present}
        self._logins = {**valid, _hashed(cookie): present + LOGIN_LASTS_S}
        response = RedirectResponse("/live", 303)
        response.set_cookie(
            COOKIE,
            cookie,
            max_age=LOGIN_LASTS_S,
            path="/live",
            httponly=True,
            samesite="strict",
            secure=request.url.scheme == "https",
        )
        return response

    async def logout(self, request: Request) -> Response:
        """Log out."""
        form = await _form(request)
        cookie = request.cookies.get(COOKIE, "")
        if not hmac.compare_digest(
            form.get("token", "").encode(), self._form_token(cookie).encode()
        ):
            raise RefusedRequestError(403, "This form is out of date", "Reload the live page.")
        self._logins.pop(_hashed(cookie), None)
        response = RedirectResponse("/live/login", 303)
        response.delete_cookie(COOKIE, path="/live")
        return response

    async def data(self, request: Request) -> Response:
        """Return the counts."""
        if not self._is_logged_in(request):
            raise RefusedRequestError(401, "You are not logged in", "Log in at /live/login.")
        return JSONResponse(await self._store.counts(now()))

    def _is_logged_in(self, request: Request) -> bool:
        until = self._logins.get(_hashed(request.cookies.get(COOKIE, "")), 0.0)
        return until > time.monotonic()

    def _form_token(self, cookie: str) -> str:
        return hmac.digest(self._key, cookie.encode(), "sha256").hex()

    def _rendered(self, name: str, status: int = 200, **values: Any) -> Response:
        template = self._templates.get_template(name)
        return HTMLResponse(template.render(title=self._study.title, **values), status)


async def _form(request: Request) -> dict[str, str]:
    """Read a form; it must have been sent from this site."""
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
