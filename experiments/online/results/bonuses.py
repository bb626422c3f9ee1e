"""Bonuses: payments to participants in addition to their credit, listed by their IDs on the recruitment platform.

The tally lists participants by code, and the collector (or JATOS) knows which ID belongs to which code. The two are
combined only here, and the table that is written has IDs and amounts, but no codes.
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
    """Bonuses cannot be determined or written; the message gives the remedy."""


def write_bonuses(tally: Tally, identities: str, path: Path) -> tuple[int, list[str]]:
    """Write the table of bonuses (``id,amount,currency,source``), of which Prolific needs the first two columns.

    Parameters
    ----------
    tally
        The tally of the collected data.
    identities
        The collector's database (file or address), or JATOS's results archive (``.jrzip``).
    path
        The CSV file to write.

    Returns
    -------
    tuple
        The number of bonuses written, and the codes of participants who are owed an amount but whose ID was not
        found.

    Raises
    ------
    BonusError
        If the data are simulated, the archive has no IDs, or the file already exists or cannot be written.
    DatabaseError
        If the database is not a collector's, or its payment identities have been deleted.
    """
    if tally.simulated:
        raise BonusError("These participants are simulated, and are not paid.")
    owed = [payment for payment in tally.payments if payment.kept > 0]
    if Path(identities).suffix.lower() in {".jrzip", ".zip"}:
        ids = dict(_ids_of_archive(Path(identities)))
        # JATOS sessions have the code ``jatos-RESULT-ATTEMPT``.
        keys = [payment.session.rpartition("-")[0] for payment in owed]
    else:
        from experiments.online.collector import payments

        ids = {
            payable["participant"]: (payable["source"], payable["id"])
            for payable in payments(identities)
        }
        keys = [payment.participant for payment in owed]
    lines = []
    unknown = []
    for payment, key in zip(owed, keys, strict=True):
        if key in ids:
            source, identity = ids[key]
            lines.append((identity, f"{payment.kept:.2f}", payment.currency, source))
        else:
            unknown.append(payment.participant)
    try:
        with path.open("x", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([("id", "amount", "currency", "source"), *lines])
    except FileExistsError as error:
        raise BonusError(
            f"{path} already exists, and is never overwritten. Choose another name."
        ) from error
    except OSError as error:
        raise BonusError(f"{path} cannot be written ({error.strerror or error}).") from error
    return len(lines), unknown


def _ids_of_archive(path: Path) -> Iterator[tuple[str, tuple[str, str]]]:
    try:
        with zipfile.ZipFile(path) as archive:
            metadata = json.loads(archive.read("metadata.json"))
    except (OSError, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise BonusError(
            f"{path} has no readable metadata.json ({error}). In JATOS, choose Export Results"
            " and JATOS Results Archive."
        ) from error
    for result in _results(metadata):
        arrival = arrival_from_link(result["urlQueryParameters"])
        if arrival.id is not None:
            yield f"jatos-{result['id']}", (arrival.source, arrival.id)


def _results(part: Any) -> Iterator[dict[str, Any]]:
    """Yield the study results in JATOS's metadata, at whatever depth."""
    if isinstance(part, dict):
        if isinstance(part.get("urlQueryParameters"), dict) and "id" in part:
            yield part
        part = list(part.values())
    if isinstance(part, list):
        for each in part:
            yield from _results(each)
