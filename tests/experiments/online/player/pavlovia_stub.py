"""A stub of Pavlovia, written from its documented endpoints and from the requests of its own plugins. It is not Pavlovia.

The page is at 127.0.0.1 and the endpoints at localhost: another origin, as run.pavlovia.org and pavlovia.org are.
"""

from __future__ import annotations

from email.parser import BytesParser
from pathlib import Path
from typing import Any

from json_answers import JsonHandler, Served


class PavloviaStub(Served):
    """The requests that the endpoints received, and their answers."""

    def __init__(self, folder: Path) -> None:
        self.experiment: dict[str, Any] = {"status2": "RUNNING", "saveIncompleteResults": True}
        self.results_answer = 200
        """Status that results are answered with; 0: the connection is closed without an answer."""
        self.closing_answer = 200
        self.opened: list[dict[str, str]] = []
        self.results: list[dict[str, str]] = []
        self.closed: list[tuple[str, str, str]] = []
        """Method, path, isCompleted."""
        self.serve(Handler, folder)

    def config(self) -> dict[str, Any]:
        """Return the configuration that Pavlovia puts beside the page of a project."""
        return {
            "experiment": {"name": "study", "fullpath": "lab/study"},
            "gitlab": {"projectId": 12},
            "pavlovia": {"URL": f"http://localhost:{self.server.server_port}"},
        }

    def answer(self, method: str, path: str, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """Take a request; return the answer's status and JSON."""
        if path == "/api/v2/experiments/12/sessions":
            self.opened.append(form)
            return 200, {"token": f"tok{len(self.opened)}", "experiment": self.experiment}
        if method == "DELETE" or path.endswith("/delete"):
            self.closed.append((method, path.split("/sessions/")[1], form["isCompleted"]))
            return self.closing_answer, {}
        if self.results_answer == 200:
            self.results.append(form)
        return self.results_answer, {"error": "no credits"} if self.results_answer != 200 else {}


class Handler(JsonHandler):
    """Requests of one page."""

    def end_headers(self) -> None:
        """Allow requests of the page's origin."""
        self.send_header("Access-Control-Allow-Origin", "*")
        self.send_header("Access-Control-Allow-Methods", "POST, DELETE")
        super().end_headers()

    def do_OPTIONS(self) -> None:
        """Answer the browser's question whether it may send DELETE."""
        self.answer(200, {})

    def do_GET(self) -> None:
        """Serve the page and its configuration."""
        if self.path == "/config.json":
            self.answer(200, self.stub.config())
        else:
            super().do_GET()

    def do_POST(self) -> None:
        """Take a form."""
        status, answer = self.stub.answer(self.command, self.path, self.form(self.body()))
        if status:
            self.answer(status, answer)
        else:
            self.close_connection = True

    do_DELETE = do_POST

    def form(self, body: bytes) -> dict[str, str]:
        """Return the fields of a multipart form."""
        head = f"Content-Type: {self.headers['Content-Type']}\r\n\r\n".encode()
        parts = BytesParser().parsebytes(head + body).get_payload()
        return {
            str(part.get_param("name", header="content-disposition")): part.get_payload(
                decode=True
            ).decode()
            for part in (parts if isinstance(parts, list) else [])
        }
