"""compassion simulate: simulated participants, who follow a curve and answer the real screens."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress

from compassion.commands.console import console, say
from compassion.commands.options import Effect, Language, Mode, Protocol, Seed, Workers, processes


def simulate(
    protocol: Protocol,
    hypothesis: Annotated[
        str,
        typer.Option(
            "--hypothesis",
            help="Curve that the participants follow, or a claim as the study writes it"
            " (default: what the study claims).",
        ),
    ] = "",
    n: Annotated[int, typer.Option("--n", min=1, help="Number of simulated sessions.")] = 100,
    seed: Seed = 1,
    mode: Mode = "",
    language: Language = "",
    effect: Effect = None,
    data: Annotated[
        Path | None,
        typer.Option("--data", help="Folder of the data (default: data/STUDY/VERSION/simulated)."),
    ] = None,
    workers: Workers = 1,
    at_window: Annotated[
        bool,
        typer.Option(
            "--at-window", help="Run them in the real PsychoPy window, one participant at a time."
        ),
    ] = False,
    window: Annotated[
        str, typer.Option("--window", help="Window size for --at-window, such as 1280x720.")
    ] = "1280x720",
) -> None:
    """Run simulated participants through the screens of a study.

    The data are marked as simulated and never mixed with collected data.

    Example: compassion simulate protocols/compassion_collapse.yaml --hypothesis flat --n 600 --seed 7
    """
    from experiments.numbers import count
    from experiments.session.collection import default_folder
    from experiments.study import open_study

    study = open_study(protocol)
    folder = data or default_folder(study, simulated=True)
    with Progress(console=console, transient=True) as bar:
        task = bar.add_task("sessions", total=n)

        def advance(done: int) -> None:
            bar.advance(task, done)

        if at_window:
            from analysis.simulate.at_window import simulate_at_window

            outcomes = simulate_at_window(
                study,
                folder,
                n,
                hypothesis or None,
                seed,
                mode=mode or None,
                language=language or None,
                effect=effect,
                size=window,
                progress=advance,
            )
        else:
            from analysis.simulate import simulate as make

            outcomes = make(
                study,
                folder,
                n,
                hypothesis or None,
                seed,
                mode=mode or None,
                language=language or None,
                effect=effect,
                workers=processes(workers),
                progress=advance,
            ).outcomes
    ended = ", ".join(f"{number} {outcome}" for outcome, number in sorted(outcomes.items()))
    what = count(n, "simulated session", "simulated sessions")
    say(f"{what} ({ended}) in {folder}")
