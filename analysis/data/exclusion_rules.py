"""The exclusion rules: each function finds the sessions that its rule excludes, with the reason.

A rule is declared in ``experiments/protocol/exclusions.py``; the function of the same name takes the data with
their conditions, the protocol and the rule as stated in it, and returns a table with the columns participant,
session and why.
"""

from __future__ import annotations

from pandas import DataFrame as Table

from analysis.data.load import Data
from analysis.data.rows import KEYS, last_of_each, of_sessions
from experiments.numbers import estimate
from experiments.protocol.exclusions import (
    DeviceFailure,
    Duplicate,
    FailedChecks,
    Incomplete,
    MissingPrimary,
    NoConsent,
    TooFast,
    UnderAge,
)
from experiments.protocol.protocol import Protocol
from experiments.tasks.eligibility import Eligibility


def no_consent(data: Data, protocol: Protocol, rule: NoConsent) -> Table:
    """Find sessions without consent."""
    rows, sessions = data.rows, data.sessions
    agreed = rows[(rows["measure"] == "consent") & (rows["value"] == "agree")]
    return sessions[~of_sessions(sessions, agreed)][KEYS].assign(why="did not consent")


def duplicate(data: Data, protocol: Protocol, rule: Duplicate) -> Table:
    """Find repeated sessions: if a participant has several, the first one counts."""
    ordered = data.sessions.sort_values(["begun", "session"], kind="stable")
    first = ordered.groupby("participant")["session"].transform("first")
    later = ordered[ordered.duplicated("participant")]
    return later[KEYS].assign(
        why="took part again; the session '" + first[later.index] + "' counts"
    )


def under_age(data: Data, protocol: Protocol, rule: UnderAge) -> Table:
    """Find participants below the minimum age of the eligibility step."""
    least = max((s.least_age for s in protocol.flow if isinstance(s, Eligibility)), default=0)
    rows = data.rows
    young = rows[(rows["measure"] == "age") & (rows["number"] < least)].drop_duplicates(KEYS)
    return young[KEYS].assign(why=f"is younger than {least}")


def failed_checks(data: Data, protocol: Protocol, rule: FailedChecks) -> Table:
    """Find sessions in which all checks were failed or skipped; if a check was repeated, the last answer counts.

    Checks that are not part of the mode, or that were not reached, do not count.
    """
    rows = data.rows
    last = last_of_each(rows[rows["measure"].isin(rule.checks)])
    right = last["correct"].fillna(False).astype(bool)
    by_session = right.groupby([last[name] for name in KEYS]).agg(["sum", "size"]).reset_index()
    failed = by_session[by_session["sum"] == 0]
    count = failed["size"].astype(str)
    return failed[KEYS].assign(why="failed all checks that were asked (" + count + ")")


def too_fast(data: Data, protocol: Protocol, rule: TooFast) -> Table:
    """Find sessions with a duration below a fraction of the median of complete sessions."""
    sessions = data.sessions
    complete = sessions[(sessions["outcome"] == "complete").fillna(False).astype(bool)]
    complete = complete[complete["seconds"].notna()]
    limit = rule.fraction * complete["seconds"].median()
    fast = complete[complete["seconds"] < limit]
    seconds = fast["seconds"].round().astype(int).astype(str)
    return fast[KEYS].assign(why="took " + seconds + f" s, less than {estimate(limit, 0)} s")


def missing_primary(data: Data, protocol: Protocol, rule: MissingPrimary) -> Table:
    """Find sessions without an answer to the primary measure."""
    rows, name = data.rows, protocol.primary_measure
    given = (rows["measure"] == name) & (rows["status"] == "answered") & (rows["phase"] == "trials")
    never = data.sessions[~of_sessions(data.sessions, rows[given])]
    return never[KEYS].assign(why=f"never answered '{name}'")


def device_failure(data: Data, protocol: Protocol, rule: DeviceFailure) -> Table:
    """Find sessions with a device failure in the journal."""
    sessions = data.sessions
    failed = sessions[(sessions["device_failures"] > 0).fillna(False).astype(bool)]
    return failed[KEYS].assign(why="the device failed")


def incomplete(data: Data, protocol: Protocol, rule: Incomplete) -> Table:
    """Find incomplete sessions."""
    outcome = data.sessions["outcome"].fillna("not ended")
    unfinished = data.sessions[outcome != "complete"]
    return unfinished[KEYS].assign(why="outcome: " + outcome[unfinished.index])
