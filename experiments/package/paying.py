"""The tally of payments: amounts for each participant and for the charity, from the decision that is paid.

The amounts are those of the receipt that each participant saw. Participants are listed by their codes; their
identities are stored elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from experiments.package.arrow import DataError
from experiments.package.csv_table import write_csv
from experiments.package.gathering import refuse_duplicate_sessions, refuse_mixed_sources
from experiments.protocol.names import AGREES
from experiments.session.collection import read_collection
from experiments.session.journal import Record, read_journal
from experiments.session.secret import study_of
from experiments.steps.payment import BOX
from experiments.study import Study
from experiments.timeline.rows import asked_in, taken_back
from experiments.timeline.timeline import amount_of

#: Outcomes without a decision or receipt.
UNPAID = {"declined", "ineligible", "full"}


@dataclass(frozen=True)
class Payment:
    """The payment for one session."""

    participant: str
    session: str
    mode: str
    outcome: str
    """How the session ended; empty if it did not, so that there was no receipt."""
    stakes: str
    carried_out: bool
    """Whether the decision is paid (always under real stakes, by random draw in a lottery)."""
    decision: str
    """Id of the screen with the decision that is paid."""
    given: float
    kept: float
    currency: str
    boxes: dict[str, float] = field(default_factory=dict)
    """Box -> the amount in it, of an allocation among boxes; their sum is what was divided."""


@dataclass(frozen=True)
class Tally:
    """All payments of a study."""

    study: str
    simulated: bool
    charity: str
    payments: tuple[Payment, ...]

    def totals(self) -> dict[str, tuple[float, float]]:
        """Return currency -> total for the charity and total kept by participants."""
        totals: dict[str, tuple[float, float]] = {}
        for payment in self.payments:
            given, kept = totals.get(payment.currency, (0.0, 0.0))
            totals[payment.currency] = (
                round(given + payment.given, 6),
                round(kept + payment.kept, 6),
            )
        return totals

    def boxes(self) -> dict[tuple[str, str], float]:
        """Return currency and box -> total in it."""
        totals: dict[tuple[str, str], float] = {}
        for payment in self.payments:
            for box, amount in payment.boxes.items():
                key = (payment.currency, box)
                totals[key] = round(totals.get(key, 0.0) + amount, 6)
        return totals

    @property
    def unfinished(self) -> tuple[Payment, ...]:
        """Payments for sessions that did not end, which the experimenter must check."""
        return tuple(payment for payment in self.payments if not payment.outcome)


def tally(study: Study, folders: Iterable[Path | str]) -> Tally:
    """Return the payments for collections of a study.

    If the decision was skipped or not reached, nothing is given and the endowment is kept, as on the receipt.
    Participants who declined, were not eligible, or left before they consented are not listed.

    Raises
    ------
    DataError
        If the collections may not be combined, or have another protocol.
    """
    collections = [read_collection(Path(folder)) for folder in folders]
    refuse_mixed_sources([(str(c.folder), c.study, c.simulated) for c in collections])
    for collection in collections:
        if collection.protocol_hash != study.hash:
            raise DataError(
                f"{collection.folder} was collected with version {collection.protocol_version} of the protocol"
                f" (hash {collection.protocol_hash}), not with {study.path}"
                f" (hash {study.hash}). Use --protocol {collection.folder / 'protocol.yaml'}."
            )
    records: list[Record] = []
    payments: list[Payment] = []
    for collection in collections:
        of_folder = [read_journal(path) for path in collection.journals()]
        allocated = study_of(study, collection.folder)
        payments += [_payment(allocated, each) for each in of_folder if _takes_part(study, each)]
        records += of_folder
    refuse_duplicate_sessions(record.session for record in records)
    return Tally(
        study.study,
        collections[0].simulated,
        study.opened.values.get("charity", ""),
        tuple(payments),
    )


def _takes_part(study: Study, record: Record) -> bool:
    """Return whether a session is paid: it ended with a receipt, or was interrupted after consent."""
    if record.outcome:
        return record.outcome not in UNPAID
    agreed = study.names.consent
    if agreed is None:
        return bool(record.rows)
    return any(row["measure"] == agreed.address and row["value"] == AGREES for row in record.rows)


def _payment(study: Study, record: Record) -> Payment:
    facts = record.session
    mode = facts["mode"]
    stakes = study.stakes(mode)
    timeline = study.timeline_at(mode, record.slot, facts["language"])
    receipt = next((screen for screen in timeline.screens if screen.task == "pay"), None)
    drawn = record.slot and study.slots(mode)[record.slot - 1].draws.get("implemented")
    carried_out = stakes.kind == "real" or bool(drawn)
    gone = taken_back(record.rows)
    answers = {
        (row["screen"], asked_in(row)): row["number"]
        for row in record.rows
        if (row["screen"], row["visit"]) not in gone
    }
    fills = {fill.name: fill for fill in receipt.fills} if receipt else {}
    paid = {
        name: amount_of(fill, answers)
        for name, fill in fills.items()
        if carried_out and fill.part != "answer"
    }
    asked = timeline.screens[timeline.index[fills["given"].screen]].asks if fills else ()
    units = {ask.measure: ask.unit for ask in asked if ask.money and ask.money["prefix"]}
    return Payment(
        facts["participant"],
        facts["session"],
        mode,
        record.outcome,
        stakes.kind,
        carried_out,
        fills["given"].screen if fills else "",
        paid.get("given", 0.0),
        paid.get("kept", 0.0),
        units.get(fills["given"].measure, stakes.currency) if fills else stakes.currency,
        {name.removeprefix(BOX): amount for name, amount in paid.items() if name.startswith(BOX)},
    )


def write_tally(tally: Tally, target: Path | str) -> list[Path]:
    """Write a tally as three tables: ``payments.csv``, ``boxes.csv`` and ``gifts.csv``.

    Raises
    ------
    DataError
        If the folder already exists.
    """
    folder = Path(target)
    if folder.exists():
        raise DataError(
            f"{folder} already exists; tallies are never overwritten. Choose another folder."
        )
    folder.mkdir(parents=True)
    payments: dict[str, list[Any]] = {
        name: [getattr(payment, name) for payment in tally.payments]
        for name in Payment.__dataclass_fields__
        if name != "boxes"
    }
    divided = [(each, box) for each in tally.payments for box in each.boxes]
    boxes: dict[str, list[Any]] = {
        "participant": [payment.participant for payment, _ in divided],
        "session": [payment.session for payment, _ in divided],
        "decision": [payment.decision for payment, _ in divided],
        "box": [box for _, box in divided],
        "amount": [payment.boxes[box] for payment, box in divided],
        "currency": [payment.currency for payment, _ in divided],
    }
    totals = tally.totals()
    gifts: dict[str, list[Any]] = {
        "charity": [tally.charity] * len(totals),
        "currency": list(totals),
        "given": [given for given, _ in totals.values()],
        "kept_by_participants": [kept for _, kept in totals.values()],
    }
    written = {"payments.csv": payments, "boxes.csv": boxes, "gifts.csv": gifts}
    for name, columns in written.items():
        columns["simulated"] = [tally.simulated] * len(next(iter(columns.values())))
        write_csv(pa.table(columns), folder / name)
    return [folder / name for name in written]
