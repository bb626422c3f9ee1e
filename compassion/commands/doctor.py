"""compassion doctor: what this computer lacks, and what to do about it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from compassion.commands.console import console, say


def doctor(
    data: Annotated[Path, typer.Option("--data", help="Folder of the data.")] = Path("data"),
) -> None:
    """Check this computer: Python, packages, disk, display, OpenGL, refresh rate, fonts, keyboard, browser.

    Example: compassion doctor
    """
    from experiments.lab.doctor import examine

    signs = {
        "good": "[green]good[/]   ",
        "warning": "[yellow]warning[/]",
        "missing": "[red]missing[/]",
    }
    missing = 0
    for finding in examine(data):
        missing += finding.verdict == "missing"
        console.print(f"{signs[finding.verdict]}  [bold]{finding.check}[/]: ", end="")
        say(finding.found)
        if finding.remedy:
            say(f"         {finding.remedy}")
    if missing:
        raise typer.Exit(1)
