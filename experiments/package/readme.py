"""The texts of a data package: README, CHANGES, and the scripts that read it in R and Python."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from experiments.package.gathering import Gathered
from experiments.package.text_cells import RULE_OF_CSV, RULE_OF_TSV
from experiments.protocol import Protocol

SIMULATED = (
    "**SIMULATED DATA.** No person gave any of these answers; they come from a hypothesis and assumptions that"
    " stand in sourcedata/. They must never be analysed or published as data of people."
)


def readme(gathered: Gathered, protocol: Protocol) -> str:
    """Return the README of a package."""
    ended = Counter(outcome or "not ended" for outcome in gathered.sessions["outcome"].to_pylist())
    modes = Counter(gathered.sessions["mode"].to_pylist())
    drawn = sum(gathered.sessions["frames"].to_pylist())
    late = sum(gathered.sessions["dropped_frames"].to_pylist())
    frames = f"{late} of {drawn} frames came too late." if drawn else "No frames were recorded."
    parts = [
        f"# {protocol.title}",
        *([SIMULATED] if gathered.simulated else []),
        " ".join(protocol.summary.split()),
        f"After: {' '.join(protocol.source.split())}",
        "## What is here",
        f"{len(gathered.sessions)} sessions and {len(gathered.rows)} rows of the study `{protocol.study}`,"
        f" version {protocol.version} of its protocol (content {gathered.collections[0].protocol_hash}).",
        f"Sessions by how they ended: {_counted(ended)}. By mode: {_counted(modes)};"
        " modes are never pooled.",
        f"{frames} Sessions deleted at the wish of participants: {len(gathered.deletions)}."
        f" Damaged lines that were left out: {len(gathered.damage)}.",
        "| path | holds |\n|---|---|\n"
        "| sub-*/ses-*/beh/ | one table per session (BIDS); columns in task-*_beh.json |\n"
        "| derivatives/tidy/ | all rows and all sessions in one table each, Parquet and CSV; codebook |\n"
        "| code/ | the protocol, which says everything about the study; scripts that read the tables |\n"
        "| sourcedata/ | allocation logs, ledger of deletions, damaged lines if any |",
        "## Reading it",
        f"R: `{ONE_LINE_OF_R}`",
        f"Python: `{ONE_LINE_OF_PYTHON}`",
        "The column `cells` states the levels of all factors as JSON; each factor has a column too.",
        RULE_OF_CSV,
        RULE_OF_TSV,
        "Half of a surrogate pair (an emoji cut by a limit of length) is replaced by U+FFFD.",
    ]
    return "\n\n".join(parts) + "\n"


ONE_LINE_OF_R = (
    'rows <- read.csv("derivatives/tidy/rows.csv", na.strings = "", encoding = "UTF-8");'
    ' rows[] <- lapply(rows, function(x) if (is.character(x)) sub("^\'", "", x) else x)'
)
ONE_LINE_OF_PYTHON = 'import pandas; rows = pandas.read_parquet("derivatives/tidy/rows.parquet")'


def changes(gathered: Gathered, protocol: Protocol) -> str:
    """Return the change log, dated by the last row so that the same data give the same package."""
    last = max((ended for ended in gathered.sessions["ended"].to_pylist() if ended), default="")
    return f"{protocol.version} {last[:10] or '1970-01-01'}\n  - Data up to this date.\n"


def script_of_r(tidy: Path) -> str:
    """Return a script that reads the tables in R, with base R alone."""
    return (
        "# Run in the folder of the package. With the package arrow, read_parquet() needs no undoing.\n"
        f'read_tidy <- function(name, folder = "{tidy.as_posix()}") {{\n'
        '  table <- read.csv(file.path(folder, paste0(name, ".csv")), na.strings = "", encoding = "UTF-8")\n'
        "  # An apostrophe was put in front of texts that a spreadsheet would take for a formula.\n"
        '  table[] <- lapply(table, function(x) if (is.character(x)) sub("^\'", "", x) else x)\n'
        "  table\n}\n"
        'rows <- read_tidy("rows")\n'
        'sessions <- read_tidy("sessions")\n'
    )


def script_of_python(tidy: Path) -> str:
    """Return a script that reads the tables in Python."""
    return (
        '"""Run in the folder of the package."""\n\nimport pandas\n\n'
        f'rows = pandas.read_parquet("{tidy.as_posix()}/rows.parquet")\n'
        f'sessions = pandas.read_parquet("{tidy.as_posix()}/sessions.parquet")\n'
    )


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items())) or "none"
