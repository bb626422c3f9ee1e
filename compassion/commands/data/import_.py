"""compassion data import."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from compassion.commands.console import console, say, warn
from experiments.numbers import count


def import_(
    files: Annotated[
        list[str],
        typer.Argument(help="Files, folders of files, or databases.", metavar="FILE"),
    ],
    to: Annotated[Path, typer.Option("--to", help="Folder to add the data to.")],
    source: Annotated[
        str,
        typer.Option(
            "--from",
            help="Where the answers were collected: collector, jatos, pavlovia, or file (saved by the page).",
        ),
    ] = "",
    protocol: Annotated[
        Path | None, typer.Option("--protocol", help="Protocol that was exported (with --from).")
    ] = None,
    mapping: Annotated[
        Path | None,
        typer.Option("--map", help="YAML file that maps the columns of another study's tables."),
    ] = None,
) -> None:
    """Import answers collected online (--from) or data from another study (--map).

    Examples: compassion data import study.sqlite --from collector --protocol STUDY.yaml --to data/online;
    compassion data import --map docs/reanalysis/psa008_pilot2.yaml pilot2_wide.csv --to data/psa008
    """
    if mapping is not None:
        from analysis.foreign.importing import import_foreign

        for written in import_foreign(mapping, [Path(file) for file in files], to):
            say(f"Wrote {written}.")
        return
    from functools import partial

    from rich.progress import track

    from experiments.online.results.importing import import_results
    from experiments.online.results.results import ResultsImportError, read_results
    from experiments.study import open_study

    if not source or protocol is None:
        raise ResultsImportError(
            "say where the data come from: --from SOURCE --protocol FILE, or --map FILE."
        )
    follow = partial(track, description="sessions", console=console, transient=True)
    done = import_results(open_study(protocol), to, read_results(source, files), follow)
    for fault in done.faults:
        warn(fault)
    if done.withdrawn:
        say(f"{done.withdrawn} left out because they withdrew and their answers were deleted")
    added = f"{count(done.sessions, 'new session', 'new sessions')}, {count(done.rows, 'new row', 'new rows')}"
    say(f"{added} in {to}; {done.known} already there")
