"""compassion data backup."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from compassion.commands.console import say


def backup(
    database: Annotated[str, typer.Argument(help="The collector's SQLite file.")],
    to: Annotated[Path, typer.Option("--to", help="File or folder; no file is overwritten.")],
) -> None:
    """Copy a collector's database, with its payment identities, while the server runs.

    Example: compassion data backup exports/study.sqlite --to backups/
    """
    from experiments.online.collector import back_up

    for written in back_up(database, to):
        say(f"{written} is written and checked.")
