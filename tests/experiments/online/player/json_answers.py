"""The common part of these tests' servers: files of a page, and answers in JSON."""

from __future__ import annotations

import json
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


class JsonHandler(SimpleHTTPRequestHandler):
    """Requests of one page, about which ``stub`` is asked."""

    def __init__(self, stub: Any, *args: Any, **more: Any) -> None:
        self.stub = stub
        super().__init__(*args, **more)

    def log_message(self, *_: Any) -> None:
        """Log nothing."""

    def body(self) -> bytes:
        """Return the body of the request."""
        return self.rfile.read(int(self.headers["Content-Length"] or 0))

    def answer(self, status: int, body: dict[str, Any]) -> None:
        """Answer with JSON."""
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


class Server(ThreadingHTTPServer):
    """A server whose pages may close before the answer, which is no error."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Report any other error."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class Served:
    """A stub that serves a page from a folder, and answers its requests, from when ``serve`` is called."""

    server: Server

    def serve(self, handler: type[JsonHandler], folder: Path) -> None:
        """Listen on a free port."""
        self.server = Server(("127.0.0.1", 0), partial(handler, self, directory=str(folder)))
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def address(self) -> str:
        """Address of the page."""
        return f"http://127.0.0.1:{self.server.server_port}/"
