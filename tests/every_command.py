"""All commands of the command line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import typer

from compassion.commands.main import app


def commands(
    group: Any = None, name: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], Any]]:
    group = group or typer.main.get_command(app)
    for own, command in sorted(group.commands.items()):
        if hasattr(command, "commands"):
            yield from commands(command, (*name, own))
        else:
            yield (*name, own), command


#: The commands with their names, such as ``("data", "tally")``.
ALL = list(commands())
