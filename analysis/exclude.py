"""Exclude: who is left out by the rules that the protocol fixed in advance, who would be, and why.

Every analysis is reported both ways, with the rules and without them. Leaving people out after they were
treated can bias a comparison; so exclusions and drop-outs are counted by condition, and tested for a
difference between conditions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from analysis import exclusion_rules
from analysis.dropout import Attrition, attrition
from analysis.errors import AnalysisError
from analysis.load import KEYS, Data
from experiments.building import Study
from experiments.design import cells_of
from experiments.exclusions import Exclusion, NoConsent
from experiments.protocol import Protocol


@dataclass(frozen=True)
class Excluded:
    """Data with and without the exclusions, and the audit."""

    data: Data
    """With the rules of the protocol: the data of the main analysis."""
    without: Data
    """Without them (only those of ``ALWAYS``): the analysis that is reported beside it."""
    strict: Data
    """With the rules of the sensitivity analysis as well."""
    audit: pd.DataFrame = field(repr=False)
    """One row for each session and rule it fell under: participant, session, cell, rule, why, applies
    ('always', 'main analysis', 'sensitivity only')."""
    counts: pd.DataFrame = field(repr=False)
    """One row per rule: applies, a column for each cell and ``all``; sessions that fall under it."""
    flow: pd.DataFrame = field(repr=False)
    """One row per step, in the order of the rules: rule, excluded (by it first), left, and left by cell."""
    dropout: Attrition
    """Who did not reach the end, by condition."""
    exclusion: Attrition
    """Who of those that could be analysed was excluded, by condition."""


def exclude(data: Data, study: Study, mode: str | None = None) -> Excluded:
    """Apply the exclusion rules of a protocol.

    Parameters
    ----------
    data
        As loaded.
    study
        The study that the data are of; it gives the rules, and the condition of each slot (also of those
        who left before they met it).
    mode
        Mode to analyse (needed where the data hold several).

    Raises
    ------
    AnalysisError
        If the data are of another study or content of the protocol, or several modes come together.
    """
    protocol = study.protocol
    chosen = data.in_mode(mode).one_protocol()
    check_same_protocol(chosen, study)
    sessions = with_cells(chosen, study)
    rules = list(protocol.exclusions)
    if not any(rule.rule == "no_consent" for rule in rules):
        rules.insert(0, NoConsent(rule="no_consent"))
    falls: list[pd.DataFrame] = []
    for rule in rules:
        found = getattr(exclusion_rules, rule.rule)(chosen, sessions, protocol, rule)
        found = found.assign(rule=rule.rule, applies=_applies(rule))
        falls.append(found.merge(sessions[[*KEYS, "cell"]], on=KEYS))
    audit = pd.concat(falls, ignore_index=True)
    audit = audit[[*KEYS, "cell", "rule", "why", "applies"]]

    def rest(*applied: str) -> pd.DataFrame:
        out = pd.MultiIndex.from_frame(audit.loc[audit["applies"].isin(applied), KEYS])
        return sessions[~pd.MultiIndex.from_frame(sessions[KEYS]).isin(out)]

    kept, without = rest("always", "main analysis"), rest("always")
    strict = rest("always", "main analysis", "sensitivity only")
    reached = without.assign(gone=without["outcome"].ne("complete").fillna(True).astype(bool))
    left_out = without.assign(gone=~pd.MultiIndex.from_frame(without[KEYS]).isin(_index(kept)))
    return Excluded(
        chosen.only(kept),
        chosen.only(without),
        chosen.only(strict),
        audit,
        _counts(audit, rules, sessions),
        _flow(audit, rules, sessions),
        attrition(reached),
        attrition(left_out),
    )


def check_same_protocol(data: Data, study: Study) -> None:
    """Refuse data of another study, or of another content of its protocol.

    Raises
    ------
    AnalysisError
        Saying which.
    """
    protocol = study.protocol
    if data.study != protocol.study:
        raise AnalysisError(
            f"The data are of the study {data.study!r}, the protocol is {protocol.study!r}.",
            "Give the protocol that stands in the folder of the data.",
        )
    if data.protocol_hashes and data.protocol_hashes != (protocol.hash,):
        raise AnalysisError(
            f"The data were collected under the content {data.protocol_hashes[0]} of the protocol, and this"
            f" file has the content {protocol.hash}.",
            "Give the protocol that stands in the folder of the data; a plan changed after the data must not"
            " pass for the one that was fixed before.",
        )


def with_cells(data: Data, study: Study) -> pd.DataFrame:
    """Return the sessions with the between-factors of their slots, and ``cell`` naming the condition.

    Nuisance factors stand in their columns, but do not make conditions.
    """
    sessions = data.sessions.copy()
    protocol = study.protocol
    for factor in sorted({name for mode in data.modes for name in protocol.between(mode)}):
        sessions[factor] = [
            _cells(study, mode, slot).get(factor)
            for mode, slot in zip(sessions["mode"], sessions["slot"], strict=True)
        ]
    names = [
        _name(protocol, _cells(study, mode, slot))
        for mode, slot in zip(sessions["mode"], sessions["slot"], strict=True)
    ]
    known = [
        _name(protocol, cell) for mode in data.modes for cell in cells_of(protocol.between(mode))
    ]
    sessions["cell"] = pd.Categorical(names, categories=list(dict.fromkeys(known)))
    return sessions


def _name(protocol: Protocol, cells: Mapping[str, object]) -> str:
    varied = {name: level for name, level in cells.items() if not protocol.factors[name].nuisance}
    return ", ".join(f"{name} = {level}" for name, level in varied.items()) or "all"


def _cells(study: Study, mode: str, slot: int) -> dict[str, str | int]:
    slots = study.slots(mode)
    if pd.isna(slot) or not 1 <= slot <= len(slots):
        raise AnalysisError(
            f"A session has the slot {slot} of the mode {mode!r}, whose list ends at {len(slots)}.",
            "Analyse with the protocol that stands in the folder of the data.",
        )
    return slots[int(slot) - 1].cells


def _applies(rule: Exclusion) -> str:
    if rule.always:
        return "always"
    return "sensitivity only" if rule.sensitivity_only else "main analysis"


def _index(sessions: pd.DataFrame) -> pd.MultiIndex:
    return pd.MultiIndex.from_frame(sessions[KEYS])


def _counts(audit: pd.DataFrame, rules: list[Exclusion], sessions: pd.DataFrame) -> pd.DataFrame:
    cells = list(sessions["cell"].cat.categories)
    lines = []
    for rule in rules:
        own = audit[audit["rule"] == rule.rule]
        by_cell = {cell: int((own["cell"] == cell).sum()) for cell in cells}
        lines.append(
            {"rule": rule.rule, "applies": _applies(rule), **by_cell, "all sessions": len(own)}
        )
    return pd.DataFrame(lines)


def _flow(audit: pd.DataFrame, rules: list[Exclusion], sessions: pd.DataFrame) -> pd.DataFrame:
    cells = list(sessions["cell"].cat.categories)
    left = sessions[[*KEYS, "cell"]]
    lines = [_step("sessions", 0, left, cells)]
    for rule in rules:
        if _applies(rule) == "sensitivity only":
            continue
        out = left.merge(audit.loc[audit["rule"] == rule.rule, KEYS].drop_duplicates(), on=KEYS)
        left = left[~_index(left).isin(_index(out))]
        lines.append(_step(rule.rule, len(out), left, cells))
    return pd.DataFrame(lines)


def _step(name: str, excluded: int, left: pd.DataFrame, cells: list[str]) -> dict[str, object]:
    by_cell = {cell: int((left["cell"] == cell).sum()) for cell in cells}
    return {"step": name, "excluded": excluded, "left": len(left), **by_cell}
