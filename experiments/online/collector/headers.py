"""Security headers of every answer: nothing from elsewhere, nothing inline, no frame, no referrer to others."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from experiments.online.hosts import HOSTS, Source

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
        self._pages, self._data = _raw(pages), _raw(data)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and add the headers to what comes back."""
        # Answers to the page's script show nothing, and there are thousands of them in a second.
        added = self._data if scope.get("path", "").startswith("/api/") else self._pages

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = message["headers"]
                if not any(name == b"cache-control" for name, _ in headers):
                    headers.append((b"cache-control", b"no-store"))
                headers.extend(added)
            await send(message)

        await self._app(scope, receive, with_headers)


def _raw(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]
