"""compassion new: start a protocol from one that works."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from compassion.commands.console import console, say


def new(
    name: Annotated[str, typer.Argument(help="Name of the new study (letters, digits, _).")],
    template: Annotated[
        str, typer.Option("--from", help="Protocol to start from: a name in protocols/, or a file.")
    ] = "identified_victim",
    folder: Annotated[Path, typer.Option("--in", help="Folder to write to.")] = Path("protocols"),
) -> None:
    """Start a protocol from one that works.

    Example: compassion new rain_relief --from compassion_collapse
    """
    from experiments.measures import KINDS
    from experiments.new_protocol import new_protocol
    from experiments.tasks import TASKS, sentence

    target, source = new_protocol(name, template, folder)
    console.print(
        f"{target} is written, from {source.name}. Next: edit it, then\n  compassion check {target}"
    )
    console.print("Tasks that its flow can have:")
    for task in TASKS:
        say(f"  {task:14} {sentence(task)}")
    console.print(f"Kinds of question: {', '.join(KINDS)}.")
