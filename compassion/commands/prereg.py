"""compassion prereg: write the preregistration of a study, and lock it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from compassion.commands.console import console, say
from experiments.numbers import count


def prereg(
    protocol: Annotated[Path, typer.Argument(help="Protocol file.")],
    power: Annotated[
        Path | None,
        typer.Option(help="Folder of `compassion power` (default: where it writes by itself)."),
    ] = None,
    people: Annotated[
        int, typer.Option(min=20, help="Simulated people in the draft of the results.")
    ] = 300,
    seed: Annotated[int, typer.Option(min=0, help="Of the simulated people.")] = 1,
    workers: Annotated[int, typer.Option(min=1, help="Processes.")] = 2,
    output: Annotated[
        Path | None, typer.Option(help="Folder (default: reports/STUDY/VERSION/prereg).")
    ] = None,
) -> None:
    """Write the preregistration in the layouts of AsPredicted and the OSF, with a lock that analyse checks.

    Run `compassion power` first, so that the sample size is backed by numbers.

    Example: compassion prereg protocols/identified_victim.yaml
    """
    from analysis.power import default_folder, read_power
    from analysis.prereg.writing import (
        check_power,
        draft,
        refuse_to_overwrite,
        sessions_before,
        write_prereg,
    )
    from experiments.study import open_study

    study = open_study(protocol)
    own = study.protocol
    folder = output or Path("reports") / own.study / own.version / "prereg"
    refuse_to_overwrite(folder)
    place = power or default_folder(own.study, own.version, own.primary_mode)
    found = read_power(place) if power is not None or (place / "power.json").is_file() else None
    check_power(found, own)
    existing = sessions_before(own)
    with console.status(f"{people} simulated people, for the draft"):
        drafted = draft(study, people, seed, workers)
    file = write_prereg(study, folder, drafted, power=found, existing=existing)
    if existing:
        console.print(
            f"[bold red]{count(existing, 'session has', 'sessions have')} been collected already:[/] this is"
            " not a preregistration in the strict sense, and the documents say so."
        )
    if found is None:
        console.print(
            f"There is no power analysis in {place}; the documents say how to make it"
            f" (compassion power {protocol}).",
            markup=False,
        )
    say(f"Documents and lock: {file.parent}. Deposit them where you cannot change them.")
