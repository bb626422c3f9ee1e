"""The tally: what is to be paid to whom, and what goes to the charity, by the decision that counts.

It follows the receipt that each participant saw. Participants stand in it under their codes; who they are
is kept elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from experiments.building import Study
from experiments.collection import read_collection
from experiments.journal import Record, read_journal
from experiments.package.arrow import DataError
from experiments.package.csv_table import write_csv
from experiments.package.gathering import check_apart, check_once
from experiments.stakes import Stakes

#: Endings without a decision and without a receipt.
UNPAID = {"declined", "ineligible"}


@dataclass(frozen=True)
class Payment:
    """What one session comes to."""

    participant: str
    session: str
    mode: str
    outcome: str
    """How the session ended; empty if it did not, so that no receipt was shown."""
    stakes: str
    carried_out: bool
    """Whether the decision is carried out (always under real stakes, by the draw of a lottery)."""
    decision: str
    """The screen whose decision counts."""
    given: float
    kept: float
    currency: str


@dataclass(frozen=True)
class Tally:
    """What a study has to pay."""

    study: str
    simulated: bool
    charity: str
    payments: tuple[Payment, ...]

    def given(self) -> dict[str, float]:
        """Return what goes to the charity, by currency."""
        return self._total("given")

    def kept(self) -> dict[str, float]:
        """Return what participants keep, by currency."""
        return self._total("kept")

    def _total(self, part: str) -> dict[str, float]:
        totals: dict[str, float] = {}
        for payment in self.payments:
            before = totals.get(payment.currency, 0.0)
            totals[payment.currency] = round(before + getattr(payment, part), 6)
        return totals

    @property
    def open(self) -> tuple[Payment, ...]:
        """Sessions that did not end: the experimenter has to look at them."""
        return tuple(payment for payment in self.payments if not payment.outcome)


def tally(study: Study, folders: Iterable[Path | str]) -> Tally:
    """Reckon what collections of a study come to.

    A decision that was skipped or never reached gives nothing, and the endowment is kept, as the receipt
    says. Nobody appears who declined, was not eligible, or went away without having agreed to take part.

    Raises
    ------
    DataError
        If the collections do not go together, or were made with another protocol.
    """
    protocol = study.protocol
    collections = [read_collection(Path(folder)) for folder in folders]
    if not collections:
        raise DataError("no collection was given; name at least one folder.")
    check_apart([(str(c.folder), c.study, c.simulated) for c in collections])
    for collection in collections:
        if collection.protocol_hash != protocol.hash:
            raise DataError(
                f"{collection.folder} was made with version {collection.protocol_version} of the protocol"
                f" (content {collection.protocol_hash}), not with {protocol.path or protocol.study}"
                f" (content {protocol.hash}). Reckon with {collection.folder / 'protocol.yaml'}."
            )
    records = [read_journal(path) for collection in collections for path in collection.journals()]
    check_once(record.session for record in records)
    payments = tuple(_payment(study, record) for record in records if _takes_part(record))
    return Tally(protocol.study, collections[0].simulated, protocol.stated("charity"), payments)


def _takes_part(record: Record) -> bool:
    """Say whether a session is paid: it has ended with a receipt, or was agreed to before it broke off."""
    if record.outcome:
        return record.outcome not in UNPAID
    return any(row["task"] == "consent" and row["value"] == "agree" for row in record.rows)


def _payment(study: Study, record: Record) -> Payment:
    said = record.session
    mode = said["mode"]
    stakes: Stakes = study.protocol.modes[mode].stakes
    slot = study.slots(mode)[said["slot"] - 1]
    receipt = next(
        (s for s in study.timeline(slot, said["language"]).screens if s.task == "payment"), None
    )
    fill = next((fill for fill in receipt.fills if fill.part == "given"), None) if receipt else None
    carried_out = stakes.kind == "real" or bool(slot.draws.get("implemented", False))
    answers = {(row["screen"], row["measure"]): row["number"] for row in record.rows}
    given = (answers.get((fill.screen, fill.measure)) or 0.0) if fill and carried_out else 0.0
    kept = fill.of - given if fill and carried_out else 0.0
    return Payment(
        said["participant"],
        said["session"],
        mode,
        record.outcome,
        stakes.kind,
        carried_out,
        fill.screen if fill else "",
        float(given),
        float(kept),
        stakes.money.currency,
    )


def write_tally(made: Tally, target: Path | str) -> list[Path]:
    """Write a tally as two tables, ``payments.csv`` and ``gifts.csv``.

    Raises
    ------
    DataError
        If the folder is there already.
    """
    folder = Path(target)
    if folder.exists():
        raise DataError(f"{folder} is there already; a tally is never overwritten. Name another.")
    folder.mkdir(parents=True)
    names = list(Payment.__dataclass_fields__)
    payments = {name: [getattr(payment, name) for payment in made.payments] for name in names}
    payments["simulated"] = [made.simulated] * len(made.payments)
    gifts = made.given()
    totals = {
        "charity": [made.charity] * len(gifts),
        "currency": list(gifts),
        "given": list(gifts.values()),
        "kept_by_participants": [made.kept()[currency] for currency in gifts],
        "simulated": [made.simulated] * len(gifts),
    }
    paths = [folder / "payments.csv", folder / "gifts.csv"]
    for path, columns in zip(paths, (payments, totals), strict=True):
        write_csv(pa.table(columns), path)
    return paths
