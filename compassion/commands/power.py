"""compassion power: the power of a study's planned tests, before any data are collected."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from compassion.commands.console import console, say
from compassion.commands.options import Mode, Protocol, Seed, Workers, processes


def power(
    protocol: Protocol,
    n: Annotated[
        list[str] | None,
        typer.Option(
            "--n",
            help="Participants per cell (each combination of levels between participants) after exclusions, e.g."
            " 100,200,400; repeatable (default: sizes around the"
            " planned one).",
        ),
    ] = None,
    effect: Annotated[
        list[str] | None,
        typer.Option(
            "--effect",
            help="Effect sizes: values of a contrast in SDs (Cohen's d of two means), e.g. 0,0.1,0.2; repeatable"
            " (0 gives the type I error rate).",
        ),
    ] = None,
    target: Annotated[
        list[str] | None,
        typer.Option("--target", help="Target power; repeatable (default: 0.8,0.9)."),
    ] = None,
    test: Annotated[
        list[str] | None,
        typer.Option(
            "--test",
            help="Name of a planned test, model or contrast; repeatable (default: all of them).",
        ),
    ] = None,
    mode: Mode = "",
    studies: Annotated[
        int,
        typer.Option(
            "--studies",
            min=1,
            help="Simulated studies per sample size, used when there are few items.",
        ),
    ] = 2000,
    check: Annotated[
        int,
        typer.Option(
            "--check",
            min=0,
            help="Also simulate this many complete studies, on the real screens and with the planned analysis"
            " (slow).",
        ),
    ] = 0,
    prior: Annotated[
        Path | None,
        typer.Option(
            "--prior",
            help="Where the variance components come from: a YAML file, the results.json of an analysis, or a"
            " folder of data (default: the source that the study names).",
        ),
    ] = None,
    seed: Seed = 1,
    workers: Workers = 0,
    cluster: Annotated[
        str, typer.Option("--cluster", help="Address of the dask scheduler of a cluster to run on.")
    ] = "",
    to: Annotated[
        Path | None,
        typer.Option("--to", help="Output folder (default: reports/STUDY/VERSION/power-MODE)."),
    ] = None,
    cache: Annotated[
        Path | None,
        typer.Option(
            "--cache", help="Folder for intermediate results (default: .compassion/power)."
        ),
    ] = None,
) -> None:
    """Compute the power of each planned test, the sample sizes needed, and how well curves can be distinguished.

    If interrupted, it continues where it stopped. All results are simulated and marked as such.

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
        targets=_numbers(target or ["0.8,0.9"], "--target"),
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

        result = power_of(
            study,
            settings,
            cache=cache or DEFAULT_CACHE,
            workers=processes(workers),
            cluster=cluster,
            watch=watch,
        )
    folder = to or default_folder(study.study, study.version, result.settings.mode)
    page = write_power(result, folder)
    console.print("[bold]SIMULATED[/] studies, no collected data:")
    for sentence in sentences(result):
        say(f"- {sentence}")
    for note in notes(result):
        say(f"! {note}")
    say(f"Page, figures and tables: {page}")


def _numbers(given: Sequence[str] | None, option: str, *, whole: bool = False) -> tuple[float, ...]:
    values = []
    for part in ",".join(given or ()).replace(";", ",").split(","):
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
