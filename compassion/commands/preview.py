"""compassion preview: every screen of every condition, as a contact sheet."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from compassion.commands.console import console


def preview(
    protocol: Annotated[Path, typer.Argument(help="Protocol file.")],
    to: Annotated[
        Path | None, typer.Option("--to", help="Folder (default: preview/STUDY).")
    ] = None,
    language: Annotated[str, typer.Option(help="Language (default: the protocol's first).")] = "",
    mode: Annotated[str, typer.Option(help="Mode of the study (default: all).")] = "",
) -> None:
    """Draw every screen of every condition: PNG files and one HTML page.

    Needs no display. Example: compassion preview protocols/compassion_collapse.yaml
    """
    from experiments.lab.preview import contact_sheet
    from experiments.study import open_study

    study = open_study(protocol)
    target = to or Path("preview") / study.protocol.study
    page = contact_sheet(
        study,
        target,
        study.language(language),
        [study.mode(mode)] if mode else list(study.protocol.modes),
    )
    console.print(f"Look at {page}")
