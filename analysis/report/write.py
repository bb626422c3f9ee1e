"""Reports on disk: results, tables, page and PDF in a folder of their own, never over another one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from analysis.analysing.results import Results
from analysis.analysing.storing import write_results
from analysis.errors import AnalysisError
from analysis.report.page import page
from analysis.report.printing import print_pdf


@dataclass(frozen=True)
class Report:
    """What was written."""

    folder: Path
    html: Path
    pdf: Path | None
    note: str
    """Why there is no PDF; empty if there is one or none was wanted."""


def free_folder(wanted: Path) -> Path:
    """The folder, or the first of ``NAME-2``, ``NAME-3``, ... that is not there yet or is empty."""
    number, folder = 1, wanted
    while folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        number += 1
        folder = wanted.with_name(f"{wanted.name}-{number}")
    return folder


def write_report(results: Results, folder: Path, *, pdf: bool = True) -> Report:
    """Write results, tables and report into a folder.

    Parameters
    ----------
    folder
        Made if it is not there; if it holds something, a numbered one beside it is taken.
    pdf
        Whether to print a PDF too.

    Raises
    ------
    AnalysisError
        If the folder cannot be written.
    """
    target = free_folder(folder)
    try:
        target.mkdir(parents=True, exist_ok=True)
        write_results(results, target)
        return render(results, target / "report.html", pdf=pdf)
    except OSError as error:
        raise AnalysisError(
            f"{target} cannot be written ({error.strerror or error}).",
            "Choose another folder with --to, or make room; no data were touched.",
        ) from error


def render(results: Results, html: Path, *, pdf: bool = True) -> Report:
    """Write the page, and print it to a PDF beside it."""
    html.write_text(page(results), encoding="utf-8")
    if not pdf:
        return Report(html.parent, html, None, "")
    printed = html.with_suffix(".pdf")
    note = print_pdf(html, printed)
    return Report(html.parent, html, None if note else printed, note)


def free_file(wanted: Path) -> Path:
    """The file, or the first of ``NAME-2``, ``NAME-3``, ... that is not there yet."""
    number, file = 1, wanted
    while file.exists():
        number += 1
        file = wanted.with_name(f"{wanted.stem}-{number}{wanted.suffix}")
    return file
