"""compassion analyse and report: from data to a verdict that can be read, printed and made again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

from compassion.look_at import look_at

if TYPE_CHECKING:
    from analysis.planned import Results
    from analysis.report import Report

console = Console(highlight=False, soft_wrap=True)

To = Annotated[
    Path | None,
    typer.Option("--to", help="Folder of the report (default: reports/STUDY; never overwritten)."),
]
Pdf = Annotated[bool, typer.Option("--pdf/--no-pdf", help="Print a PDF too.")]


def analyse(
    data: Annotated[
        list[Path], typer.Argument(help="Folders of sessions or packages.", metavar="DATA...")
    ],
    protocol: Annotated[
        Path | None, typer.Option(help="Protocol file (default: the copy beside the data).")
    ] = None,
    prereg: Annotated[
        Path | None, typer.Option(help="Preregistration to check the plan against.")
    ] = None,
    mode: Annotated[str, typer.Option(help="Only this mode (default: all, each by itself).")] = "",
    seed: Annotated[int, typer.Option(min=0, help="Seed of what is drawn by chance.")] = 1,
    second_engine: Annotated[
        bool,
        typer.Option("--second-engine", help="Fit each model again with an independent engine."),
    ] = False,
    to: To = None,
    pdf: Pdf = True,
) -> None:
    """Analyse data as their protocol plans it, and report: figures, models, curves, audit, verdict.

    Example: compassion analyse data/compassion_collapse/1.0.0/collected
    """
    from analysis.report import in_brief

    results, report = _reported(
        data, to, pdf,
        protocol=protocol, prereg=prereg, mode=mode, seed=seed, second_engine=second_engine,
    )  # fmt: skip
    for result in results.modes:
        before = f"[bold]{result.mode}[/]: " if len(results.modes) > 1 else ""
        console.print(before, end="")
        console.print(in_brief(result), markup=False)
        for note in result.notes:
            look_at(console, note)
    checked = results.preregistered
    for deviation in checked.deviations if checked else ():
        look_at(console, f"not as preregistered: {deviation}")
    if results.simulated:
        console.print("[yellow]Simulated data:[/] nobody gave these answers.")
    _print(report)


def report(
    results: Annotated[
        Path, typer.Argument(help="Folder that `compassion analyse` wrote, or its results.json.")
    ],
    to: Annotated[
        Path | None,
        typer.Option("--to", help="HTML file (default: report.html beside the results, numbered)."),
    ] = None,
    pdf: Pdf = True,
) -> None:
    """Make the report again from stored results, without the data.

    Example: compassion report reports/compassion_collapse
    """
    from analysis.errors import AnalysisError
    from analysis.planned import read_results
    from analysis.report import free, render

    found = read_results(results)
    folder = results if results.is_dir() else results.parent
    target = free(to or folder / "report.html")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _print(render(found, target, pdf=pdf))
    except OSError as error:
        raise AnalysisError(
            f"{target} cannot be written ({error.strerror or error}).",
            "Choose another file with --to.",
        ) from error


def analyse_to(data: list[Path], to: Path, *, pdf: bool = True) -> Path:
    """Analyse and report into a folder; return the page (the PDF beside it has the same name)."""
    _, written = _reported(data, to, pdf)
    if written.note:
        console.print(written.note, markup=False)
    return written.html


def _reported(data: list[Path], to: Path | None, pdf: bool, **asked: Any) -> tuple[Results, Report]:
    """Analyse as asked, and write the report."""
    from analysis.planned import analyse as run
    from analysis.report import write_report

    with console.status("reading the data") as status:
        results = run(data, progress=lambda step: status.update(escape(step)), **asked)
        status.update("drawing the report")
        folder = to or Path("reports") / results.protocol.study
        return results, write_report(results, folder, pdf=pdf)


def _print(report: Report) -> None:
    console.print(f"Report: [bold]{escape(str(report.html))}[/]")
    if report.pdf:
        console.print(f"PDF: {report.pdf}", markup=False)
    if report.note:
        console.print(report.note, markup=False)
