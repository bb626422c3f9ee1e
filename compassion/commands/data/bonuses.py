"""compassion data bonuses."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from compassion.commands.console import look_at, say
from compassion.commands.data.options import study_of
from compassion.commands.options import Data, OwnProtocol
from experiments.numbers import count


def bonuses(
    data: Data,
    identities: Annotated[
        str,
        typer.Option(
            "--identities",
            help="Where the recruitment IDs come from: the collector's database, or JATOS's archive (.jrzip).",
        ),
    ],
    to: Annotated[Path, typer.Option("--to", help="CSV file to write; it must not exist yet.")],
    protocol: OwnProtocol = None,
) -> None:
    """Write a bonus table (for Prolific): what each online participant keeps, by recruitment ID.

    Example: compassion data bonuses data/online --identities study.sqlite --to bonuses.csv
    """
    from experiments.online.results.bonuses import write_bonuses
    from experiments.package import tally as work_out

    made = work_out(study_of(protocol, data[0]), data)
    written, unknown = write_bonuses(made, identities, to)
    for code in unknown:
        look_at(f"the identity of {code}, who is owed an amount, was not found")
    for payment in made.unfinished:
        if payment.kept > 0:
            look_at(
                f"{payment.participant}: the session did not end; {payment.kept:g} {payment.currency}"
                " is the amount so far",
            )
    say(f"{to} is written: {count(written, 'bonus', 'bonuses')}.")
