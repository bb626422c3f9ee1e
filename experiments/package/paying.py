"""The tally: what is paid to each participant, and what goes to the charity, by the decision that counts.

It follows the receipt that each participant saw, and names participants by their codes; their identities
are kept elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from experiments.package.arrow import DataError
from experiments.package.csv_table import write_csv
from experiments.package.gathering import check_apart, check_once
from experiments.session.collection import read_collection
from experiments.session.journal import Record, read_journal
from experiments.study import Study

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

    def totals(self) -> dict[str, tuple[float, float]]:
        """Return what goes to the charity and what participants keep, by currency."""
        found: dict[str, tuple[float, float]] = {}
        for payment in self.payments:
            given, kept = found.get(payment.currency, (0.0, 0.0))
            found[payment.currency] = (
                round(given + payment.given, 6),
                round(kept + payment.kept, 6),
            )
        return found

    @property
    def open(self) -> tuple[Payment, ...]:
        """Sessions that did not end: the experimenter has to look at them."""
        return tuple(payment for payment in self.payments if not payment.outcome)


def tally(study: Study, folders: Iterable[Path | str]) -> Tally:
    """Add up what is to be paid for collections of a study.

    A decision that was skipped or never reached gives nothing, and the endowment is kept, as the receipt
    says. Nobody appears who declined, was not eligible, or went away without having agreed to take part.

    Raises
    ------
    DataError
        If the collections may not be combined, or were made with another protocol.
    """
    protocol = study.protocol
    collections = [read_collection(Path(folder)) for folder in folders]
    check_apart([(str(c.folder), c.study, c.simulated) for c in collections])
    for collection in collections:
        if collection.protocol_hash != protocol.hash:
            raise DataError(
                f"{collection.folder} was made with version {collection.protocol_version} of the protocol"
                f" (content {collection.protocol_hash}), not with {protocol.path or protocol.study}"
                f" (content {protocol.hash}). Use --protocol {collection.folder / 'protocol.yaml'}."
            )
    records = [read_journal(path) for collection in collections for path in collection.journals()]
    check_once(record.session for record in records)
    payments = tuple(_payment(study, record) for record in records if _takes_part(record))
    return Tally(protocol.study, collections[0].simulated, protocol.stated("charity"), payments)


def _takes_part(record: Record) -> bool:
    """Return whether a session is paid: it ended with a receipt, or was agreed to before it broke off."""
    if record.outcome:
        return record.outcome not in UNPAID
    return any(row["task"] == "consent" and row["value"] == "agree" for row in record.rows)


def _payment(study: Study, record: Record) -> Payment:
    facts = record.session
    mode = facts["mode"]
    stakes = study.protocol.modes[mode].stakes
    slot = study.slots(mode)[facts["slot"] - 1]
    fills = (
        fill
        for screen in study.timeline(slot, facts["language"]).screens
        if screen.task == "payment"
        for fill in screen.fills
        if fill.part == "given"
    )
    decision = next(fills, None)
    carried_out = stakes.kind == "real" or bool(slot.draws.get("implemented", False))
    given = kept = 0.0
    if decision and carried_out:
        answers = {(row["screen"], row["measure"]): row["number"] for row in record.rows}
        given = float(answers.get((decision.screen, decision.measure)) or 0.0)
        kept = decision.of - given
    return Payment(
        facts["participant"],
        facts["session"],
        mode,
        record.outcome,
        stakes.kind,
        carried_out,
        decision.screen if decision else "",
        given,
        float(kept),
        stakes.money.currency,
    )


def write_tally(made: Tally, target: Path | str) -> list[Path]:
    """Write a tally as two tables, ``payments.csv`` and ``gifts.csv``.

    Raises
    ------
    DataError
        If the folder already exists.
    """
    folder = Path(target)
    if folder.exists():
        raise DataError(f"{folder} already exists; a tally is never overwritten. Name another.")
    folder.mkdir(parents=True)
    payments = {
        name: [getattr(payment, name) for payment in made.payments]
        for name in Payment.__dataclass_fields__
    }
    payments["simulated"] = [made.simulated] * len(made.payments)
    totals = made.totals()
    gifts = {
        "charity": [made.charity] * len(totals),
        "currency": list(totals),
        "given": [given for given, _ in totals.values()],
        "kept_by_participants": [kept for _, kept in totals.values()],
        "simulated": [made.simulated] * len(totals),
    }
    paths = [folder / "payments.csv", folder / "gifts.csv"]
    for path, columns in zip(paths, (payments, gifts), strict=True):
        write_csv(pa.table(columns), path)
    return paths
