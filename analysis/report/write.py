"""Storage of reports: results, tables, page and PDF in a new folder; nothing is overwritten.

The PDF is printed by an installed browser (Chromium, Chrome or Edge).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from analysis.errors import AnalysisError
from analysis.planned.results import Results
from analysis.planned.storing import read_results, write_results
from analysis.report.page import in_brief, page
from analysis.showing import SIMULATED, Part, Shown

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NAMES = (
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"),
    *("microsoft-edge", "microsoft-edge-stable", "msedge", "brave-browser"),
)
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
    r"C:\Program Files\Microsoft\Edge\Application\msedge.exe",
)
"""Paths of these programs on systems where they are not on the PATH."""
SECONDS = 120


@dataclass(frozen=True)
class Report(Shown):
    """A report that was written, and its results."""

    html: Path
    pdf: Path | None
    note: str
    """Why there is no PDF; empty if there is one or none was requested."""
    results: Results = field(repr=False)

    def table(self) -> pd.DataFrame:
        """Return the planned contrasts, one row each; ``results.tables()`` has all other tables."""
        parts = [result.contrasts.assign(mode=result.mode) for result in self.results.modes]
        return pd.concat(parts, ignore_index=True)

    def plot(self, axes: Axes | None = None) -> Axes:
        """Draw the planned contrasts in standard deviations, with 95 % intervals."""
        from analysis.showing.axes import intervals

        table = self.table()
        # Terms that are tested as a whole have no estimate.
        table = table[table["d"].notna()]
        names = {"d": "estimate", "d_low": "ci_low", "d_high": "ci_high"}
        own = table[list(names)].rename(columns=names)
        labels = [
            f"{model}: {label}" for model, label in zip(table["model"], table["label"], strict=True)
        ]
        across = "difference in standard deviations (95% interval)"
        return intervals(
            axes, labels, own, across + (", SIMULATED" if self.results.simulated else "")
        )

    def parts(self) -> Iterator[Part]:
        """Return the verdict of each mode, and the path of the page."""
        study = self.results.study
        lines = [f"{result.mode}: {in_brief(result)}" for result in self.results.modes]
        if self.results.simulated:
            lines.insert(0, SIMULATED)
        yield Part(f"Report of {study.study} {study.version}", tuple(lines))
        files = [f"Page: {self.html}", *([f"PDF: {self.pdf}"] if self.pdf else [])]
        yield Part("", (*files, *([self.note] if self.note else [])))


def free(wanted: Path) -> Path:
    """Return a path that is new or an empty folder: NAME, or the first free one of NAME-2, NAME-3, ..."""
    numbered = (wanted.with_stem(f"{wanted.stem}-{number}") for number in count(2))
    return next(
        path
        for path in chain([wanted], numbered)
        if not path.exists() or (path.is_dir() and not any(path.iterdir()))
    )


def write_report(results: Results, folder: Path, *, pdf: bool = True) -> Report:
    """Write results, tables and report into a folder.

    Parameters
    ----------
    folder
        Created if missing; if it is not empty, a numbered folder next to it is used.
    pdf
        Whether to print a PDF as well.

    Raises
    ------
    AnalysisError
        If the folder cannot be written.
    """
    target = free(folder)
    try:
        target.mkdir(parents=True, exist_ok=True)
        write_results(results, target)
        return render(results, target / "report.html", pdf=pdf)
    except OSError as error:
        raise AnalysisError(
            f"{target} cannot be written ({error.strerror or error}).",
            "Choose another folder with --to, or free some disk space; no data were changed.",
        ) from error


def render(results: Results, html: Path, *, pdf: bool = True) -> Report:
    """Write the page, and print it to a PDF in the same folder."""
    html.write_text(page(results), encoding="utf-8")
    printed = html.with_suffix(".pdf")
    note = print_pdf(html, printed) if pdf else ""
    return Report(html, printed if pdf and not note else None, note, results)


def render_again(source: Path, to: Path | None = None, *, pdf: bool = True) -> Report:
    """Render the report of stored results again.

    Parameters
    ----------
    source
        Folder of the results, or their ``results.json``.
    to
        HTML file; by default ``report.html`` in the folder of the results, numbered so that none is overwritten.

    Raises
    ------
    AnalysisError
        If there are no results, or the file cannot be written.
    """
    results = read_results(source)
    folder = source if source.is_dir() else source.parent
    target = free(to or folder / "report.html")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        return render(results, target, pdf=pdf)
    except OSError as error:
        raise AnalysisError(
            f"{target} cannot be written ({error.strerror or error}).",
            "Choose another file with --to.",
        ) from error


def browser() -> str | None:
    """Return a browser that can print a page; None if none is found."""
    for name in NAMES:
        if found := shutil.which(name):
            return found
    return next((place for place in PLACES if Path(place).is_file()), None)


def print_pdf(html: Path, pdf: Path) -> str:
    """Print a page to PDF.

    Returns
    -------
    str
        Why there is no PDF; empty if there is one.
    """
    program = browser()
    if program is None:
        return (
            "No PDF: printing requires Chromium, Chrome or Edge, and none was found. Open the HTML page in"
            " another browser and print it to PDF, or install one of them."
        )
    with tempfile.TemporaryDirectory(prefix="compassion-print-") as profile:
        command = [
            program,
            "--headless",
            "--disable-gpu",
            "--no-first-run",
            "--disable-extensions",
            f"--user-data-dir={profile}",
            "--no-pdf-header-footer",
            f"--print-to-pdf={pdf.resolve()}",
            html.resolve().as_uri(),
        ]
        # Chromium has no sandbox for root, the only user of most containers.
        if sys.platform != "win32" and os.geteuid() == 0:
            command.insert(1, "--no-sandbox")
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, timeout=SECONDS, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            return f"No PDF: {Path(program).name} failed to print it ({error}). The HTML page is complete."
    if done.returncode != 0 or not pdf.is_file():
        last = (done.stderr.strip().splitlines() or ["without a message"])[-1]
        return (
            f"No PDF: {Path(program).name} failed to print it ({last}). The HTML page is complete."
        )
    return ""
