"""compassion preview: every screen of every condition, as a contact sheet, or live in the browser."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from compassion.commands.console import console, say
from compassion.commands.options import MODE, Language, Protocol


def preview(
    protocol: Protocol,
    to: Annotated[
        Path | None, typer.Option("--to", help="Output folder (default: preview/STUDY).")
    ] = None,
    language: Language = "",
    mode: Annotated[str, typer.Option("--mode", help=f"{MODE} (default: all modes).")] = "",
    live: Annotated[
        bool,
        typer.Option(
            "--live",
            help="Show the study in the browser, and reload it at the same step when a file changes."
            " Nothing is stored.",
        ),
    ] = False,
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, help="Port of --live (0: any free one).")
    ] = 0,
) -> None:
    """Draw every screen of every condition as PNG files and one HTML page; no display is needed.

    Example: compassion preview protocols/compassion_collapse.yaml

    Example: compassion preview protocols/compassion_collapse.yaml --live
    """
    if live:
        from experiments.online.preview.serving import serve_preview

        serve_preview(
            protocol,
            port,
            lambda address: say(f"Open {address} in a browser. Stop with Ctrl+C."),
        )
        return
    from analysis.power import foretold
    from experiments.lab.preview import contact_sheet
    from experiments.study import open_study

    study = open_study(protocol)
    target = to or Path("preview") / study.study
    modes = [study.mode(mode)] if mode else study.modes
    shown = study.language(language)
    told = {each: foretold(study, each) for each in modes}
    page = contact_sheet(study, target, shown, modes, told)
    for each, sentences in told.items():
        for sentence in sentences:
            say(f"{each}: {sentence}" if len(modes) > 1 else sentence)
    console.print(f"Open {page}")
