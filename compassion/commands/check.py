"""compassion check: every fault in a protocol, with line, key and remedy."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from compassion.commands.console import console, say
from experiments.numbers import count

if TYPE_CHECKING:
    from experiments.study import Study


def check(
    files: Annotated[list[Path], typer.Argument(help="Protocol files.", metavar="FILE")],
) -> None:
    """Check protocols and list all faults at once, with file, line, key and how to fix them.

    Example: compassion check protocols/*.yaml
    """
    from analysis.planned.checking import open_planned
    from experiments.files.reading import InvalidFileError

    faulty = 0
    for file in files:
        try:
            study = open_planned(file)
        except InvalidFileError as error:
            faulty += 1
            console.print(f"[bold red]✗[/] {file}: {count(len(error.faults), 'fault', 'faults')}")
            say(str(error))
            continue
        protocol = study.protocol
        console.print(
            f"[bold green]✓[/] {file}: {protocol.study} {protocol.version}, hash {protocol.hash}"
        )
        _describe(study)
    if faulty:
        raise typer.Exit(1)


def _describe(study: Study) -> None:
    from experiments.protocol.checking import unfinished
    from experiments.stimuli.norm_checks import check_norms

    protocol = study.protocol
    for mode in protocol.modes:
        slots = study.slots(mode)
        screens = count(len(study.timeline(slots[0]).screens), "screen", "screens")
        cells = count(protocol.block_size(mode) // protocol.allocation.block, "cell", "cells")
        console.print(f"    {mode}: {cells}, {count(len(slots), 'slot', 'slots')}, {screens}")
    for name, stimuli in study.sets.items():
        for finding in check_norms(stimuli):
            console.print(
                f"    [yellow]stimuli: {name}: differs from its norms:[/] {escape(str(finding))}"
            )
    for note in unfinished(protocol):
        console.print(f"    [yellow]before the first participant:[/] {escape(note)}")
