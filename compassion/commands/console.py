"""The console that all commands print to, for plain lines and for warnings."""

from __future__ import annotations

from rich.console import Console

console = Console(highlight=False, soft_wrap=True)


def say(line: str) -> None:
    """Print a line; nothing in it is treated as markup."""
    console.print(line, markup=False)


def warn(line: str) -> None:
    """Print a warning; nothing in it is taken as markup."""
    console.print("[yellow]warning:[/]", end=" ")
    say(line)
