"""compassion export: the study for a browser, or for PsychoPy Builder."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.progress import Progress

from compassion.commands.console import console, say
from compassion.commands.options import Mode, Protocol
from experiments.numbers import count
from experiments.online.export.targets import names

if TYPE_CHECKING:
    from experiments.study import Study


def export(
    protocol: Protocol,
    target: Annotated[
        str, typer.Option("--target", help=f"Where the study will run: {names()} (docs/online.md).")
    ] = "static",
    to: Annotated[
        Path | None,
        typer.Option("--to", help="Output folder (default: exports/STUDY_MODE_TARGET)."),
    ] = None,
    mode: Mode = "",
    language: Annotated[
        list[str] | None,
        typer.Option("--language", help="Language; repeatable (the first is the default)."),
    ] = None,
    slots: Annotated[
        int | None,
        typer.Option(
            "--slots",
            min=1,
            help="Number of places in the allocation list to export (default: all).",
        ),
    ] = None,
    recruitment: Annotated[
        Path | None,
        typer.Option(
            "--recruitment",
            help="YAML file with the settings of the recruitment platform, such as Prolific (docs/online.md).",
        ),
    ] = None,
    same_lists: Annotated[
        Path | None,
        typer.Option(
            "--same-lists",
            help="Earlier export of the study whose allocation lists are used again (default: new ones).",
        ),
    ] = None,
) -> None:
    """Export a study for the browser or for PsychoPy Builder.

    All trial lists are generated during the export; the browser never randomises.

    Example: compassion export protocols/compassion_collapse.yaml --target jatos
    """
    from compassion.checked import open_for_participants
    from experiments.files.parsing import parse
    from experiments.files.reading import read
    from experiments.online.export.exporting import order, write_folder
    from experiments.online.recruitment import Recruitment

    study = open_for_participants(protocol)
    platform = parse(Recruitment, read(recruitment)) if recruitment else None
    ordered = order(study, target, mode, language or (), slots, platform)
    folder = to or Path("exports") / f"{study.study}_{ordered.mode}_{target}"
    with Progress(console=console, transient=True) as bar:
        advance = partial(bar.advance, bar.add_task("places", total=ordered.slots))
        if target == "builder":
            from experiments.online.export.builder.writing import write_builder

            builder = write_builder(study, folder, ordered, advance, same_lists)
        elif target == "jatos":
            from experiments.online.export.jatos_archive import archive_beside, write_archive

            archive_beside(folder)  # An existing archive is refused before anything is written.
            write_folder(study, folder, ordered, advance, same_lists)
            archive = write_archive(folder)
        else:
            write_folder(study, folder, ordered, advance, same_lists)
    places = count(ordered.slots, "place", "places")
    say(f"Exported to {folder}: {places} in the allocation list, {', '.join(ordered.languages)}.")
    for each in study.incomplete if not language else ():
        console.print(
            f"[bold red]Left out:[/] {escape(f'{each.language}, which is not complete: {each.lacks}.')}"
        )
    if target == "builder":
        say(f"Open {builder.experiment} in PsychoPy Builder.")
        console.print(
            f"[bold]{count(len(builder.changes), 'screen differs', 'screens differ')} in PsychoPy Builder:[/]"
        )
        for screen, what in builder.changes.items():
            say(f"  - {protocol}: flow: {screen}: {what}")
    elif target == "jatos":
        say(f"Import into JATOS: {archive}")
    if platform is None and target != "builder":
        say(
            "No --recruitment: participants are not sent back to a recruitment platform (docs/online.md)."
        )
    _warn(study)
    say(f"Read {folder / 'README.md'} first: next steps, what to test, and limitations.")


def _warn(study: Study) -> None:
    """Print a conspicuous list of the values that must still be filled in, and the lines to write."""
    from experiments.protocol.values import how_to_fill_in

    if missing := study.unfinished:
        console.print(
            f"[bold red]NOT READY for participants:[/] {count(len(missing), 'entry', 'entries')} of the protocol must still"
            " be filled in (the README lists them too):"
        )
        for note in missing:
            say(f"  - {note}")
        say(how_to_fill_in(study.opened))
        say("Then export again.")
