"""What all tests share: the timelines of ``tests/timelines``, and a display where there is none."""

from __future__ import annotations

import os
import sys
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

CHECKOUT = Path(__file__).resolve().parent.parent
# The checkout itself is tested, whether or not it is installed.
sys.path[:0] = [str(CHECKOUT), str(CHECKOUT / "tests"), str(CHECKOUT / "tests" / "timelines")]

# The run has a worker for each core; further threads for linear algebra would only slow one another down.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import closing  # noqa: E402


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take long: at the end one worker would wait for the other."""
    long = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in long)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fail a test that skips for software which is installed with the tests."""
    report = yield
    closing.judge(report)
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Fail a module that skips for software which is installed with the tests."""
    report = yield
    closing.judge(report)
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> Generator[None, None, None]:
    """Count the tests, in the last line of the run."""
    yield
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None:
        reporter.write_line(closing.summary(reporter.stats))


@pytest.fixture(scope="session")
def display() -> str:
    """Return a display that windows can open on; starts Xvfb where there is none."""
    from experiments.lab.display import ensure_display
    from experiments.lab.window import NoWindowError

    try:
        return ensure_display("3840x2160")
    except NoWindowError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def modules() -> Path:
    """Return ``node_modules``, of which pages are made; skip where neither it nor npm is there."""
    from experiments.online.export import node

    try:
        return node.packages()
    except node.NodeError as fault:
        pytest.skip(str(fault))


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Return Chromium, one for all tests (Playwright runs once a thread); skip where there is none."""
    import chromium

    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if chromium.program() is None:
        pytest.skip("there is no Chromium (apt install chromium)")
    with sync_api.sync_playwright() as playwright:
        opened = chromium.launch(playwright)
        yield opened
        opened.close()
