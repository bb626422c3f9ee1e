"""compassion data tally."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from compassion.commands.console import look_at, say
from compassion.commands.data.options import study_of
from compassion.commands.options import Data, OwnProtocol


def tally(
    data: Data,
    protocol: OwnProtocol = None,
    to: Annotated[
        Path | None,
        typer.Option(
            "--to",
            help="Output folder for payments.csv and gifts.csv (default: only show the totals).",
        ),
    ] = None,
) -> None:
    """Calculate what each participant keeps and what the charity receives, from the decisions that count.

    Example: compassion data tally data/identified_victim/1.0.0/collected --to payments
    """
    from experiments.package import tally as work_out
    from experiments.package import write_tally

    made = work_out(study_of(protocol, data[0]), data)
    carried = sum(payment.carried_out for payment in made.payments)
    say(f"{len(made.payments)} sessions, {carried} decisions are carried out.")
    for currency, (given, kept) in made.totals().items():
        say(f"Given ({made.charity or 'to the charity of the protocol'}): {given:g} {currency}")
        say(f"Kept by participants: {kept:g} {currency}")
    for payment in made.unfinished:
        look_at(f"{payment.participant}, session {payment.session}: it did not end")
    if to is not None:
        for written in write_tally(made, to):
            say(f"{written} is written.")
