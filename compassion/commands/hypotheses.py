"""compassion hypotheses: list the predicted curves, and draw one with its sources."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from compassion.commands.console import console, say
from compassion.commands.options import Group, Once

app = typer.Typer(cls=Group, invoke_without_command=True)


@app.callback()
def hypotheses(context: typer.Context) -> None:
    """List the predicted curves, or draw one.

    Without a command, list the curves; `show` draws one.

    Examples: compassion hypotheses; compassion hypotheses show exponential_to_floor
    """
    if context.invoked_subcommand:
        return
    from analysis.curves.catalogue import catalogue

    table = Table(show_lines=False)
    table.add_column("id", no_wrap=True)
    for head in ("name", "family"):
        table.add_column(head, overflow="fold")
    table.add_column("evidence", no_wrap=True)
    table.add_column("claim", overflow="fold", ratio=1)
    topic = ""
    for hypothesis in catalogue():
        if hypothesis.topic != topic:
            topic = hypothesis.topic
            table.add_section()
            table.add_row("", f"[bold]{topic}[/]")
        name = f"{hypothesis.name} (essay)" if hypothesis.role == "essay" else hypothesis.name
        table.add_row(hypothesis.id, name, hypothesis.family, hypothesis.grade, hypothesis.claim)
    console.print(table)


@app.command(cls=Once)
def show(
    name: Annotated[
        str, typer.Argument(help="ID or name of a curve, such as M5 or exponential_to_floor.")
    ],
    to: Annotated[
        Path | None,
        typer.Option("--to", help="Image file: .png, .pdf or .svg (default: NAME.png)."),
    ] = None,
) -> None:
    """Draw a predicted curve and print its equation and sources.

    Example: compassion hypotheses show exponential_to_floor
    """
    from analysis.curves.catalogue import get
    from analysis.curves.catalogue.drawing import save

    hypothesis = get(name)
    target = to or Path(f"{hypothesis.name}.png")
    save(hypothesis, target)
    console.print(f"[bold]{hypothesis.id} {hypothesis.name}[/] (family: {hypothesis.family})")
    for head, words in (
        ("Claim", hypothesis.claim),
        ("Equation", hypothesis.equation),
        ("Source", hypothesis.citation),
        (f"Evidence ({hypothesis.grade})", hypothesis.evidence),
        *(("Drawn with", parameter.caption) for parameter in hypothesis.parameters),
    ):
        say(f"{head}: {words}")
    say(f"Drawn in {target}.")
