"""compassion data bonuses."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from compassion.commands.console import say, warn
from compassion.commands.data.options import study_of
from compassion.commands.options import Data, OwnProtocol
from experiments.numbers import count


def bonuses(
    data: Data,
    identities: Annotated[
        str,
        typer.Option(
            "--identities",
            help="Source of the recruitment IDs: the collector's database, or an archive from JATOS (.jrzip).",
        ),
    ],
    to: Annotated[Path, typer.Option("--to", help="CSV file to write; it must not exist yet.")],
    protocol: OwnProtocol = None,
) -> None:
    """Write a table of bonuses (for Prolific): the amount each online participant keeps, by recruitment ID.

    Example: compassion data bonuses data/online --identities study.sqlite --to bonuses.csv
    """
    from experiments.online.results.bonuses import write_bonuses
    from experiments.package import tally as work_out

    amounts = work_out(study_of(protocol, data[0]), data)
    written, unknown = write_bonuses(amounts, identities, to)
    for code in unknown:
        warn(f"the identity of {code}, who is owed an amount, was not found")
    for payment in amounts.unfinished:
        if payment.kept > 0:
            warn(
                f"{payment.participant}: the session did not end; {payment.kept:g} {payment.currency}"
                " is the amount so far",
            )
    say(f"{to} is written: {count(written, 'bonus', 'bonuses')}.")
