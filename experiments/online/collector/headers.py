"""Security headers of every answer: nothing from elsewhere, nothing inline, no frame, no referrer to others."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from experiments.online.recruitment import HOSTS, Source

#: MTurk shows the page in a frame of its own.
FRAMES: dict[Source, tuple[str, ...]] = {
    "mturk": ("worker.mturk.com", "workersandbox.mturk.com", "requester.mturk.com")
}


def content_security_policy(source: Source) -> str:
    """Return the policy for a study that recruits over a source."""
    frames = " ".join(f"https://{host}" for host in FRAMES.get(source, ())) or "'none'"
    forms = " ".join(
        ["'self'", *(f"https://{host}" for host in HOSTS[source] if source == "mturk")]
    )
    return "; ".join(
        [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data:",
            "media-src 'self'",
            "font-src 'self'",
            "connect-src 'self'",
            f"form-action {forms}",
            f"frame-ancestors {frames}",
            "base-uri 'none'",
        ]
    )


class SecurityHeaders:
    """Adds the headers. Strict-Transport-Security comes from the proxy, which alone speaks TLS."""

    def __init__(self, app: ASGIApp, source: Source) -> None:
        self._app = app
        self._headers = {
            "Content-Security-Policy": content_security_policy(source),
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "same-origin",
            "Permissions-Policy": "camera=(), microphone=(), geolocation=(), interest-cohort=()",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
            "X-Robots-Tag": "noindex, nofollow",
        }
        if source not in FRAMES:
            self._headers["X-Frame-Options"] = "DENY"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and add the headers to what comes back."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self._app(scope, receive, with_headers)
