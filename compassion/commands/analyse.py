"""compassion analyse: the planned analysis of a study, and its report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from compassion.commands.console import console, say, warn
from compassion.commands.options import MODE, Data, OwnProtocol, Seed
from compassion.commands.report import Pdf, print_report

To = Annotated[
    Path | None,
    typer.Option(
        "--to", help="Output folder (default: reports/STUDY); an existing one is never overwritten."
    ),
]


def analyse(
    data: Data,
    protocol: OwnProtocol = None,
    prereg: Annotated[
        Path | None,
        typer.Option(
            "--prereg", help="Lock file (prereg.json) to check the analysis plan against."
        ),
    ] = None,
    mode: Annotated[
        str, typer.Option("--mode", help=f"{MODE} (default: each mode separately).")
    ] = "",
    seed: Seed = 1,
    second_engine: Annotated[
        bool,
        typer.Option(
            "--second-engine",
            help="Fit each model again with other code: statsmodels, glmm or compassion's own likelihood,"
            " depending on the model.",
        ),
    ] = False,
    to: To = None,
    pdf: Pdf = True,
) -> None:
    """Run the planned analysis and write a report with exclusions, models, figures and the verdict.

    Example: compassion analyse data/compassion_collapse/2.0.0/collected
    """
    from analysis.report import in_brief, in_numbers, write_report
    from analysis.report.analysing import analyse as run

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
        status.update("writing the report")
        report = write_report(results, to or Path("reports") / results.study.study, pdf=pdf)
    for result in results.modes:
        prefix = f"[bold]{result.mode}[/]: " if len(results.modes) > 1 else ""
        console.print(prefix, end="")
        say(in_numbers(result))
        say(in_brief(result))
        for note in result.notes:
            say(f"note: {note}")
    checked = results.preregistered
    for deviation in checked.deviations if checked else ():
        warn(f"deviation from the preregistration: {deviation}")
    if results.simulated:
        console.print("[yellow]Simulated data:[/] nobody gave these answers.")
    print_report(report)
