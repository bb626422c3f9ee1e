"""The command line. Rooms are imported when a command needs them, so that ``--help`` is instant."""

from __future__ import annotations

import sys

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
    power,
    prereg,
    preview,
    report,
    run,
    schema,
    serve,
    simulate,
)

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Behavioural experiments on compassion: one protocol file, from the lab to the verdict.",
    epilog="Start with: compassion demo",
)
app.command("new")(new.new)
app.command("check")(check.check)
app.command("schema", hidden=True)(schema.schema)
app.command("preview")(preview.preview)
app.command("run")(run.run)
app.command("simulate")(simulate.simulate)
app.command("power")(power.power)
app.command("prereg")(prereg.prereg)
app.command("analyse")(analyse.analyse)
app.command("report")(report.report)
app.command("export")(export.export)
app.command("serve")(serve.serve)
app.add_typer(hypotheses.app, name="hypotheses")
app.add_typer(data.app, name="data")
app.command("demo")(demo.demo)
app.command("doctor")(doctor.doctor)


def main() -> None:
    """Run the command; a user's mistake ends with a sentence and exit code 2, never with a traceback."""
    try:
        app()
    except KeyboardInterrupt:
        Console(stderr=True).print("Stopped. What was finished is on disk.")
        sys.exit(130)
    except Exception as error:
        from experiments.errors import UserError

        if not isinstance(error, (UserError, FileNotFoundError, PermissionError)):
            raise  # A defect of ours, and no message to the user.
        console = Console(stderr=True, highlight=False, soft_wrap=True)
        console.print("[bold red]compassion:[/]", end=" ")
        console.print(str(error), markup=False)
        sys.exit(2)
