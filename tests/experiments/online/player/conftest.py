"""What the player's tests share: the page as an export has it, a stub of the collector, and Chromium."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

from small_pages import PLAYER, export
from stub import Stub

from experiments.online import node


@pytest.fixture(scope="session")
def modules() -> Path:
    """Return ``node_modules``; skip where neither it nor npm is there."""
    try:
        return node.packages()
    except node.NodeFault as fault:
        pytest.skip(str(fault))


@pytest.fixture(scope="session")
def run_js() -> Callable[[str, Any], Any]:
    """Return a function that runs a piece of a module script in node: JSON in, JSON out."""
    try:
        program = node.command("node")
    except node.NodeFault as fault:
        pytest.skip(str(fault))

    def run(script: str, given: Any) -> Any:
        head = f'const player = (name) => import("{PLAYER.as_uri()}/" + name);\n'
        tail = (
            "let text = '';\nfor await (const part of process.stdin) text += part;\n"
            "process.stdout.write(JSON.stringify(await main(JSON.parse(text))));\n"
        )
        done = subprocess.run(
            [*program, "--input-type=module", "-e", head + script + "\n" + tail],
            input=json.dumps(given),
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run


@pytest.fixture(scope="session")
def static_export(modules: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an export for our collector."""
    return export(tmp_path_factory.mktemp("static"), "static")


@pytest.fixture
def stub(static_export: Path) -> Iterator[Stub]:
    """Return a stub of the collector that serves the static export."""
    made = Stub(static_export)
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def context(browser: Any, stub: Stub) -> Iterator[Any]:
    """Return a participant's browser; any request to another host, and any fault of the page, fails the test."""
    made = browser.new_context(viewport={"width": 1024, "height": 768}, accept_downloads=True)
    faults: list[str] = []

    def watch(page: Any) -> None:
        page.on("pageerror", lambda fault: faults.append(str(fault)))
        page.on(
            "request",
            lambda request: (
                None
                if request.url.startswith((stub.address, "data:", "blob:"))
                else faults.append(f"asked {request.url}")
            ),
        )
        page.on(
            "console",
            lambda message: (
                faults.append(message.text) if "Content Security" in message.text else None
            ),
        )

    made.on("page", watch)
    yield made
    made.close()
    assert faults == []
