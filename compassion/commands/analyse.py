"""compassion analyse: from data to a verdict that can be read, printed and made again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from compassion.commands.console import console, look_at, say
from compassion.commands.report import Pdf, print_report

To = Annotated[
    Path | None,
    typer.Option("--to", help="Folder of the report (default: reports/STUDY; never overwritten)."),
]


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
    from analysis.planned import analyse as run
    from analysis.report import in_brief, write_report

    with console.status("reading the data") as status:
        results = run(
            data,
            protocol=protocol,
            prereg=prereg,
            mode=mode,
            seed=seed,
            second_engine=second_engine,
            progress=lambda step: status.update(escape(step)),
        )
        status.update("drawing the report")
        report = write_report(results, to or Path("reports") / results.protocol.study, pdf=pdf)
    for result in results.modes:
        before = f"[bold]{result.mode}[/]: " if len(results.modes) > 1 else ""
        console.print(before, end="")
        say(in_brief(result))
        for note in result.notes:
            look_at(note)
    checked = results.preregistered
    for deviation in checked.deviations if checked else ():
        look_at(f"not as preregistered: {deviation}")
    if results.simulated:
        console.print("[yellow]Simulated data:[/] nobody gave these answers.")
    print_report(report)
