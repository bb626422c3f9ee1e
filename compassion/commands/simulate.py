"""compassion simulate: people who follow a hypothesis, through the same screens as everybody."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress

from compassion.commands.console import console, say


def simulate(
    protocol: Annotated[Path, typer.Argument(help="Protocol file.")],
    hypothesis: Annotated[
        str, typer.Option(help="Hypothesis they follow (default: the protocol's predicted one).")
    ] = "",
    n: Annotated[int, typer.Option("--n", min=1, help="Number of sessions.")] = 100,
    seed: Annotated[int, typer.Option(min=0, help="Same seed, same people, to the byte.")] = 1,
    mode: Annotated[str, typer.Option(help="Mode of the study (default: the primary one).")] = "",
    language: Annotated[str, typer.Option(help="Language (default: the protocol's first).")] = "",
    effect: Annotated[
        float | None,
        typer.Option(help="Size of the effect in SDs between people (default: the assumptions')."),
    ] = None,
    data: Annotated[
        Path | None, typer.Option(help="Folder (default: data/STUDY/VERSION/simulated).")
    ] = None,
    workers: Annotated[int, typer.Option(min=1, help="Processes.")] = 1,
    window: Annotated[
        bool,
        typer.Option(
            "--window", help="Let them take part at the real PsychoPy window, one after another."
        ),
    ] = False,
    size: Annotated[str, typer.Option(help="Window size for --window.")] = "1280x720",
) -> None:
    """Simulate participants. Everything made is marked simulated and never merged with collected data.

    Example: compassion simulate protocols/compassion_collapse.yaml --hypothesis flat --n 600 --seed 7
    """
    from experiments.numbers import count
    from experiments.session.collection import default_folder
    from experiments.study import open_study

    study = open_study(protocol)
    folder = data or default_folder(study.protocol, simulated=True)
    with Progress(console=console, transient=True) as bar:
        task = bar.add_task("sessions", total=n)

        def advance(done: int) -> None:
            bar.advance(task, done)

        if window:
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
                size=size,
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
                workers=workers,
                progress=advance,
            ).outcomes
    ended = ", ".join(f"{number} {outcome}" for outcome, number in sorted(outcomes.items()))
    what = count(n, "simulated session", "simulated sessions")
    say(f"{what} ({ended}) in {folder}")
