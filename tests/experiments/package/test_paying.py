"""The tally follows the receipts, and deletion leaves nothing but a hash."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
import small_study

from experiments.package import DataError, delete, gather, tally, write_tally
from experiments.package.deleting import hash_of
from experiments.session.allocation import AllocationLog
from experiments.session.collection import open_collection
from experiments.session.secret import secret_of
from experiments.timeline.timeline import with_answers_filled_in


def test_real_gifts_are_added_up_by_the_decision_that_counts(
    study, collect, run_session, tmp_path
) -> None:
    collection = collect([("p1", ""), ("p2", "")])
    run_session(study, collection, "p3", "", 3, give=10)
    run_session(study, collection, "p4", "", 4, stop="debriefing")
    made = tally(study, [collection.folder])
    assert {p.participant: (p.given, p.kept) for p in made.payments} == {
        "p1": (4, 6),
        "p2": (4, 6),
        "p3": (10, 0),
        "p4": (4, 6),
    }
    assert made.totals() == {"USD": (22, 18)}
    assert [payment.participant for payment in made.unfinished] == ["p4"]
    paths = write_tally(made, tmp_path / "tally")
    payments = pd.read_csv(paths[0])
    assert payments["kept"].sum() == 18
    assert not payments["simulated"].any()
    with pytest.raises(DataError, match="never overwritten"):
        write_tally(made, tmp_path / "tally")


def test_a_participant_who_left_at_the_consent_form_is_not_paid(
    study, collect, run_session
) -> None:
    collection = collect([("p1", "")])
    run_session(study, collection, "p2", "", 2, stop="consent")
    run_session(study, collection, "p3", "", 3, stop="debriefing")
    made = tally(study, [collection.folder])
    assert [payment.participant for payment in made.payments] == ["p1", "p3"]


def test_the_receipt_says_the_same(study, collect) -> None:
    collection = collect([("p1", "")])
    (payment,) = tally(study, [collection.folder]).payments
    receipt = next(
        s for s in study.timeline(study.slots("within")[0]).screens if s.ends == "complete"
    )
    answers = {(payment.decision, "needs.donation"): 4}
    shown = with_answers_filled_in(receipt, answers).content[1].text
    assert f"You keep **${payment.kept:.0f}** and give **${payment.given:.0f}** to" in shown


BOXES = """\
study: pools
title: Pools
minutes: 5
factors: {between: {group: [us, them]}}
stakes: {endowment: 8 USD, step: 1 USD, paid: everyone}
flow:
  - name: divide
    page: Now.
    ask:
      pools: {allocation: "Divide {endowment}.", of: 8 EUR, boxes: {keep: I keep, own: Our group, against: The others}}
  - use: receipt
    of: pools
    amounts: "You divided it like this: {boxes}."
    decided: "You divided it like this: {boxes}."
hypothesis: {outcome: pools.own, claim: us > them}
analysis: pools.own ~ group
sample: {participants: 8}
"""


def test_each_box_is_on_the_receipt_and_in_the_tally_and_they_hold_what_was_divided(
    run_session, tmp_path
) -> None:
    study = small_study.write(tmp_path, BOXES)
    collection = open_collection(tmp_path / "c", study, simulated=False)
    pools = {"divide.pools.keep": 1, "divide.pools.own": 5, "divide.pools.against": 2}
    run_session(study, collection, "p1", "", 1, mode="main", answers=pools)
    run_session(study, collection, "p2", "", 2, mode="main", answers=dict.fromkeys(pools))
    made = tally(study, [collection.folder])
    first, skipped = made.payments
    assert first.boxes == {"keep": 1, "own": 5, "against": 2}
    # As on the receipt, who has skipped the decision keeps everything.
    assert skipped.boxes == {"keep": 8, "own": 0, "against": 0}
    for payment in made.payments:
        assert sum(payment.boxes.values()) == payment.given + payment.kept == 8
        assert payment.kept == payment.boxes["keep"]
        assert payment.currency == "EUR"  # that of the question, not of the stakes
    assert made.boxes() == {("EUR", "keep"): 9, ("EUR", "own"): 5, ("EUR", "against"): 2}
    folder = tmp_path / "tally"
    write_tally(made, folder)
    boxes = pd.read_csv(folder / "boxes.csv")
    assert boxes.groupby("participant")["amount"].sum().to_dict() == {"p1": 8, "p2": 8}
    gifts = pd.read_csv(folder / "gifts.csv")
    assert gifts[["given", "kept_by_participants"]].to_numpy().tolist() == [[7, 9]]
    timeline = study.timeline(study.slots("main")[0])
    answers = {("divide", measure): amount for measure, amount in pools.items()}
    (receipt,) = (screen for screen in timeline.screens if screen.task == "pay")
    shown = with_answers_filled_in(receipt, answers).content[1].text
    assert shown.startswith("You divided it like this: I keep: €1; Our group: €5; The others: €2.")


def test_a_lottery_pays_those_who_are_drawn(study, run_session, tmp_path) -> None:
    collection = open_collection(tmp_path / "lottery", study, simulated=False)
    for slot in range(1, 9):
        run_session(study, collection, f"p{slot}", "", slot, mode="between", give=2)
    made = tally(study, [collection.folder])
    drawn = {slot.number for slot in study.slots("between")[:8] if slot.draws["implemented"]}
    assert 0 < len(drawn) < 8
    for payment in made.payments:
        expected = (2, 8) if int(payment.participant[1:]) in drawn else (0, 0)
        assert (payment.given, payment.kept) == expected


def test_the_draw_is_that_of_the_collection_whichever_study_file_is_given(
    study, run_session, tmp_path
) -> None:
    collection = open_collection(tmp_path / "lottery", study, simulated=False)
    own = study.allocated(secret_of(collection.folder, "another"))
    for slot in range(1, 9):
        run_session(own, collection, f"p{slot}", "", slot, mode="between", give=2)
    drawn = {slot.number for slot in own.slots("between")[:8] if slot.draws["implemented"]}
    assert drawn != {s.number for s in study.slots("between")[:8] if s.draws["implemented"]}
    paid = {p.participant for p in tally(study, [collection.folder]).payments if p.carried_out}
    assert paid == {f"p{number}" for number in drawn}


def test_deletion_leaves_nothing_of_the_participant(study, collect) -> None:
    collection = collect([("p1", "my secret"), ("p2", "stays")])
    log = AllocationLog(collection.folder, "within", 400)
    log.take("p1", "1")
    log.take("p2", "1")
    result = delete(collection.folder, "p1")
    assert (result.participant, result.sessions) == ("p1", 1)
    everything = b"".join(p.read_bytes() for p in collection.folder.rglob("*") if p.is_file())
    assert b"my secret" not in everything
    assert b'"p1"' not in everything
    assert b"stays" in everything
    gathered = gather([collection.folder])
    assert set(gathered.rows["participant"].to_pylist()) == {"p2"}
    assert [line["participant"] for line in gathered.deletions] == [hash_of("p1")]
    assert set(log.taken()) == {1, 2}
    ledger = json.loads((collection.folder / "deletions.jsonl").read_text(encoding="utf-8"))
    assert ledger["rows"] == result.rows > 20
    with pytest.raises(DataError, match="no session of 'p1'"):
        delete(collection.folder, "p1")


def test_a_journal_without_its_first_line_is_deleted_by_its_name(study, collect) -> None:
    collection = collect([("p1", "my secret")])
    path: Path = collection.journal("p1", "1")
    path.write_bytes(b"torn" + path.read_bytes().split(b"\n", 1)[1])
    assert delete(collection.folder, "p1").sessions == 1
    assert not path.exists()
