"""A line on the console that asks for attention."""

from __future__ import annotations

from rich.console import Console


def look_at(console: Console, what: str) -> None:
    """Print a line that asks for attention; nothing in it is taken as markup."""
    console.print("[yellow]look at:[/]", end=" ")
    console.print(what, markup=False)
