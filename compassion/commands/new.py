"""compassion new: start a protocol from one that works."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from compassion.commands.console import console, say


def new(
    name: Annotated[
        str,
        typer.Argument(help="Name of the new study: lower-case letters, digits and underscores."),
    ],
    template: Annotated[
        str,
        typer.Option("--from", help="Protocol to copy: a name in protocols/, or a file."),
    ] = "identified_victim",
    to: Annotated[Path, typer.Option("--to", help="Folder for the new file.")] = Path("protocols"),
) -> None:
    """Start a new protocol by copying an existing one.

    Example: compassion new rain_relief --from compassion_collapse
    """
    from experiments.measures import KINDS
    from experiments.new_protocol import new_protocol
    from experiments.tasks import TASKS, sentence

    target, source = new_protocol(name, template, to)
    console.print(
        f"Wrote {target}, a copy of {source.name}. Edit it, then run\n  compassion check {target}"
    )
    console.print("Tasks for its flow:")
    for task in TASKS:
        say(f"  {task:14} {sentence(task)}")
    console.print(f"Kinds of question: {', '.join(KINDS)}.")
