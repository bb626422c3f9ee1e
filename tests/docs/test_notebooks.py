"""The notebooks run from their first cell to their last, and are stored with what they show."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

CHECKOUT = Path(__file__).parents[2]
NOTEBOOKS = sorted((CHECKOUT / "docs" / "notebooks").glob("*.ipynb"))


def shown(cell: Any) -> list[tuple[str, list[str]]]:
    """Return the kinds of output of a cell; what is printed in pieces counts once."""
    found = [(out.output_type, sorted(out.get("data", {}))) for out in cell.outputs]
    return [one for place, one in enumerate(found) if place == 0 or one != found[place - 1]]


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_it_runs_and_shows_what_is_stored(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(CHECKOUT))
    stored = nbformat.read(path, as_version=4)
    fresh = nbformat.read(path, as_version=4)
    NotebookClient(fresh, timeout=120, resources={"metadata": {"path": str(tmp_path)}}).execute()
    code = [cell for cell in stored.cells if cell.cell_type == "code"]
    assert sum(bool(cell.outputs) for cell in code) >= 8
    for old, new in zip(stored.cells, fresh.cells, strict=True):
        if old.cell_type == "code":
            assert shown(old) == shown(new), old.source
            assert old.execution_count is not None
