"""compassion export: the study for a browser, or for PsychoPy Builder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

console = Console(highlight=False, soft_wrap=True)


def export(
    protocol: Annotated[Path, typer.Argument(help="Protocol file.")],
    target: Annotated[str, typer.Option(help="static, jatos, pavlovia or builder.")] = "static",
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
    if target not in ("static", "jatos", "pavlovia", "builder"):
        raise exporting.ExportError(
            f"there is no target '{target}'; there are static, jatos, pavlovia and builder."
        )
    chosen = mode or study.protocol.primary_mode
    folder = to or Path("exports") / f"{study.protocol.study}_{chosen}_{target}"
    if target == "builder":
        from experiments.online.builder import write_builder

        made = write_builder(study, folder, chosen, (language or [""])[0], slots)
        console.print(f"Open in PsychoPy Builder: {made}")
        console.print(f"Read {folder / 'README.md'}: it says what this route cannot promise.")
        return
    back = parse(Recruitment, read(recruitment)) if recruitment else None
    ordered = exporting.order(study, target, chosen, tuple(language or ()), slots, back)  # type: ignore[arg-type]
    exporting.write_folder(study, folder, ordered)
    console.print(f"Exported to {folder}: {ordered.slots} slots, {', '.join(ordered.languages)}.")
    if target == "jatos":
        from experiments.online.jatos_archive import write_archive

        about = exporting.facts(study, ordered, study.slots(ordered.mode)[: ordered.slots])
        console.print(f"Import into JATOS: {write_archive(folder, about)}")
    console.print(f"Read {folder / 'README.md'} before you upload it.")
