"""compassion preview: every screen of every condition, as a contact sheet."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from compassion.commands.console import console
from compassion.commands.options import MODE, Language, Protocol


def preview(
    protocol: Protocol,
    to: Annotated[
        Path | None, typer.Option("--to", help="Output folder (default: preview/STUDY).")
    ] = None,
    language: Language = "",
    mode: Annotated[str, typer.Option("--mode", help=f"{MODE} (default: all modes).")] = "",
) -> None:
    """Draw every screen of every condition as PNG files and one HTML page; no display is needed.

    Example: compassion preview protocols/compassion_collapse.yaml
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
    console.print(f"Open {page}")
