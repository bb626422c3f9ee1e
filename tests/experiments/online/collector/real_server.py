"""The real server, in a process of its own."""

from __future__ import annotations

import gc
import json
import multiprocessing
import signal
import time
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.context import ForkProcess
from pathlib import Path
from typing import Any

import httpx
import pytest
from small_export import PASSWORD, rows_of

from experiments.online.collector import hash_password, serve

CHEAP = hash_password(PASSWORD, cost=2**4)
# A forked process is a real one, without the time for importing everything again.
FORK = multiprocessing.get_context("fork")


def serve_in_process(export: Path, database: str, port: int, lines: Connection) -> None:
    """Serve in the process that has been forked, and pass each line on to the test."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    # The objects of the tests are exempt from the server's garbage collection, which would take seconds.
    gc.freeze()
    serve(export, database=database, port=port, password=CHEAP, announce=lines.send)


@dataclass
class Server:
    """A running collector."""

    export: Path
    database: str
    port: int = 0
    process: ForkProcess | None = None
    client: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=60, verify=False))

    def start(self) -> Server:
        """Start it, and wait until it answers."""
        receives, sends = FORK.Pipe(duplex=False)
        arguments = (self.export, self.database, self.port, sends)
        self.process = FORK.Process(target=serve_in_process, args=arguments, daemon=True)
        self.process.start()
        sends.close()
        line = ""
        while not line.startswith("Database:"):
            line = receives.recv()
            if line.startswith("Study:"):
                self.port = int(line.rstrip("/").rsplit(":", 1)[1])
        self.client.base_url = f"http://127.0.0.1:{self.port}"
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                self.client.get("/")
            except httpx.TransportError:
                time.sleep(0.02)
            else:
                return self
        pytest.fail("the server does not answer")

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        self.process.join()

    def stop(self) -> int:
        """End it as an administrator would, and return its exit code."""
        self.process.terminate()
        self.process.join(timeout=60)
        return self.process.exitcode

    def open(self, **body: Any) -> dict[str, Any]:
        """Open a session."""
        answer = self.client.post("/api/sessions", json=body)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def post(self, opened: dict[str, Any], what: str, **body: Any) -> httpx.Response:
        """Post with the session's token."""
        headers = {"Authorization": f"Bearer {opened['token']}"}
        return self.client.post(f"/api/{what}", content=json.dumps(body), headers=headers)

    def complete(self, **body: Any) -> dict[str, Any]:
        """Open a session and go through it to its end."""
        opened = self.open(**body)
        assert self.post(opened, "rows", rows=rows_of(opened)).json()["rejected"] == []
        assert self.post(opened, "finish", outcome="complete").json()["confirmed"]
        return opened
