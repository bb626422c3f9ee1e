"""Checks of the rules of exclusion: names, tests that can hold, and rules for participants or for trials."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from experiments.files.faults import Findings
from experiments.language.columns import Import
from experiments.language.conditions import Missing
from experiments.language.exclusions import (
    ComparedWithMedian,
    Exclusion,
    Outlying,
    Test,
    TooOften,
)
from experiments.protocol.names import AddressError
from experiments.protocol.opened import OpenedStudy
from experiments.protocol.plan_checks import unknown_name
from experiments.protocol.tested import Tested, Wronged
from experiments.protocol.treatment import first_treated, follows_treatment

Kind = Literal["participants", "trials", "sensitivity"]
KINDS: tuple[Kind, ...] = ("participants", "trials", "sensitivity")
_OF_TRIALS = ("participant", "occasion", "step", "item", "trial", "period")
"""Names that every row knows, but of which a participant has several or which are no reason to exclude."""


def faults_of_exclusions(opened: OpenedStudy) -> Findings:
    """Yield the faults of all rules."""
    checks = _Checks(opened)
    for kind in KINDS:
        for index, rule in enumerate(getattr(opened.study.exclude, kind)):
            for found, remedy in checks.of_rule(rule, kind):
                yield ("exclude", kind, index), found, remedy


class _Checks:
    def __init__(self, opened: OpenedStudy) -> None:
        self.opened = opened
        self.names = opened.names
        self.tested = Tested(opened)
        self.treated = first_treated(opened)
        fields = {name for items in self.names.items.values() for name in items.fields}
        self._fields = {name for name in fields if not self.names.fitting(name)}

    def of_rule(self, rule: Exclusion, kind: Kind) -> Iterator[Wronged]:
        """Yield what is wrong with a rule."""
        unknown = False
        for name in rule.names:
            wrong = unknown_name(self.opened, name)
            if wrong is not None and name not in self.opened.study.flow:
                unknown = True
                yield wrong
        if unknown:
            return
        if kind == "trials" and not any(map(self._differs, rule.names)):
            found = f"'{rule}' names nothing that differs between trials"
            yield found, "Name what is asked in each trial, or write the rule under 'participants'."
            return
        for test in rule.tests:
            wrong = self._misplaced(test, kind)
            if wrong is not None:
                yield wrong
                continue
            if test.name not in self.opened.study.flow:  # Else it is about a whole session.
                yield from self.tested.faults(test, self.tested.known(test.name))
            if kind == "participants" and not self.opened.study.exclude.because:
                yield from self._treated(rule, test)

    def _misplaced(self, test: Test, kind: Kind) -> Wronged | None:
        """Return why a test is no test of participants, or of trials."""
        if kind == "trials":
            if isinstance(test, (ComparedWithMedian, TooOften)):
                return f"'{test}' is about participants", "Write the rule under 'participants'."
            return None
        if isinstance(test, Outlying):
            found = f"'{test}' is about trials: it compares each with the participant's mean"
            return found, "Write the rule under 'trials'."
        if self._is_of_trials(test.name):
            found = f"'{test.name}' is not the same in all trials of a participant"
            if test.name in self.names.factors:
                found = f"'{test.name}' varies within participants"
            return found, "Write the rule under 'trials'."
        return None

    def _is_of_trials(self, name: str) -> bool:
        """Return whether a name is known of a trial only, and is no answer."""
        columns = self.names.study.columns
        if name in columns:
            used = columns[name].of.row_names
            return any(map(self._is_of_trials, used)) and not any(map(self._is_answered, used))
        if name in self.names.factors:
            factor, study = self.names.factors[name], self.names.study
            return any(factor.varies_in(study, mode) == "within" for mode in study.modes)
        return name in _OF_TRIALS or name in self._fields

    def _is_answered(self, name: str) -> bool:
        columns = self.names.study.columns
        if name in columns:
            of = columns[name].of
            return isinstance(of.value, Import) or any(map(self._is_answered, of.row_names))
        return self.names.levels(name) is None and bool(self.names.fitting(name))

    def _differs(self, name: str) -> bool:
        """Return whether trials can differ by a name: an answer in a loop, or what a trial knows."""
        columns = self.names.study.columns
        if name in columns:
            of = columns[name].of
            return isinstance(of.value, Import) or any(map(self._differs, of.row_names))
        asked = self.names.fitting(name)
        if asked and self.names.levels(name) is None:
            return any(each.loop is not None or each.kind == "minimal_group" for each in asked)
        return self._is_of_trials(name) and name in (
            *self.names.factors,
            "item",
            "trial",
            *self._fields,
        )

    def _treated(self, rule: Exclusion, test: Test) -> Iterator[Wronged]:
        """Yield a fault if participants are excluded for what the treatment may have changed."""
        if isinstance(test, Missing) or getattr(test, "what", "") == "missing":
            return
        try:
            measure = self.names.measure(test.name)
        except AddressError:
            return
        if follows_treatment(measure, self.opened, self.treated):
            found = f"'{test.name}' is asked after the treatment, which may have changed it"
            remedy = (
                "Write the rule under 'sensitivity', which leaves nobody out, or say why it is right: "
                f"exclude: {{participants: [{rule}], because: THE REASON}}."
            )
            yield found, remedy
