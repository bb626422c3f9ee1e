"""Fixtures for the player's tests: the page as an export has it, a stub of the collector, and Chromium."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

from hand import PATIENCE
from jatos_stub import JatosStub
from pavlovia_stub import PavloviaStub
from small_pages import HERE, PLAYER, export
from stub import Stub

from experiments.online.export import node
from experiments.screen import Screen
from experiments.timeline.timeline import Timeline


@pytest.fixture(scope="session")
def run_js() -> Callable[[str, Any], Any]:
    """Return a function that runs a piece of a module script in node: JSON in, JSON out."""
    try:
        program = node.command("node")
    except node.NodeError as fault:
        pytest.skip(str(fault))

    def run(script: str, given: Any) -> Any:
        head = f'const player = (name) => import("{PLAYER.as_uri()}/" + name);\n'
        tail = (
            "let text = '';\nfor await (const part of process.stdin) text += part;\n"
            "process.stdout.write(JSON.stringify(await main(JSON.parse(text))));\n"
        )
        result = subprocess.run(
            [*program, "--input-type=module", "-e", head + script + "\n" + tail],
            input=json.dumps(given),
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        assert result.returncode == 0, result.stderr
        return json.loads(result.stdout)

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
    """Return a participant's browser; any request to another host, and any error of the page, fails the test."""
    made = browser.new_context(viewport={"width": 1024, "height": 768}, accept_downloads=True)
    made.set_default_timeout(PATIENCE)
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


@pytest.fixture
def serve(modules: Path, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Return a function that exports for a target and serves the folder; each slot has the same timeline."""
    made: list[Any] = []
    stubs = {"jatos": JatosStub, "pavlovia": PavloviaStub}

    def serve_export(target: str, **more: Any) -> Any:
        folder = export(tmp_path / target, target, **{"slots": [{"slot": 7}], **more})
        for planned in more.get("slots", []):
            here = folder / "slots" / f"{planned['slot']:04d}.json"
            if not here.exists():
                shutil.copy(folder / "slots" / "0007.json", here)
        if target == "jatos":
            shutil.copy(HERE / "jatos_stub.js", folder / "jatos.js")
        made.append(stubs.get(target, Stub)(folder))
        return made[-1]

    yield serve_export
    for stub in made:
        stub.server.shutdown()
        stub.server.server_close()


@pytest.fixture
def serve_screens(serve: Callable[..., Any]) -> Callable[..., Stub]:
    """Return a function that serves screens, as the only ones of a session."""

    def put(screens: tuple[Screen, ...]) -> Stub:
        stub: Stub = serve("static")
        file = stub.folder / "slots" / "0007.json"
        timeline = Timeline.from_json(json.loads(file.read_text("utf-8")))
        shown = replace(timeline, screens=screens, exit=screens[-1].id)
        file.write_text(json.dumps(shown.to_json()), "utf-8")
        return stub

    return put


@pytest.fixture
def participant(browser: Any) -> Iterator[Any]:
    """Return a participant's browser in which Prolific answers every address."""
    made = browser.new_context(accept_downloads=True)
    made.set_default_timeout(PATIENCE)
    made.route(
        "https://app.prolific.com/**",
        lambda route: route.fulfill(body="<title>Prolific</title>", content_type="text/html"),
    )
    yield made
    made.close()
