"""compassion data delete."""

from __future__ import annotations

from typing import Annotated

import typer

from compassion.commands.console import say, warn
from experiments.numbers import count


def delete(
    places: Annotated[
        list[str],
        typer.Argument(help="Folders with sessions, and collector databases.", metavar="DATA"),
    ],
    participant: Annotated[
        str, typer.Argument(help="Participant code; for databases, the recruitment ID also works.")
    ],
    yes: Annotated[bool, typer.Option("--yes", help="Delete without asking.")] = False,
) -> None:
    """Delete all answers of a participant who withdraws.

    Only an empty entry remains, which shows that a session was deleted.

    List every place where the answers are stored: the collector's database (the server may be running), its
    copies, and folders of imported data.

    Pay the participant first: this also deletes the link to their payment account.

    Examples: compassion data delete data/identified_victim/2.0.0/collected pc5hm72xw9dt;
    compassion data delete exports/study.sqlite data/online 5f3c9b1e2a
    """
    from experiments.online.results.withdrawing import withdraw

    where = ", ".join(places)
    if not yes:
        typer.confirm(
            f"Delete all answers of '{participant}' in {where}? This cannot be undone", abort=True
        )
    done = withdraw(places, participant)
    for place, gone in done.deleted.items():
        say(
            f"{place}: {count(gone.sessions, 'session', 'sessions')} and {count(gone.rows, 'row', 'rows')}"
            " deleted. Only an empty entry remains, which shows this."
        )
        if gone.still_to_do:
            warn(gone.still_to_do)
    for fault in done.faults:
        warn(fault)
