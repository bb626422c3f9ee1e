"""compassion hypotheses: list the predicted curves, and draw one with its sources."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

app = typer.Typer(
    help="List the predicted curves, and draw one with its sources.", invoke_without_command=True
)
console = Console(highlight=False)


@app.callback()
def hypotheses(context: typer.Context) -> None:
    """List the predicted curves: id, name, family, claim, evidence.

    Example: compassion hypotheses
    """
    if context.invoked_subcommand:
        return
    from analysis.hypotheses import catalogue

    table = Table(show_lines=False)
    for head in ("id", "name", "family", "evidence", "claim"):
        table.add_column(head, overflow="fold")
    topic = ""
    for hypothesis in catalogue():
        if hypothesis.topic != topic:
            topic = hypothesis.topic
            table.add_section()
            table.add_row("", f"[bold]{topic}[/]")
        name = f"{hypothesis.name} (essay)" if hypothesis.role == "essay" else hypothesis.name
        table.add_row(hypothesis.id, name, hypothesis.family, hypothesis.grade, hypothesis.claim)
    console.print(table)


@app.command()
def show(
    name: Annotated[
        str, typer.Argument(help="Id or name of a hypothesis, such as M5 or exponential_to_floor.")
    ],
    to: Annotated[
        Path | None, typer.Option("--to", help="File to draw to (default: NAME.png).")
    ] = None,
) -> None:
    """Draw a curve with its equation and sources.

    Example: compassion hypotheses show exponential_to_floor
    """
    from analysis.hypotheses import draw, get

    hypothesis = get(name)
    target = to or Path(f"{hypothesis.name}.png")
    draw(name).savefig(target, dpi=150)
    console.print(f"[bold]{hypothesis.id} {hypothesis.name}[/] ({hypothesis.family})")
    console.print(hypothesis.claim, markup=False)
    console.print(hypothesis.equation, markup=False)
    console.print(hypothesis.citation, markup=False)
    console.print(f"Drawn to {target}.")
