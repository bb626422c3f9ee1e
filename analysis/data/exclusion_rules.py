"""The rules that exclude participants: those that always apply, and the phrases of the study (``exclude:``)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from analysis.data.computed import Values
from analysis.data.judging import Judged, judge
from analysis.data.rows import KEYS
from experiments.language.conditions import Compared, Condition, Wrong
from experiments.language.exclusions import Exclusion
from experiments.protocol.steps import EndStep
from experiments.protocol.study_file import StudyFile, all_steps

Applies = Literal["always", "main analysis", "sensitivity only"]


@dataclass(frozen=True)
class Rule:
    """One rule, and the sessions that it excludes."""

    name: str
    """Name in tables: a phrase as it is written, or what always applies in words."""
    applies: Applies
    found: pd.DataFrame
    """One row per session: participant, session, why."""


def rules_of(values: Values) -> Iterator[Rule]:
    """Yield all rules of a study with the sessions that they exclude: first those that always apply.

    Those who withdraw are not among them: their sessions are deleted.
    """
    yield Rule("no consent", "always", no_consent(values))
    yield Rule("not eligible", "always", not_eligible(values))
    yield Rule("took part again", "always", repeated(values))
    yield Rule("device failure", "always", device_failure(values))
    exclude = values.study.file.exclude
    for rule in exclude.participants:
        yield Rule(str(rule), "main analysis", meeting(values, rule))
    for rule in exclude.sensitivity:
        if rule not in exclude.participants:
            yield Rule(str(rule), "sensitivity only", meeting(values, rule))


def no_consent(values: Values) -> pd.DataFrame:
    """Find sessions that declined, or ended before they agreed."""
    people = values.people
    declined = _ended(values, "declined")
    for step in _ends(values.study.file, "declined"):
        if step.when is not None and _asked_once(values, step.when):
            declined |= values.holds(step.when, people)
            for name in step.when.names:
                declined |= values.on(name, people).isna()
    return people.loc[declined, KEYS].assign(why="did not consent")


def not_eligible(values: Values) -> pd.DataFrame:
    """Find sessions that ended because the participant is not eligible, such as below the least age."""
    people = values.people
    why = pd.Series("", people.index, dtype=object)
    for step in _ends(values.study.file, "ineligible"):
        if step.when is not None and _asked_once(values, step.when):
            why[values.holds(step.when, people) & (why == "")] = _ineligible(step.when)
    why[_ended(values, "ineligible") & (why == "")] = "is not eligible"
    why[_ended(values, "full") & (why == "")] = "came after the last place of the group"
    return people.loc[why != "", KEYS].assign(why=why[why != ""])


def _ineligible(condition: Condition) -> str:
    (first, *more) = condition.tests
    of_age = isinstance(first, Compared) and first.name.rpartition(".")[2] == "age"
    if of_age and isinstance(first, Compared) and first.sign == "<" and not more:
        return f"is younger than {first.limit}"
    return f"is not eligible ({condition})"


def repeated(values: Values) -> pd.DataFrame:
    """Find repeated sessions: if a participant has several, the first one counts."""
    ordered = values.sessions.sort_values(["begun", "session"], kind="stable")
    first = ordered.groupby("participant")["session"].transform("first")
    later = ordered[ordered.duplicated("participant")]
    return later[KEYS].assign(
        why="took part again; the session '" + first[later.index] + "' counts"
    )


def device_failure(values: Values) -> pd.DataFrame:
    """Find sessions with a device failure in the journal."""
    sessions = values.sessions
    failed = sessions[(sessions["device_failures"] > 0).fillna(False).astype(bool)]
    return failed[KEYS].assign(why="the device failed")


def meeting(values: Values, rule: Exclusion) -> pd.DataFrame:
    """Find the sessions that meet all tests of a rule.

    A test of a question that this mode does not ask does not count, nor does ``wrong`` where a participant did not reach
    the question; a rule of which no test counts excludes nobody.

    Raises
    ------
    AnalysisError
        If a test cannot be applied to participants.
    """
    people = values.people
    judged = [judge(test, values) for test in rule.tests]
    counts = pd.concat([each.counts for each in judged], axis=1)
    holds = pd.concat([each.holds | ~each.counts for each in judged], axis=1)
    met = counts.any(axis=1) & holds.all(axis=1)
    return people.loc[met, KEYS].assign(why=_why(rule, judged, counts)[met])


def _why(rule: Exclusion, judged: list[Judged], counts: pd.DataFrame) -> pd.Series:
    if all(isinstance(test, Wrong) for test in rule.tests):
        number = counts.sum(axis=1).astype(str)
        return "failed all checks that were asked (" + number + ")"
    reasons = pd.concat([each.why.where(each.counts) for each in judged], axis=1)
    return reasons.apply(lambda row: " and ".join(row.dropna()), axis=1)


def _ends(study: StudyFile, outcome: str) -> Iterator[EndStep]:
    for _, step in all_steps(study):
        if isinstance(step, EndStep) and step.outcome == outcome:
            yield step


def _ended(values: Values, outcome: str) -> pd.Series:
    """Return whether each session ended so."""
    ended = values.sessions["outcome"].eq(outcome).fillna(False).astype(bool)
    return pd.Series(ended.to_numpy(), values.people.index)


def _asked_once(values: Values, condition: Condition) -> bool:
    """Return whether a condition is about what is asked once for each participant."""
    return not any(values.known.loops(name) for name in condition.names)
