"""The command line. Packages are imported only when a command needs them, so that ``--help`` is instant."""

from __future__ import annotations

import sys
from typing import Annotated

import typer
from rich.console import Console

from compassion.commands import (
    analyse,
    check,
    data,
    demo,
    doctor,
    export,
    hypotheses,
    new,
    part,
    power,
    prereg,
    preview,
    report,
    run,
    schema,
    serve,
    simulate,
    translate,
)
from compassion.commands.options import Group, Once

app = typer.Typer(
    cls=Group,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    epilog="Start with: compassion demo",
)


def _show_version(wanted: bool) -> None:
    if wanted:
        from experiments.version import code_version

        typer.echo(f"compassion {code_version()}")
        raise typer.Exit


app.command("new", cls=Once)(new.new)
app.command("check", cls=Once)(check.check)
app.command("schema", cls=Once)(schema.schema)
app.command("translate", cls=Once)(translate.translate)
app.command("preview", cls=Once)(preview.preview)
app.command("run", cls=Once)(run.run)
app.command("simulate", cls=Once)(simulate.simulate)
app.command("power", cls=Once)(power.power)
app.command("prereg", cls=Once)(prereg.prereg)
app.command("analyse", cls=Once)(analyse.analyse)
app.command("report", cls=Once)(report.report)
app.command("export", cls=Once)(export.export)
app.command("serve", cls=Once)(serve.serve)
app.add_typer(hypotheses.app, name="hypotheses")
app.add_typer(part.app, name="part")
app.add_typer(data.app, name="data")
app.command("demo", cls=Once)(demo.demo)
app.command("doctor", cls=Once)(doctor.doctor)


@app.callback()
def compassion(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_show_version, is_eager=True, help="Show the version and exit."
        ),
    ] = False,
) -> None:
    """Behavioural experiments on compassion: from one protocol file to the verdict."""


def main() -> None:
    """Run the command.

    A user error, or a file or folder that cannot be used, ends with a message and exit code 2, never with a traceback.
    """
    try:
        app()
    except KeyboardInterrupt:
        Console(stderr=True).print("Stopped. Everything that was finished is saved.")
        sys.exit(130)
    except Exception as error:
        from compassion.commands.unusable import unusable
        from experiments.errors import UserError

        message = str(error) if isinstance(error, UserError) else unusable(error)
        if message is None:
            raise  # A bug in compassion, for which the traceback is needed.
        console = Console(stderr=True, highlight=False, soft_wrap=True)
        console.print("[bold red]compassion:[/]", end=" ")
        console.print(message, markup=False)
        sys.exit(2)
