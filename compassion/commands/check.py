"""compassion check: every fault in a study, with line, key and remedy."""

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
    files: Annotated[list[Path], typer.Argument(help="Study files.", metavar="FILE")],
    expand: Annotated[
        bool,
        typer.Option("--expand", help="Print each study with everything written out."),
    ] = False,
    deep: Annotated[
        bool,
        typer.Option(
            "--deep",
            help="Also draw the slots, compute the predicted curves, and see whether every model can be estimated; `run`,"
            " `export` and `prereg` do this by themselves.",
        ),
    ] = False,
) -> None:
    """Check studies and list all faults at once, with file, line, key and how to correct them.

    Example: compassion check protocols/*.yaml
    """
    from experiments.files.faults import InvalidFileError

    faulty = 0
    for file in files:
        try:
            _check(file, expand, deep)
        except InvalidFileError as error:
            faulty += 1
            console.print(f"[bold red]✗[/] {file}: {count(len(error.faults), 'fault', 'faults')}")
            say(str(error))
    if faulty:
        raise typer.Exit(1)


def _check(file: Path, expand: bool, deep: bool) -> None:
    from experiments.protocol.check import read_study

    study: Study | None = None
    if deep:
        from analysis.planned.checking import open_checked

        study = open_checked(file)
        opened = study.opened
    else:
        opened = read_study(file)
    if expand:
        say(_expanded(opened))
        return
    names = opened.names
    console.print(
        f"[bold green]✓[/] {file}: {opened.study.study} {opened.study.version}, hash {opened.expansion.hash}"
    )
    asked = [measure for measure in names.measures.values() if not measure.part]
    console.print(
        f"    {count(len(names.factors), 'factor', 'factors')}, "
        f"{count(len(opened.study.modes), 'mode', 'modes')}, {count(len(asked), 'measure', 'measures')}"
    )
    if study is not None:
        _describe(study)


def _describe(study: Study) -> None:
    """Print the slots and screens of each mode, deviations from norms, and what a lab must still fill in."""
    from experiments.protocol.slots import AllocationList
    from experiments.steps.not_yet import NotYetError
    from experiments.stimuli.norm_checks import check_norms

    for mode in study.modes:
        allocation = AllocationList(study.opened, mode, study.secret)
        cells = count(len(allocation.cells), "cell", "cells")
        line = f"    {mode}: {cells}, {count(allocation.length, 'slot', 'slots')}"
        try:
            shown = study.timeline(study.first_slots(mode)[0]).screens
        except NotYetError as error:
            console.print(line)
            console.print(f"    [yellow]cannot be run yet:[/] {escape(str(error))}")
            break
        console.print(f"{line}, {count(len(shown), 'screen', 'screens')}")
    for name, stimuli in study.opened.sets.items():
        for finding in check_norms(stimuli):
            console.print(
                f"    [yellow]stimuli: {name}: differs from its norms:[/] {escape(str(finding))}"
            )
    for note in study.unfinished(study.languages[:1]):
        console.print(f"    [yellow]before the first participant:[/] {escape(note)}")


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
