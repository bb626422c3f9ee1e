"""The exclusion rules carried out: each finds the sessions that fall under it, and says why in a sentence.

A rule is declared in ``experiments/exclusions.py``; the function of its name takes the data, the sessions, the
protocol and the rule as the protocol states it, and returns a table with the columns participant, session and why.
"""

from __future__ import annotations

import pandas as pd

from analysis.load import KEYS, Data
from experiments.exclusions import (
    DeviceFailure,
    Duplicate,
    FailedChecks,
    Incomplete,
    MissingPrimary,
    NoConsent,
    TooFast,
    UnderAge,
)
from experiments.protocol import Protocol
from experiments.tasks.eligibility import Eligibility


def no_consent(
    data: Data, sessions: pd.DataFrame, protocol: Protocol, rule: NoConsent
) -> pd.DataFrame:
    """No consent was given."""
    rows = data.rows
    agreed = rows[(rows["measure"] == "consent") & (rows["value"] == "agree")]
    return _because(_without(sessions, agreed), "did not consent")


def duplicate(
    data: Data, sessions: pd.DataFrame, protocol: Protocol, rule: Duplicate
) -> pd.DataFrame:
    """The participant has had an earlier session; the first one counts."""
    ordered = sessions.sort_values(["begun", "session"], kind="stable")
    first = ordered.groupby("participant")["session"].transform("first")
    later = ordered[ordered.duplicated("participant")]
    return later[KEYS].assign(why="came again; the session '" + first[later.index] + "' counts")


def under_age(
    data: Data, sessions: pd.DataFrame, protocol: Protocol, rule: UnderAge
) -> pd.DataFrame:
    """The age given is below the least age of the eligibility step."""
    least = max((s.least_age for s in protocol.flow if isinstance(s, Eligibility)), default=0)
    rows = data.rows
    young = rows[(rows["measure"] == "age") & (rows["number"] < least)].drop_duplicates(KEYS)
    return _because(young, f"is younger than {least}")


def failed_checks(
    data: Data, sessions: pd.DataFrame, protocol: Protocol, rule: FailedChecks
) -> pd.DataFrame:
    """All checks named were answered wrongly or skipped; of a check asked again the last answer counts.

    Checks that a mode does not ask, or that were not reached, do not count.
    """
    rows = data.rows
    asked = rows[rows["measure"].isin(rule.checks)].sort_values("sequence", kind="stable")
    last = asked.drop_duplicates([*KEYS, "measure"], keep="last")
    right = last["correct"].fillna(False).astype(bool)
    by_session = right.groupby([last[name] for name in KEYS]).agg(["sum", "size"]).reset_index()
    failed = by_session[by_session["sum"] == 0]
    count = failed["size"].astype(str)
    return failed[KEYS].assign(why="failed all checks that were asked (" + count + ")")


def too_fast(data: Data, sessions: pd.DataFrame, protocol: Protocol, rule: TooFast) -> pd.DataFrame:
    """The time to completion is below a fraction of the median over all complete sessions."""
    complete = sessions[(sessions["outcome"] == "complete").fillna(False).astype(bool)]
    complete = complete[complete["seconds"].notna()]
    limit = rule.fraction * complete["seconds"].median()
    fast = complete[complete["seconds"] < limit]
    seconds = fast["seconds"].round().astype(int).astype(str)
    return fast[KEYS].assign(why="took " + seconds + f" s, less than {limit:.0f} s")


def missing_primary(
    data: Data, sessions: pd.DataFrame, protocol: Protocol, rule: MissingPrimary
) -> pd.DataFrame:
    """The primary measure was never answered."""
    rows, name = data.rows, protocol.primary_measure
    given = rows[(rows["measure"] == name) & (rows["status"] == "answered")]
    given = given[given["phase"] == "trials"]
    return _because(_without(sessions, given), f"never answered '{name}'")


def device_failure(
    data: Data, sessions: pd.DataFrame, protocol: Protocol, rule: DeviceFailure
) -> pd.DataFrame:
    """A failure of the device was noted in the journal."""
    failed = sessions[(sessions["device_failures"] > 0).fillna(False).astype(bool)]
    return _because(failed, "the device failed")


def incomplete(
    data: Data, sessions: pd.DataFrame, protocol: Protocol, rule: Incomplete
) -> pd.DataFrame:
    """The session did not reach its end."""
    ended = sessions["outcome"].fillna("did not end")
    gone = sessions[ended != "complete"]
    return gone[KEYS].assign(why="ended as: " + ended[gone.index])


def _without(sessions: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Sessions that have none of the rows."""
    have = pd.MultiIndex.from_frame(rows[KEYS].drop_duplicates())
    return sessions[~pd.MultiIndex.from_frame(sessions[KEYS]).isin(have)]


def _because(sessions: pd.DataFrame, why: str) -> pd.DataFrame:
    return sessions[KEYS].assign(why=why)
