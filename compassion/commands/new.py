"""compassion new: the first version of a study."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from compassion.commands.console import say
from experiments.errors import UserError


def new(
    name: Annotated[
        str,
        typer.Argument(help="Name of the new study: lower-case letters, digits and underscores."),
    ],
    stimuli: Annotated[
        Path | None,
        typer.Option(
            "--stimuli",
            help="Table with your own items (CSV or Excel, as for PsychoPy Builder): its columns become texts and factors.",
        ),
    ] = None,
    template: Annotated[
        str,
        typer.Option(
            "--from",
            help="Study to copy, without its evidence and approval: a name in protocols/, or a file.",
        ),
    ] = "",
    to: Annotated[Path, typer.Option("--to", help="Folder for the new files.")] = Path(),
) -> None:
    """Write the first version of a study: the smallest complete one, or one around your own stimuli, or a copy.

    Example: compassion new severity

    Example: compassion new severity --stimuli stories.csv

    Example: compassion new rain_relief --from compassion_collapse
    """
    from experiments.new.study import copied_study, new_study, new_study_around

    if stimuli is not None and template:
        raise UserError("--stimuli and --from cannot be used together. Leave one of them out.")
    if stimuli is not None:
        written = new_study_around(name, stimuli, to)
    elif template:
        written = copied_study(name, template, to)
    else:
        written = new_study(name, to)
    say(f"Wrote {', '.join(map(str, written))}.")
    say("What to do next:")
    for command, what in (
        (f"compassion check {written[0]}", "finds mistakes, each with its line and remedy"),
        (
            f"compassion preview {written[0]} --live",
            "shows the study in the browser while you write",
        ),
        (f"compassion simulate {written[0]}", "runs it with simulated participants"),
    ):
        say(f"  {command}\n      {what}")
