"""Bonuses: what participants are to be paid beside their credit, under the identity that the recruiting site has.

The tally has participants' codes, and the collector (or JATOS) knows who has which code. Only here are the two
combined, and what is written holds identities and amounts, and no codes.
"""

from __future__ import annotations

import csv
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from experiments.errors import UserError
from experiments.online.recruitment import arrival_from_link
from experiments.package.paying import Tally


class BonusError(UserError):
    """Bonuses that cannot be found out or written; the message says what to do."""


def write_bonuses(made: Tally, identities: str, path: Path) -> tuple[int, list[str]]:
    """Write who gets how much: ``id,amount,currency,source``; the first two columns are what Prolific takes.

    Parameters
    ----------
    made
        The tally of the collected data.
    identities
        The collector's database (file or address), or JATOS's results archive (``.jrzip``).
    path
        The table to write.

    Returns
    -------
    tuple
        How many bonuses were written, and the codes of participants with an amount to be paid whose identity
        was not found.

    Raises
    ------
    BonusError
        If the data are simulated, the archive holds no identities, or the table exists or cannot be written.
    DatabaseError
        If the database is not a collector's, or its identities are gone.
    """
    if made.simulated:
        raise BonusError("these are simulated people; nobody is paid.")
    owed = [payment for payment in made.payments if payment.kept > 0]
    if Path(identities).suffix.lower() in {".jrzip", ".zip"}:
        people = dict(_people_of_archive(Path(identities)))
        # The session of a run on JATOS is ``jatos-RESULT-ATTEMPT``.
        keys = [payment.session.rpartition("-")[0] for payment in owed]
    else:
        from experiments.online.collector import payments

        people = {one["participant"]: (one["source"], one["id"]) for one in payments(identities)}
        keys = [payment.participant for payment in owed]
    lines = []
    unknown = []
    for payment, key in zip(owed, keys, strict=True):
        if key in people:
            source, identity = people[key]
            lines.append((identity, f"{payment.kept:.2f}", payment.currency, source))
        else:
            unknown.append(payment.participant)
    try:
        with path.open("x", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([("id", "amount", "currency", "source"), *lines])
    except FileExistsError as error:
        raise BonusError(
            f"{path} already exists; it is never overwritten. Name another."
        ) from error
    except OSError as error:
        raise BonusError(f"{path} cannot be written ({error.strerror or error}).") from error
    return len(lines), unknown


def _people_of_archive(path: Path) -> Iterator[tuple[str, tuple[str, str]]]:
    try:
        with zipfile.ZipFile(path) as archive:
            metadata = json.loads(archive.read("metadata.json"))
    except (OSError, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise BonusError(
            f"{path} holds no metadata.json that can be read ({error}); in JATOS, choose Export Results"
            " and JATOS Results Archive."
        ) from error
    for result in _results(metadata):
        came = arrival_from_link(result["urlQueryParameters"])
        if came.id is not None:
            yield f"jatos-{result['id']}", (came.source, came.id)


def _results(part: Any) -> Iterator[dict[str, Any]]:
    """Give the study results of JATOS's metadata, at whatever depth they are."""
    if isinstance(part, dict):
        if isinstance(part.get("urlQueryParameters"), dict) and "id" in part:
            yield part
        part = list(part.values())
    if isinstance(part, list):
        for each in part:
            yield from _results(each)
