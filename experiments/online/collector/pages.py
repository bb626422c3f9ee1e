"""The files of the export that anyone may download."""

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

#: Files up to this size, in bytes, are held in memory, texts also compressed; larger files are pictures and films.
LARGEST_IN_MEMORY = 2_000_000
_TEXTS = ("text/", "application/javascript", "application/json", "image/svg+xml")
#: Ending of the name -> media type, where the machine's own list may have no type or a different one.
_TYPES = {
    "": "text/plain",
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".woff2": "font/woff2",
}


@dataclass(frozen=True)
class Page:
    """A file in memory."""

    content: bytes
    compressed: bytes | None
    tag: str
    type: str


def _type_of(path: Path) -> str:
    found = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0]
    return found or "application/octet-stream"


def read_page(path: Path) -> Page:
    """Read a file into memory."""
    content, kind = path.read_bytes(), _type_of(path)
    tag = f'"{hashlib.sha256(content).hexdigest()[:16]}"'
    if not kind.startswith(_TEXTS):
        return Page(content, None, tag, kind)
    return Page(content, gzip.compress(content, 9, mtime=0), tag, f"{kind}; charset=utf-8")


def page_response(request: Request, page: Page) -> Response:
    """Return the response with a file: compressed if the browser accepts it, 304 if the browser already has the file."""
    headers = {"ETag": page.tag, "Cache-Control": "no-cache", "Vary": "Accept-Encoding"}
    if request.headers.get("if-none-match") == page.tag:
        return Response(None, 304, headers)
    if page.compressed and "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
        return Response(page.compressed, 200, headers, page.type)
    return Response(page.content, 200, headers, page.type)


def pages(export: Export) -> Route:
    """Return the route for the public files, which must be the last of all routes.

    Names are only looked up in the list of files: no part of an address is ever joined to a path.
    """
    large = {
        name: path for name, path in export.files.items() if path.stat().st_size > LARGEST_IN_MEMORY
    }
    held = {name: read_page(path) for name, path in export.files.items() if name not in large}

    async def file(request: Request) -> Response:
        name = request.path_params["name"] or "index.html"
        if name in held:
            return page_response(request, held[name])
        if name in large:
            headers = {"Cache-Control": "public, max-age=86400"}
            return FileResponse(large[name], 200, headers, _type_of(large[name]))
        raise RefusedRequestError(
            404, "There is no page at this address", "Open the study with the original link."
        )

    return Route("/{name:path}", file, methods=["GET"])
