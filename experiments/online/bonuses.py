"""Bonuses: what participants are to be paid beside their credit, under the identity that the recruiting site knows.

The tally knows participants by their codes, and the collector (or JATOS) knows who has which code. Here alone
the two come together, and what is written holds identities and amounts, and no codes.
"""

from __future__ import annotations

import csv
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from experiments.errors import UserError
from experiments.online.recruitment import arrival_from_link
from experiments.package.paying import Tally

#: Session of a run on JATOS is ``jatos-RESULT-ATTEMPT``.
_JATOS = "jatos"


class BonusFault(UserError):
    """Bonuses that cannot be told; the message says what to do."""


@dataclass(frozen=True)
class Bonus:
    """What one participant gets."""

    source: str
    id: str
    amount: float
    currency: str


def bonuses(made: Tally, identities: str) -> tuple[list[Bonus], list[str]]:
    """Find out who gets how much.

    Parameters
    ----------
    made
        The tally of the collected data.
    identities
        The collector's database (file or address), or JATOS's results archive (``.jrzip``).

    Returns
    -------
    tuple
        The bonuses, and the participants' codes with an amount to be paid whom nobody knows.

    Raises
    ------
    BonusFault
        If the data are simulated, or the archive holds no identities.
    DatabaseFault
        If the database is none, or its identities are gone.
    """
    if made.simulated:
        raise BonusFault("these are simulated people; nobody is paid.")
    owed = [payment for payment in made.payments if payment.kept > 0]
    if Path(identities).suffix.lower() in {".jrzip", ".zip"}:
        people = dict(_people_of_archive(Path(identities)))
        keys = [payment.session.rpartition("-")[0] for payment in owed]
    else:
        from experiments.online.collector import payments

        people = {one["participant"]: (one["source"], one["id"]) for one in payments(identities)}
        keys = [payment.participant for payment in owed]
    found = []
    unknown = []
    for payment, key in zip(owed, keys, strict=True):
        if key in people:
            found.append(Bonus(*people[key], payment.kept, payment.currency))
        else:
            unknown.append(payment.participant)
    return found, unknown


def _people_of_archive(path: Path) -> Iterator[tuple[str, tuple[str, str]]]:
    try:
        with zipfile.ZipFile(path) as archive:
            metadata = json.loads(archive.read("metadata.json"))
    except (OSError, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise BonusFault(
            f"{path} holds no metadata.json that can be read ({error}); in JATOS, choose Export Results"
            " and JATOS Results Archive."
        ) from error
    for result in _results(metadata):
        came = arrival_from_link(result["urlQueryParameters"])
        if came.id is not None:
            yield f"{_JATOS}-{result['id']}", (came.source, came.id)


def _results(part: Any) -> Iterator[dict[str, Any]]:
    """Give the study results of JATOS's metadata, however deep they stand."""
    if isinstance(part, dict):
        if isinstance(part.get("urlQueryParameters"), dict) and "id" in part:
            yield part
        part = list(part.values())
    if isinstance(part, list):
        for each in part:
            yield from _results(each)


def write_bonuses(found: list[Bonus], path: Path) -> None:
    """Write bonuses as a table ``id,amount,currency,source``; the first two columns are what Prolific takes.

    Raises
    ------
    BonusFault
        If the file is there already, or cannot be written.
    """
    try:
        with path.open("x", encoding="utf-8", newline="") as file:
            table = csv.writer(file)
            table.writerow(("id", "amount", "currency", "source"))
            for bonus in found:
                table.writerow((bonus.id, f"{bonus.amount:.2f}", bonus.currency, bonus.source))
    except FileExistsError as error:
        raise BonusFault(
            f"{path} is there already; it is never overwritten. Name another."
        ) from error
    except OSError as error:
        raise BonusFault(f"{path} cannot be written ({error.strerror or error}).") from error
