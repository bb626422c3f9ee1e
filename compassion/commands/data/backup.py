"""compassion data backup."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from compassion.commands.console import say


def backup(
    database: Annotated[str, typer.Argument(help="The collector's SQLite file.")],
    to: Annotated[
        Path,
        typer.Option(
            "--to", help="File or folder to write; an existing file is never overwritten."
        ),
    ],
) -> None:
    """Copy a collector's database, including the IDs needed for payment.

    The server may be running.

    Example: compassion data backup exports/study.sqlite --to backups/
    """
    from experiments.online.collector import back_up

    for written in back_up(database, to):
        say(f"Wrote and checked {written}.")
