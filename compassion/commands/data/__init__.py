"""compassion data: share, import, pay, delete, back up."""

from __future__ import annotations

import typer

from compassion.commands.data import (
    backup,
    bonuses,
    delete,
    failure,
    import_,
    package,
    reanalyse,
    release,
    tally,
)

app = typer.Typer(help="Share, import, pay, delete, back up.", no_args_is_help=True)
app.command("package")(package.package)
app.command("import")(import_.import_)
app.command("reanalyse")(reanalyse.reanalyse)
app.command("tally")(tally.tally)
app.command("bonuses")(bonuses.bonuses)
app.command("delete")(delete.delete)
app.command("backup")(backup.backup)
app.command("release")(release.release)
app.command("failure")(failure.failure)
