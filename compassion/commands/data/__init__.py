"""compassion data: share, import, delete and back up data, pay participants, record problems."""

from __future__ import annotations

import typer

from compassion.commands.data import (
    backup,
    bonuses,
    delete,
    failure,
    import_,
    package,
    physiology,
    reanalyse,
    release,
    tally,
)
from compassion.commands.options import Group, Once

app = typer.Typer(
    cls=Group,
    help="Share, import, delete and back up data, pay participants, and record problems.",
    no_args_is_help=True,
)
app.command("package", cls=Once)(package.package)
app.command("import", cls=Once)(import_.import_)
app.command("physiology", cls=Once)(physiology.physiology)
app.command("reanalyse", cls=Once)(reanalyse.reanalyse)
app.command("tally", cls=Once)(tally.tally)
app.command("bonuses", cls=Once)(bonuses.bonuses)
app.command("delete", cls=Once)(delete.delete)
app.command("backup", cls=Once)(backup.backup)
app.command("release", cls=Once)(release.release)
app.command("failure", cls=Once)(failure.failure)
