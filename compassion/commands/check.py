"""compassion check: every mistake in a study, with line, key and remedy."""

from __future__ import annotations

from pathlib import Path
from textwrap import indent
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
            help="Also draw the allocation list, compute the predicted curves, and fit every model to simulated participants;"
            " `run`, `export` and `prereg` do this by themselves.",
        ),
    ] = False,
) -> None:
    """Check studies and list all mistakes at once, with file, line, key and how to correct them.

    Example: compassion check protocols/*.yaml
    """
    from experiments.files.faults import InvalidFileError

    faulty = 0
    for file in files:
        try:
            _check(file, expand, deep)
        except InvalidFileError as error:
            faulty += 1
            console.print(
                f"[bold red]✗[/] {file}: {count(len(error.faults), 'mistake', 'mistakes')}"
            )
            say(str(error))
    if faulty:
        raise typer.Exit(1)


def _check(file: Path, expand: bool, deep: bool) -> None:
    from analysis.curves.catalogue.to_write import curves_to_write
    from compassion.checked import faults_beside
    from compassion.kinds import kind_of
    from experiments.files.faults import InvalidFileError
    from experiments.protocol.notes import notes_on
    from experiments.protocol.values import lab_file, not_filled_in
    from experiments.study import open_study

    if kind := kind_of(file):
        kind.check(file)
        console.print(f"[bold green]✓[/] {file}: {kind.what}")
        return
    study = open_study(file)
    faults, of_fits = faults_beside(study), []
    if deep and not faults:
        from analysis.planned.checking import check_deeply

        try:
            of_fits = check_deeply(study)
        except InvalidFileError as error:
            faults = list(error.faults)
    if faults:
        raise InvalidFileError(faults)
    if expand:
        say(_expanded(study.opened))
        return
    console.print(f"[bold green]✓[/] {file}: {study.study} {study.version}, hash {study.hash}")
    asked = [measure for measure in study.names.measures.values() if not measure.part]
    console.print(
        f"    {count(len(study.names.factors), 'factor', 'factors')}, "
        f"{count(len(study.modes), 'mode', 'modes')}, {count(len(asked), 'measure', 'measures')}"
    )
    say(
        f"    {'language' if len(study.languages) == 1 else 'languages'}: {', '.join(study.languages)}"
    )
    for each in (*notes_on(study.opened), *curves_to_write(study.opened), *of_fits):
        where = "" if Path(each.file).name == file.name else f"{Path(each.file).name}, "
        note = f"{where}line {each.line}: {each.found}. {each.remedy}"
        console.print(f"    [yellow]note:[/] {escape(note)}")
    for language in study.incomplete:
        lacks = f"{language.language}: {language.lacks}"
        console.print(f"    [yellow]not complete:[/] {escape(lacks)}")
        say(indent(f"The first gap: {language.gaps[0]}", " " * 8))
    can_be_run = deep and _describe(study)
    for note in study.unfinished:
        console.print(f"    [yellow]before the first participant:[/] {escape(note)}")
    media = _missing_media(study)
    for note in media:
        console.print(f"    [yellow]before the first participant:[/] {escape(note)}")
    if media:
        say("    docs/lab.md and stimuli/README.md describe how to add media.")
    if not_filled_in(study.opened):
        say(f"    These texts belong in {lab_file(study.opened)}; docs/lab.md shows such a file.")
    if can_be_run and not study.unfinished and not media:
        say("    ready for participants")


def _missing_media(study: Study) -> list[str]:
    """Return what is missing of pictures, films and sounds, with the modes that show it if others do not."""
    modes: dict[str, list[str]] = {}
    for mode in study.modes:
        for gap in study.media_gaps(mode):
            modes.setdefault(gap, []).append(mode)
    everywhere = len(study.modes)
    return [
        gap if len(of) == everywhere else f"mode {' and '.join(of)}: {gap}"
        for gap, of in modes.items()
    ]


def _describe(study: Study) -> bool:
    """Print the conditions, places and screens of each mode, and deviations from norms; return whether the study can be run."""
    from experiments.protocol.slots import AllocationList
    from experiments.steps.not_yet import NotYetError
    from experiments.stimuli.norm_checks import check_norms

    can_be_run = True
    for mode in study.modes:
        allocation = AllocationList(study.opened, mode, study.secret)
        places = count(allocation.length, "place", "places")
        line = f"    {mode}: {places} in the allocation list"
        if len(allocation.cells) > 1:
            line += f", {len(allocation.cells)} conditions between participants"
        try:
            shown = study.timeline(study.first_slots(mode)[0]).screens
        except NotYetError as error:
            console.print(line)
            console.print(f"    [yellow]cannot be run yet:[/] {escape(str(error))}")
            can_be_run = False
            break
        console.print(f"{line}, {count(len(shown), 'screen', 'screens')} for each participant")
    for name, stimuli in study.opened.sets.items():
        for finding in check_norms(stimuli):
            console.print(
                f"    [yellow]stimuli: {name}: differs from its norms:[/] {escape(str(finding))}"
            )
    return can_be_run


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
