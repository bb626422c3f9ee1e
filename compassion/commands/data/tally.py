"""compassion data tally."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from compassion.commands.console import say, warn
from compassion.commands.data.options import study_of
from compassion.commands.options import Data, OwnProtocol
from experiments.numbers import count


def tally(
    data: Data,
    protocol: OwnProtocol = None,
    to: Annotated[
        Path | None,
        typer.Option(
            "--to",
            help="Output folder for payments.csv, boxes.csv and gifts.csv (default: only show the totals).",
        ),
    ] = None,
) -> None:
    """Calculate what participants keep and what the charity receives, from the decisions selected for payment.

    Example: compassion data tally data/identified_victim/2.0.0/collected --to payments
    """
    from experiments.package import tally as work_out
    from experiments.package import write_tally
    from experiments.questions.allocation import KEPT
    from experiments.steps.payment import GIVEN

    amounts = work_out(study_of(protocol, data[0]), data)
    carried_out = sum(payment.carried_out for payment in amounts.payments)
    say(
        f"{count(len(amounts.payments), 'session', 'sessions')},"
        f" {count(carried_out, 'decision', 'decisions')} carried out."
    )
    for currency, (given, kept) in amounts.totals().items():
        say(f"Given ({amounts.charity or 'to the charity of the study'}): {given:g} {currency}")
        say(f"Kept by participants: {kept:g} {currency}")
    for (currency, box), amount in amounts.boxes().items():
        if box not in (KEPT, GIVEN):
            say(f"In the box '{box}': {amount:g} {currency}")
    for payment in amounts.unfinished:
        warn(f"{payment.participant}, session {payment.session}: the session did not end")
    if to is not None:
        for written in write_tally(amounts, to):
            say(f"Wrote {written}.")
