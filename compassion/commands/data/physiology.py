"""compassion data physiology."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from compassion.commands.console import console, say, warn
from compassion.commands.data.options import Folder
from experiments.numbers import count


def physiology(
    folder: Folder,
    recordings: Annotated[
        Path,
        typer.Argument(
            help="CSV list of the recordings: participant, session, file, rate, period, at.",
            metavar="RECORDINGS",
        ),
    ],
) -> None:
    """Import recorded signals (RR intervals, ECG, respiration, skin conductance), cut by the periods of the sessions.

    Example: compassion data physiology data/vagal_response recordings.csv
    """
    from functools import partial

    from rich.progress import track

    from analysis.physiology.importing import import_signals

    follow = partial(track, description="recordings", console=console, transient=True)
    done = import_signals(folder, recordings, follow)
    for why, number in done.missing.items():
        warn(f"{count(number, 'period', 'periods')}: {why}")
    if done.without:
        warn(f"no recording yet of {', '.join(done.without)}")
    say(f"Wrote {done.file}: {count(len(done.table), 'period', 'periods')}.")
