"""The figures of the results, drawn once: most tests of the page are about its words."""

from __future__ import annotations

import sys

import pytest

from analysis.figures import Plate
from analysis.planned import Results
from analysis.report.page import plates


@pytest.fixture(scope="session")
def drawn(results: Results) -> list[Plate]:
    """Return the figures of the one mode."""
    return plates(results, results.modes[0])


@pytest.fixture
def same_figures(drawn: list[Plate], monkeypatch: pytest.MonkeyPatch) -> None:
    """Give every page these figures, whatever a test changes in the results."""
    # The package gives the function "page" under the name of the module.
    module = sys.modules[plates.__module__]
    monkeypatch.setattr(module, "plates", lambda results, result: drawn)
