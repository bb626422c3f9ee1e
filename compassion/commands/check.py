"""compassion check: every fault in a protocol, with line, key and remedy."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from compassion.commands.console import console, say
from experiments.numbers import count

if TYPE_CHECKING:
    from experiments.protocol.opened import OpenedStudy
    from experiments.study import Study


def check(
    files: Annotated[list[Path], typer.Argument(help="Protocol files.", metavar="FILE")],
    expand: Annotated[
        bool,
        typer.Option("--expand", help="Print each study with everything written out."),
    ] = False,
    deep: Annotated[
        bool,
        typer.Option(
            "--deep", help="Also draw the slots, and see whether every model can be estimated."
        ),
    ] = False,
) -> None:
    """Check protocols and list all faults at once, with file, line, key and how to fix them.

    Example: compassion check protocols/*.yaml
    """
    from experiments.files.reading import InvalidFileError
    from experiments.protocol.edition import is_second_edition

    faulty = 0
    for file in files:
        try:
            if is_second_edition(file):
                _check_second(file, expand, deep)
            else:
                _check_first(file)
        except InvalidFileError as error:
            faulty += 1
            console.print(f"[bold red]✗[/] {file}: {count(len(error.faults), 'fault', 'faults')}")
            say(str(error))
    if faulty:
        raise typer.Exit(1)


def _check_second(file: Path, expand: bool, deep: bool) -> None:
    from experiments.files.reading import InvalidFileError
    from experiments.protocol.check import read_study

    opened = read_study(file)
    if deep:
        from experiments.protocol.deep import deep_faults

        faults = deep_faults(opened)
        if faults:
            raise InvalidFileError(faults)
    if expand:
        say(_expanded(opened))
        return
    study, names = opened.study, opened.names
    console.print(
        f"[bold green]✓[/] {file}: {study.study} {study.version}, hash {opened.expansion.hash}"
    )
    asked = [measure for measure in names.measures.values() if not measure.part]
    console.print(
        f"    {count(len(names.factors), 'factor', 'factors')}, "
        f"{count(len(study.modes), 'mode', 'modes')}, {count(len(asked), 'measure', 'measures')}"
    )


def _expanded(opened: OpenedStudy) -> str:
    """Return the study with everything written out, and behind it, as comments, what the laboratory sets."""
    from experiments.protocol.lab import hash_of, printed

    text = opened.expansion.yaml.rstrip("\n")
    if not opened.lab_values:
        return text
    digits = hash_of(opened.lab_values)
    lines = printed(opened.lab_values).rstrip("\n").split("\n")
    of_lab = [
        f"# Set by this laboratory (lab.yaml, hash {digits}):",
        *(f"#   {line}" for line in lines),
    ]
    return "\n".join([text, *of_lab])


def _check_first(file: Path) -> None:
    from analysis.planned.checking import open_planned

    study = open_planned(file)
    protocol = study.protocol
    console.print(
        f"[bold green]✓[/] {file}: {protocol.study} {protocol.version}, hash {protocol.hash}"
    )
    _describe(study)


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
