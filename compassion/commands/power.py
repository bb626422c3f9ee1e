"""compassion power: can this design tell? Before any data are collected."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from compassion.commands.console import console, say


def power(
    protocol: Annotated[Path, typer.Argument(help="Protocol file.")],
    n: Annotated[
        str,
        typer.Option(
            "--n", help="Complete people per cell, e.g. 100,200,400 (default: around the plan)."
        ),
    ] = "",
    effect: Annotated[
        str, typer.Option(help="Effects as Cohen's d, e.g. 0,0.1,0.2 (0: type I error).")
    ] = "",
    target: Annotated[str, typer.Option(help="Target powers.")] = "0.8,0.9",
    test: Annotated[
        list[str] | None,
        typer.Option(help="Only this planned test, model or contrast (repeatable)."),
    ] = None,
    mode: Annotated[str, typer.Option(help="Mode of the study (default: the primary one).")] = "",
    studies: Annotated[
        int, typer.Option(min=1, help="Simulated studies per point, where few stimuli need them.")
    ] = 2000,
    check: Annotated[
        int,
        typer.Option(
            min=0,
            help="Also run so many whole studies of simulated participants through the real timeline and"
            " analysis (slow).",
        ),
    ] = 0,
    prior: Annotated[
        Path | None,
        typer.Option(
            help="Variance components: YAML, results.json of an analysis, or a folder of data"
            " (default: what the protocol names)."
        ),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Same seed, same numbers, to the bit.")] = 1,
    workers: Annotated[int, typer.Option(min=0, help="Processes (0: all cores).")] = 0,
    cluster: Annotated[str, typer.Option(help="Address of a dask scheduler to work on.")] = "",
    output: Annotated[
        Path | None, typer.Option(help="Folder (default: reports/STUDY/VERSION/power-MODE).")
    ] = None,
    cache: Annotated[
        Path | None, typer.Option(help="Folder of finished work (default: .compassion/power).")
    ] = None,
) -> None:
    """Power of each planned test, required numbers, sensitivity, and recovery of the predicted curves.

    A run that is stopped goes on where it was. Everything is simulated and marked so.

    Example: compassion power protocols/identified_victim.yaml --n 200,400,800 --effect 0,0.1,0.2
    """
    from analysis.power import (
        DEFAULT_CACHE,
        PowerSettings,
        default_folder,
        notes,
        power_of,
        sentences,
        write_power,
    )
    from experiments.study import open_study

    study = open_study(protocol)
    settings = PowerSettings(
        mode=mode,
        tests=tuple(test or ()),
        sizes=tuple(int(value) for value in _numbers(n, "--n", whole=True)),
        effects=_numbers(effect, "--effect"),
        targets=_numbers(target, "--target"),
        studies=studies,
        check=check,
        seed=seed,
        prior=prior,
    )
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        bars = {}

        def watch(what: str, done: int, total: int) -> None:
            if what not in bars:
                bars[what] = bar.add_task(what, total=total)
            bar.advance(bars[what], done)

        found = power_of(
            study,
            settings,
            cache=cache or DEFAULT_CACHE,
            workers=workers or os.cpu_count() or 1,
            cluster=cluster,
            watch=watch,
        )
    folder = output or default_folder(
        study.protocol.study, study.protocol.version, found.settings.mode
    )
    page = write_power(found, folder)
    console.print("[bold]SIMULATED[/] studies, no data:")
    for sentence in sentences(found):
        say(f"- {sentence}")
    for note in notes(found):
        say(f"! {note}")
    say(f"Page, figures and tables: {page}")


def _numbers(text: str, option: str, *, whole: bool = False) -> tuple[float, ...]:
    values = []
    for part in text.replace(";", ",").split(","):
        if not part.strip():
            continue
        try:
            values.append(int(part) if whole else float(part))
        except ValueError:
            kind = "whole numbers" if whole else "numbers"
            raise typer.BadParameter(
                f"'{part.strip()}' is not a number. Give {kind} separated by commas.",
                param_hint=option,
            ) from None
    return tuple(values)
