"""Notes of the check: what is no fault, but may not be what was meant."""

from __future__ import annotations

from collections.abc import Iterator

from experiments.files.faults import Fault, Findings
from experiments.language.conditions import Compared, IsNot, IsOneOf, Missing, Wrong
from experiments.language.exclusions import Test
from experiments.protocol.item_versions import notes_on_versions
from experiments.protocol.names import AddressError, Names
from experiments.protocol.opened import OpenedStudy
from experiments.protocol.outcome_rows import OutcomeRows


def notes_on(opened: OpenedStudy) -> Iterator[Fault]:
    """Yield what readers of a study without faults should know, with its place in the file."""
    for key, found, remedy in (*_consent(opened), *_of_several_answers(opened)):
        yield opened.source.fault(key, found, remedy)
    yield from notes_on_versions(opened)


def _consent(opened: OpenedStudy) -> Findings:
    if opened.names.consent is None:
        found = "nobody is asked for consent, since the flow has no part 'consent'"
        yield ("flow",), found, "Begin it with '- use: consent', unless consent is asked elsewhere."


def _of_several_answers(opened: OpenedStudy) -> Findings:
    """Yield the rules for participants about a question that is asked several times: all answers must meet them."""
    for kind in ("participants", "sensitivity"):
        for index, rule in enumerate(getattr(opened.study.exclude, kind)):
            for test in rule.tests:
                if _has_several(test.name, opened.names) and (said := _said(test)):
                    yield ("exclude", kind, index), *said


def _has_several(name: str, names: Names) -> bool:
    if names.levels(name) is not None or not (name in names.study.columns or names.fitting(name)):
        return False
    try:
        return bool(OutcomeRows(names).of(name).loops)
    except AddressError:
        return False


def _said(test: Test) -> tuple[str, str] | None:
    """Return what a rule about several answers means, and what to write for another meaning."""
    name = test.name
    if isinstance(test, (Missing, Wrong)):
        never, once = ("never answered", "missed") if isinstance(test, Missing) else (
            "were wrong every time in", "were wrong once or more in",
        )  # fmt: skip
        found = f"'{test}' is about those who {never} '{name}', which is asked several times"
        return found, f"For those who {once} any, write '{test} > 0 %'."
    if isinstance(test, (IsOneOf, IsNot, Compared)):
        found = f"'{test}' is about those whose answers to '{name}' are all so: it is asked several times"
        return found, f"For another rule, compute a column such as 'mean({name})' and test that."
    return None
