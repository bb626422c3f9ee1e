"""compassion export: the study for a browser, or for PsychoPy Builder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from experiments.online.targets import names

if TYPE_CHECKING:
    from experiments.building import Study

console = Console(highlight=False, soft_wrap=True)


def export(
    protocol: Annotated[Path, typer.Argument(help="Protocol file.")],
    target: Annotated[str, typer.Option(help=f"{names()} (docs/online.md).")] = "static",
    to: Annotated[
        Path | None, typer.Option("--to", help="Folder (default: exports/STUDY_MODE_TARGET).")
    ] = None,
    mode: Annotated[str, typer.Option(help="Mode of the study (default: the primary one).")] = "",
    language: Annotated[
        list[str] | None, typer.Option(help="Language; repeatable, the first is the default.")
    ] = None,
    slots: Annotated[
        int | None, typer.Option(min=1, help="Slots to export (default: the whole list).")
    ] = None,
    recruitment: Annotated[
        Path | None, typer.Option(help="YAML file: source, codes, hosts, url (docs/online.md).")
    ] = None,
) -> None:
    """Export a study. Trial lists come from Python; the browser never randomises.

    Example: compassion export protocols/compassion_collapse.yaml --target jatos
    """
    from experiments.building import open_study
    from experiments.online import exporting
    from experiments.online.recruitment import Recruitment
    from experiments.reading import parse, read

    study = open_study(protocol)
    chosen = mode or study.protocol.primary_mode
    folder = to or Path("exports") / f"{study.protocol.study}_{chosen}_{target}"
    if target == "builder":
        _export_for_builder(study, folder, chosen, language or [], slots, recruitment)
        return
    back = parse(Recruitment, read(recruitment)) if recruitment else None
    ordered = exporting.order(study, target, chosen, tuple(language or ()), slots, back)
    if target == "jatos":
        from experiments.online.jatos_archive import archive_beside, write_archive

        archive_beside(folder)  # What is in the way is told before all is written, not after it.
    with Progress(console=console, transient=True) as bar:
        task = bar.add_task("slots", total=ordered.slots)
        exporting.write_folder(study, folder, ordered, lambda: bar.advance(task))
    _say(f"Exported to {folder}: {ordered.slots} slots, {', '.join(ordered.languages)}.")
    if target == "jatos":
        about = exporting.facts(study, ordered, study.slots(ordered.mode)[: ordered.slots])
        _say(f"Import into JATOS: {write_archive(folder, about)}")
    if back is None:
        _say("No --recruitment: nobody is led back to a recruiting site (docs/online.md).")
    _warn(study, ordered.languages)
    _say(
        f"Read {folder / 'README.md'} before you upload it: steps, links, pilot checklist, limits."
    )


def _export_for_builder(
    study: Study,
    folder: Path,
    mode: str,
    languages: list[str],
    slots: int | None,
    recruitment: Path | None,
) -> None:
    from experiments.online.builder import write_builder
    from experiments.online.exporting import ExportError

    if recruitment is not None:
        raise ExportError(
            "the target builder takes no --recruitment; put the address that gives the credit into Online,"
            " Completed URL of the experiment's settings in Builder."
        )
    if len(languages) > 1:
        raise ExportError(
            f"the target builder takes one language, not {', '.join(languages)}; export each to its own folder."
        )
    language = languages[0] if languages else study.protocol.languages[0]
    with Progress(console=console, transient=True) as bar:
        # How many slots there are is known once the mode has been checked.
        task = bar.add_task("slots", total=slots)
        made = write_builder(study, folder, mode, language, slots, lambda: bar.advance(task))
    _say(f"Open in PsychoPy Builder: {made.experiment}")
    console.print(f"[bold]{len(made.changes)} screens are different in this hand-over:[/]")
    for screen, what in made.changes.items():
        _say(f"  - {study.protocol.path}: flow: {screen}: {what}")
    _warn(study, [language])
    _say(f"Read {folder / 'README.md'}: it says what a hand-over does and does not.")


def _say(line: str) -> None:
    console.print(line, markup=False)


def _warn(study: Study, languages: Sequence[str]) -> None:
    """Say what is not filled in, so that nobody can overlook it."""
    from experiments.checking import unfinished

    missing = unfinished(study.protocol, languages)
    if not missing:
        return
    console.print(
        f"[bold red]NOT READY for participants:[/] {len(missing)} things are not filled in in the protocol"
        " (the README lists them, too):"
    )
    for note in missing:
        _say(f"  - {note}")
