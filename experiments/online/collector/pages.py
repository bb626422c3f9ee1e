"""The files of the export that everybody may fetch."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from experiments.online.collector.export import Export
from experiments.online.collector.refusal import RefusedRequestError

#: Files up to this size are held in memory, ready and compressed; larger ones are pictures and films.
HELD = 2_000_000
_TEXTS = ("text/", "application/javascript", "application/json", "image/svg+xml")
#: By the end of a name, where the machine's own list may have none or another.
_TYPES = {
    "": "text/plain",
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".woff2": "font/woff2",
}


@dataclass(frozen=True)
class Page:
    """A file held in memory."""

    content: bytes
    compressed: bytes | None
    tag: str
    type: str


def _type_of(path: Path) -> str:
    found = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0]
    return found or "application/octet-stream"


def page_of(path: Path) -> Page:
    """Read a file into memory."""
    content, kind = path.read_bytes(), _type_of(path)
    tag = f'"{hashlib.sha256(content).hexdigest()[:16]}"'
    if not kind.startswith(_TEXTS):
        return Page(content, None, tag, kind)
    return Page(content, gzip.compress(content, 9, mtime=0), tag, f"{kind}; charset=utf-8")


def answer_page(request: Request, page: Page) -> Response:
    """Answer with a held file, compressed where the browser takes it, or with 304 if it has it."""
    headers = {"ETag": page.tag, "Cache-Control": "no-cache", "Vary": "Accept-Encoding"}
    if request.headers.get("if-none-match") == page.tag:
        return Response(None, 304, headers)
    if page.compressed and "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
        return Response(page.compressed, 200, headers, page.type)
    return Response(page.content, 200, headers, page.type)


def pages(export: Export) -> Route:
    """Return the route of all files, and of nothing else; it comes behind all others.

    No address is ever joined to a path.
    """
    large = {name: path for name, path in export.files.items() if path.stat().st_size > HELD}
    held = {name: page_of(path) for name, path in export.files.items() if name not in large}

    async def file(request: Request) -> Response:
        name = request.path_params["name"] or "index.html"
        if name in held:
            return answer_page(request, held[name])
        if name in large:
            headers = {"Cache-Control": "public, max-age=86400"}
            return FileResponse(large[name], 200, headers, _type_of(large[name]))
        raise RefusedRequestError(
            404, "There is nothing at this address", "Open the study by its own link."
        )

    return Route("/{name:path}", file, methods=["GET"])
