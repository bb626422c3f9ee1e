"""compassion demo: studies that come with compassion, from simulated participants to finished reports."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from compassion.commands.console import console
from compassion.commands.options import Seed
from compassion.commands.report import print_report

if TYPE_CHECKING:
    from experiments.study import Study

#: Study -> (mode, sessions, hypothesis that the simulated participants follow; None: the claim).
STUDIES: dict[str, tuple[str, int, str | None]] = {
    "identified_victim": ("real", 360, "identified_victim_dollars"),
    "compassion_collapse": ("between", 600, "exponential_to_floor"),
    "parochial_vignettes": ("dots", 120, "favouritism"),
}
SESSIONS = 360
"""Sessions of each further study, in its primary mode, with participants who follow the claim."""


def demo(
    to: Annotated[Path, typer.Option("--to", help="Output folder.")] = Path("demo"),
    seed: Seed = 1,
    at_window: Annotated[
        int,
        typer.Option(
            "--at-window",
            min=0,
            help="Number of participants per study who are run in the real PsychoPy window.",
        ),
    ] = 1,
    every: Annotated[
        bool, typer.Option("--all", help="All studies that come with compassion, not only three.")
    ] = False,
) -> None:
    """Run three studies with simulated participants and write their reports.

    All output is marked as simulated.

    Example: compassion demo
    """
    from analysis.report import write_report
    from analysis.report.analysing import analyse
    from experiments.errors import UserError
    from experiments.places import find, shipped_folder
    from experiments.study import open_study

    if to.exists() and any(to.iterdir()):
        raise UserError(f"{to} is not empty; remove it, or give another folder with --to.")
    names = list(STUDIES)
    if every:
        shipped = sorted(path.stem for path in shipped_folder("protocols").glob("*.yaml"))
        names += [name for name in shipped if name not in STUDIES]
    reports = []
    for name in names:
        console.rule(name)
        study = open_study(find(f"{name}.yaml", "protocols"))
        mode, n, hypothesis = STUDIES.get(name, (study.modes[0], SESSIONS, None))
        folder = to / name
        _simulate(study, folder / "data", mode, n, hypothesis, seed)
        if at_window:
            _at_window(study, folder, mode, at_window, hypothesis, seed)
        with console.status("analysing"):
            report = write_report(analyse([folder / "data"]), folder / "report")
        print_report(report)
        reports.append(report.html)
    console.rule("finished")
    for page in reports:
        console.print(f"Open [bold]{page.resolve()}[/]")


def _simulate(
    study: Study, folder: Path, mode: str, n: int, hypothesis: str | None, seed: int
) -> None:
    from rich.progress import Progress

    from analysis.simulate import simulate

    with Progress(console=console, transient=True) as bar:
        task = bar.add_task(f"{n} simulated participants", total=n)
        simulation = simulate(
            study,
            folder,
            n,
            hypothesis,
            seed,
            mode=mode,
            workers=2,
            progress=lambda done: bar.advance(task, done),
        )
    ended = ", ".join(
        f"{count} {outcome}" for outcome, count in sorted(simulation.outcomes.items())
    )
    followed = "the claim" if hypothesis is None else f"'{hypothesis}'"
    console.print(f"{n} simulated participants who follow {followed}: {ended}")


def _at_window(
    study: Study, folder: Path, mode: str, n: int, hypothesis: str | None, seed: int
) -> None:
    from analysis.simulate.at_window import same_rows, simulate_at_window
    from experiments.lab.display import ensure_display

    ensure_display()
    simulate_at_window(study, folder / "at_window", n, hypothesis, seed, mode=mode)
    same = same_rows(folder / "at_window", folder / "data")
    console.print(
        f"{n} of them also took part in the real PsychoPy window; rows identical except for clocks and renderer:"
        f" {same} of {n}"
    )
