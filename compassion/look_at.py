"""What a person should look at, said on the screen: the words are shown as they stand."""

from __future__ import annotations

from rich.console import Console


def look_at(console: Console, what: str) -> None:
    """Print a line that asks for attention."""
    console.print("[yellow]look at:[/]", end=" ")
    console.print(what, markup=False)
