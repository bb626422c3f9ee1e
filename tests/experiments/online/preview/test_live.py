"""The live preview in the browser: it follows the file, keeps the step, shows faults, and collects nothing."""

from __future__ import annotations

import re
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from experiments.online.preview.application import application
from experiments.places import shipped_folder

PATIENCE = 60_000


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A study file that can be edited."""
    copy = tmp_path / "compassion_collapse.yaml"
    shutil.copyfile(shipped_folder("protocols") / copy.name, copy)
    return copy


@contextmanager
def served(file: Path) -> Iterator[str]:
    """Serve the live preview of a file; the address."""
    server = uvicorn.Server(
        uvicorn.Config(application(file), port=0, log_level="error", lifespan="off")
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}/"
    server.should_exit = True
    thread.join(60)


@pytest.fixture
def address(file: Path) -> Iterator[str]:
    """The address of the live preview of ``file``."""
    with served(file) as found:
        yield found


@pytest.fixture
def page(browser: Any, address: str) -> Iterator[Any]:
    """The page of the live preview, with its first screen shown."""
    opened = browser.new_page(viewport={"width": 1200, "height": 800})
    opened.set_default_timeout(PATIENCE)
    opened.goto(address)
    frame(opened).locator("[data-screen=consent]").wait_for()
    yield opened
    opened.close()


def frame(page: Any) -> Any:
    return page.frame_locator("#player")


def shown(page: Any, screen: str) -> Any:
    """The screen in the frame, once it is shown."""
    found = frame(page).locator(f'[data-screen="{screen}"]')
    found.wait_for()
    return found


def options(page: Any, picker: str) -> list[str]:
    return page.locator(f"#{picker} option").all_inner_texts()


def test_the_pickers_offer_what_the_study_has(page: Any) -> None:
    assert options(page, "mode") == ["between", "within"]
    assert options(page, "cell")[:2] == ["victims = 1", "victims = 2"]
    assert not page.locator("#language").is_visible(), "the study has one language"
    page.select_option("#cell", label="victims = 8")
    page.select_option("#step", "appeals.1")
    assert "8 children" in shown(page, "appeals.1").inner_text()
    page.select_option("#mode", "within")
    page.locator("#cell").wait_for(state="hidden")


def go_on(screen: Any) -> None:
    screen.get_by_role("button", name="Continue").click()


def test_an_edited_text_is_shown_at_the_same_step(page: Any, file: Path) -> None:
    page.select_option("#step", "practice")
    shown(page, "practice")
    text = file.read_text("utf-8")
    assert text.count("right-hand jar") == 1
    file.write_text(text.replace("right-hand jar", "jar with the blue lid"), "utf-8")
    frame(page).get_by_text("jar with the blue lid").wait_for()
    assert page.locator("#step").input_value() == "practice"


def test_the_step_follows_the_participant(page: Any, file: Path) -> None:
    page.select_option("#step", "step_3")
    go_on(shown(page, "step_3"))
    page.wait_for_function("document.getElementById('step').value !== 'step_3'")
    reached = page.locator("#step").input_value()
    file.write_text(file.read_text("utf-8") + "\n# A comment.\n", "utf-8")
    shown(page, reached)
    assert page.locator("#step").input_value() == reached


def test_faults_lie_over_the_page_until_they_are_corrected(page: Any, file: Path) -> None:
    text = file.read_text("utf-8")
    line = text[: text.index("minutes:")].count("\n") + 1
    file.write_text(text.replace("minutes:", "minuts:", 1), "utf-8")
    faults = page.locator("#faults")
    faults.wait_for(state="visible")
    assert f"compassion_collapse.yaml, line {line}, column 1" in faults.inner_text()
    assert "Did you mean 'minutes'?" in faults.inner_text()
    file.write_text(text, "utf-8")
    faults.wait_for(state="hidden")
    shown(page, "consent")


def test_nothing_is_collected_and_nothing_else_is_asked_for(
    browser: Any, address: str, tmp_path: Path
) -> None:
    before = sorted(path for path in tmp_path.rglob("*"))
    page = browser.new_page()
    page.set_default_timeout(PATIENCE)
    requests: list[Any] = []
    page.on("request", lambda request: requests.append(request))
    page.goto(f"{address}#step=step_3")
    go_on(shown(page, "step_3"))
    page.wait_for_function("document.getElementById('step').value !== 'step_3'")
    page.close()
    assert {request.method for request in requests} == {"GET"}
    assert all(re.match(r"http://127\.0\.0\.1:|data:", request.url) for request in requests)
    assert sorted(path for path in tmp_path.rglob("*")) == before


def test_a_study_is_previewed_in_each_of_its_languages(browser: Any, tmp_path: Path) -> None:
    for file in shipped_folder("protocols").glob("identified_victim.*"):
        shutil.copyfile(file, tmp_path / file.name)
    with served(tmp_path / "identified_victim.yaml") as address:
        page = browser.new_page()
        page.set_default_timeout(PATIENCE)
        page.goto(address)
        shown(page, "consent")
        assert options(page, "language") == ["en", "de", "he", "zh"]
        page.select_option("#language", "he")
        frame(page).locator("html[dir=rtl] [data-screen=consent]").wait_for()
        page.close()
