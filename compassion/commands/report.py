"""compassion report: rebuild the report from stored results."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from compassion.commands.console import console, say

if TYPE_CHECKING:
    from analysis.report import Report

Pdf = Annotated[bool, typer.Option("--pdf/--no-pdf", help="Also write a PDF.")]


def report(
    results: Annotated[
        Path, typer.Argument(help="Output folder of `compassion analyse`, or its results.json.")
    ],
    to: Annotated[
        Path | None,
        typer.Option(
            "--to", help="HTML file (default: a numbered report.html in the folder of the results)."
        ),
    ] = None,
    pdf: Pdf = True,
) -> None:
    """Rebuild the report from stored results, without the data.

    Example: compassion report reports/compassion_collapse
    """
    from analysis.report import render_again

    print_report(render_again(results, to, pdf=pdf))


def print_report(written: Report) -> None:
    """Print where a report is."""
    console.print(f"Report: [bold]{escape(str(written.html))}[/]")
    if written.pdf:
        say(f"PDF: {written.pdf}")
    if written.note:
        say(written.note)
