"""The conditions files are read in the same way by PsychoPy and by SheetJS as PsychoJS calls it."""

from __future__ import annotations

import csv
import io
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from builder_sessions import STUDIES, Opened, tables_for

from experiments.online.export import node
from experiments.online.export.builder.tables import list_cell, text_cell, to_csv
from experiments.online.export.exporting import ExportError

HERE = Path(__file__).resolve().parent
TEXTS = (
    "",
    "1,000",
    "7",
    "None",
    "[1]",
    "Ask [name of the researcher], or [phone].",
    "=1+1",
    "May 2",
    "1/2",
    "10:30",
    "TRUE",
    'say "no"',
    "a\nb, c; d|e\tf",
    "\\n",
    "$x",
    "שלום",
)


@pytest.fixture(scope="module", autouse=True)
def _node() -> None:
    try:
        node.command("node")
    except node.NodeError as fault:
        pytest.skip(str(fault))


def as_psychojs(text: str, folder: Path) -> list[dict[str, Any]]:
    """Read a table as PsychoJS does."""
    path = folder / "table.csv"
    path.write_text(text, encoding="utf-8-sig", newline="")
    command = [*node.command("node"), str(HERE / "psychojs_conditions.mjs"), str(path)]
    result = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


def as_psychopy(text: str, folder: Path, rows: list[int] | None = None) -> list[dict[str, Any]]:
    """Read a table as PsychoPy does."""
    from psychopy.data import importConditions

    path = folder / "table.csv"
    path.write_text(text, encoding="utf-8-sig", newline="")
    return [dict(row) for row in importConditions(str(path), selection=rows or "")]


@pytest.mark.parametrize(("name", "mode"), STUDIES)
def test_every_table_of_a_study_is_read_as_it_was_written(
    opened: Opened, tmp_path: Path, name: str, mode: str
) -> None:
    tables = tables_for(opened(name), mode, 6)
    for rows in (tables.slots, tables.screens):
        assert as_psychojs(to_csv(rows), tmp_path) == rows
        assert as_psychopy(to_csv(rows), tmp_path) == rows


def test_a_slots_rows_are_taken_in_their_order(opened: Opened, tmp_path: Path) -> None:
    tables = tables_for(opened("parochial_vignettes"), "paintings", 3)
    order = [4, 0, 2, 2, len(tables.screens) - 1]
    read = as_psychopy(to_csv(tables.screens), tmp_path, ",".join(map(str, order)))  # type: ignore[arg-type]
    assert read == [tables.screens[place] for place in order]


def test_no_text_is_taken_for_something_else(tmp_path: Path) -> None:
    rows = [{"text": text_cell(text), "number": place} for place, text in enumerate(TEXTS)]
    expected = [
        ("t:" + text.replace('say "no"', "say “no”").replace("[", "(").replace("]", ")"), place)
        for place, text in enumerate(TEXTS)
    ]
    for read in (as_psychojs, as_psychopy):
        found = [(row["text"], row["number"]) for row in read(to_csv(rows), tmp_path)]
        # PsychoPy takes a backslash and n for a new line.
        assert found == [
            (text.replace("\\n", "\n") if read is as_psychopy else text, place)
            for text, place in expected
        ]


@pytest.mark.parametrize("between", "|;")
def test_without_quotes_psychojs_would_read_another_table(tmp_path: Path, between: str) -> None:
    listed = "t:" + between.join(f"row{number}" for number in range(60))
    rows = [{"slot_number": 1, "slot_pages": listed}, {"slot_number": 2, "slot_pages": listed}]
    bare = io.StringIO(newline="")
    writer = csv.DictWriter(bare, list(rows[0]), lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    assert as_psychojs(to_csv(rows), tmp_path) == rows
    assert as_psychojs(bare.getvalue(), tmp_path) != rows


def test_a_value_that_holds_the_separator_is_refused() -> None:
    assert list_cell([1, "b"]) == "t:1;b"
    with pytest.raises(ExportError, match="'a;b' contains ';'"):
        list_cell(["a;b"])
