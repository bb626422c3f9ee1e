"""Exclusion of sessions by the rules of the protocol, with an audit.

A sensitivity analysis repeats every analysis without the exclusions. Post-treatment exclusions can bias a comparison, so
exclusions and dropout are counted by condition and tested for differences between conditions.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from analysis.data.attrition import Attrition, attrition
from analysis.data.computed import Values
from analysis.data.conditions import with_conditions
from analysis.data.exclusion_rules import Rule, rules_of
from analysis.data.load import Data
from analysis.data.looks import ExcludedLook
from analysis.data.measured import Measured
from analysis.data.rows import KEYS, of_sessions
from analysis.data.trial_exclusions import excluded_trials
from analysis.errors import AnalysisError
from experiments.study import Study


@dataclass(frozen=True)
class Excluded(ExcludedLook):
    """Data with and without the exclusions, and the audit."""

    data: Data
    """Data of the main analysis: the participants that the study excludes are left out."""
    without: Data
    """Data of the sensitivity analysis: only the rules that always apply are applied."""
    strict: Data
    """Data of the stricter sensitivity analysis: its additional rules are applied as well."""
    audit: pd.DataFrame = field(repr=False)
    """One row per session and exclusion rule that applies to it: participant, session, cell, rule, why, applies
    ('always', 'main analysis', 'sensitivity only')."""
    counts: pd.DataFrame = field(repr=False)
    """Number of sessions excluded, one row per rule: rule, applies, a column for each cell and ``all sessions``."""
    flow: pd.DataFrame = field(repr=False)
    """One row per step, in the order of the rules: step, excluded (by no earlier rule), left, and left by cell."""
    dropout: Attrition
    """Dropout by condition."""
    exclusion: Attrition
    """Exclusions by condition, among sessions that could be analysed."""
    trials: pd.DataFrame = field(repr=False)
    """Number of trials of the main analysis, and of those left by each rule for trials, in order: rule, excluded, left;
    empty if the study has no such rule. The rows of ``data`` still have all trials; ``Frames`` leaves them out."""


def exclude(data: Data, study: Study, mode: str | None = None) -> Excluded:
    """Apply the exclusion rules of a study.

    Parameters
    ----------
    data
        As loaded.
    study
        The study of the data, for the rules and the condition of each slot.
    mode
        Mode to analyse (required if the data have several).

    Raises
    ------
    AnalysisError
        If the data are from another study or were collected with another content of the protocol, or if there
        are several modes and none is chosen.
    """
    of_mode = data.in_mode(mode).one_protocol()
    check_same_protocol(of_mode, study)
    chosen = with_conditions(of_mode, study)
    sessions = chosen.sessions
    name = mode or next(iter(chosen.modes), study.modes[0])
    measured = Measured(chosen, study)
    rules = list(rules_of(Values(measured, sessions, name)))
    tables = [each.found.assign(rule=each.name, applies=each.applies) for each in rules]
    excluded_by = [table.merge(sessions[[*KEYS, "cell"]], on=KEYS) for table in tables]
    audit = pd.concat(excluded_by, ignore_index=True)[[*KEYS, "cell", "rule", "why", "applies"]]

    def without(*applied: str) -> pd.DataFrame:
        return sessions[~of_sessions(sessions, audit[audit["applies"].isin(applied)])]

    analysable, kept = without("always"), without("always", "main analysis")
    strict = without("always", "main analysis", "sensitivity only")
    unfinished = analysable["outcome"].ne("complete").fillna(True).astype(bool)
    return Excluded(
        chosen.only(kept),
        chosen.only(analysable),
        chosen.only(strict),
        audit,
        _counts(audit, rules),
        _flow(audit, rules, sessions),
        attrition(analysable.assign(gone=unfinished)),
        attrition(analysable.assign(gone=~of_sessions(analysable, kept))),
        excluded_trials(Values(measured, kept, name)).counts,
    )


def check_same_protocol(data: Data, study: Study) -> None:
    """Check that the data are from this study and were collected with this content of its protocol.

    Raises
    ------
    AnalysisError
        If they are not.
    """
    if data.study != study.study:
        raise AnalysisError(
            f"The data are from the study {data.study!r}; the protocol is that of {study.study!r}.",
            "Give the protocol in the folder of the data.",
        )
    if data.protocol_hashes and data.protocol_hashes != (study.hash,):
        raise AnalysisError(
            f"The data were collected with a protocol of the hash {data.protocol_hashes[0]}; the"
            f" hash of this file is {study.hash}.",
            "Give the protocol in the folder of the data: a plan that was changed after data collection must"
            " not be presented as the one that was fixed before.",
        )


def _counts(audit: pd.DataFrame, rules: list[Rule]) -> pd.DataFrame:
    lines = []
    for rule in rules:
        own = audit[audit["rule"] == rule.name]
        about = {"rule": rule.name, "applies": rule.applies}
        lines.append({**about, **_by_cell(own), "all sessions": len(own)})
    return pd.DataFrame(lines)


def _flow(audit: pd.DataFrame, rules: list[Rule], sessions: pd.DataFrame) -> pd.DataFrame:
    left, lines = sessions, []
    for name in ("sessions", *(r.name for r in rules if r.applies != "sensitivity only")):
        kept = left[~of_sessions(left, audit[audit["rule"] == name])]
        excluded = len(left) - len(kept)
        lines.append({"step": name, "excluded": excluded, "left": len(kept), **_by_cell(kept)})
        left = kept
    return pd.DataFrame(lines)


def _by_cell(sessions: pd.DataFrame) -> dict[str, int]:
    return dict(sessions["cell"].value_counts(sort=False))
