"""compassion part: the parts that studies use, such as consent and debriefing."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Annotated

import typer

from compassion.commands.console import console, say
from compassion.commands.options import Group, Once

app = typer.Typer(
    cls=Group,
    no_args_is_help=True,
    help="Parts of studies, such as consent and debriefing: list them, or copy one to change it.",
)


@app.command("list", cls=Once)
def list_parts() -> None:
    """List the parts that a study can use, with what each does and takes.

    Example: compassion part list
    """
    from experiments.protocol.parts import parts

    for versions in parts(Path.cwd()).found.values():
        part = versions[0].part
        console.print(f"[bold]{versions[0].address}[/]")
        say(f"    {part.summary}")
        for name, parameter in part.parameters.items():
            needed = " (must be given)" if parameter.default is None else ""
            say(f"    {name}: {parameter.described}{needed}")


@app.command(cls=Once)
def copy(
    name: Annotated[str, typer.Argument(help="Name of the part, such as consent.", metavar="NAME")],
    beside: Annotated[
        Path, typer.Option("--to", help="Folder of the study (default: this folder).")
    ] = Path("."),
) -> None:
    """Copy a part beside a study, where it can be changed and replaces the one of the same name.

    Example: compassion part copy consent --to protocols
    """
    from experiments.errors import UserError
    from experiments.protocol.parts import FOLDER, find_part, parts

    try:
        loaded = find_part(name, parts(None).found)
    except LookupError as error:
        raise UserError(f"{error.args[0]}. {error.args[1]}") from error
    to = beside / FOLDER / f"{loaded.part.part}.yaml"
    if to.exists():
        raise UserError(f"{to} exists already. Change it, or remove it first.")
    to.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(loaded.source.path, to)
    say(f"Copied {loaded.address} to {to}. Give it a new version when you change it.")
