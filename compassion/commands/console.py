"""What all commands write with: one console, plain lines, and lines that ask for attention."""

from __future__ import annotations

from rich.console import Console

console = Console(highlight=False, soft_wrap=True)


def say(line: str) -> None:
    """Print a line; nothing in it is taken as markup."""
    console.print(line, markup=False)


def look_at(what: str) -> None:
    """Print a line that asks for attention; nothing in it is taken as markup."""
    console.print("[yellow]look at:[/]", end=" ")
    say(what)
