"""compassion prereg: write the preregistration of a study, and lock it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from compassion.commands.console import console, say
from compassion.commands.options import Protocol, Seed, Workers, processes
from experiments.numbers import count


def prereg(
    protocol: Protocol,
    power: Annotated[
        Path | None,
        typer.Option(
            "--power",
            help="Output folder of `compassion power` (default: its default output folder).",
        ),
    ] = None,
    n: Annotated[
        int | None,
        typer.Option(
            "--n",
            min=20,
            help="Number of simulated participants for the draft results section (default: 300).",
        ),
    ] = None,
    seed: Seed = 1,
    workers: Workers = 2,
    to: Annotated[
        Path | None,
        typer.Option("--to", help="Output folder (default: reports/STUDY/VERSION/prereg)."),
    ] = None,
) -> None:
    """Write a preregistration for AsPredicted and the OSF, and a lock file.

    `compassion analyse` checks the plan against the lock file. Run `compassion power` first, so that the
    document can justify the sample size.

    Example: compassion prereg protocols/identified_victim.yaml
    """
    from analysis.planned.checking import open_checked
    from analysis.power import default_folder, read_power
    from analysis.prereg.writing import (
        check_power,
        draft,
        refuse_to_overwrite,
        sessions_before,
        write_prereg,
    )

    study = open_checked(protocol)
    folder = to or Path("reports") / study.study / study.version / "prereg"
    refuse_to_overwrite(folder)
    place = power or default_folder(study.study, study.version, study.modes[0])
    stored = read_power(place) if power is not None or (place / "power.json").is_file() else None
    check_power(stored, study)
    existing = sessions_before(study)
    with console.status("simulating participants for the draft"):
        drafted = draft(study, n, seed, processes(workers))
    file = write_prereg(study, folder, drafted, power=stored, existing=existing)
    if existing:
        console.print(
            f"[bold red]{count(existing, 'session has', 'sessions have')} already been collected:[/] this is"
            " not a preregistration in the strict sense, and the documents say so."
        )
    if stored is None:
        console.print(
            f"There is no power analysis in {place}; the documents say how to run it"
            f" (compassion power {protocol}).",
            markup=False,
        )
    say(f"Documents and lock file: {file.parent}. Deposit them where you cannot change them.")
