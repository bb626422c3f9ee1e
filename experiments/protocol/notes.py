"""Notes of the check: what is no fault, but may not be what was meant."""

from __future__ import annotations

from collections.abc import Iterator

from experiments.files.faults import Fault, Findings
from experiments.language.columns import Call, Negative, Operation
from experiments.language.conditions import Compared, IsNot, IsOneOf, Missing, Wrong
from experiments.language.exclusions import Test
from experiments.numbers import scale_value
from experiments.protocol.item_versions import notes_on_versions
from experiments.protocol.names import AddressError, Names
from experiments.protocol.opened import OpenedStudy
from experiments.protocol.outcome_rows import OutcomeRows
from experiments.protocol.ranges import Ranges
from experiments.protocol.same_words import same_levels
from experiments.protocol.shown_literally import shown_literally
from experiments.protocol.steps import PartStep
from experiments.protocol.study_file import all_steps, entry_key
from experiments.protocol.translation_checks import same_in, translations, unused_entries


def notes_on(opened: OpenedStudy) -> Iterator[Fault]:
    """Yield what readers of a study without faults should know, with its place in the file."""
    of_study = (
        *_consent(opened),
        *_of_scales(opened),
        *_of_participants(opened),
        *_of_several_answers(opened),
        *_of_levels(opened),
        *shown_literally(opened),
    )
    for key, found, remedy in of_study:
        yield opened.source.fault(key, found, remedy)
    yield from notes_on_versions(opened)
    for translation in translations(opened)[1:]:
        yield from same_in(opened, translation.language, same_levels)
        yield from unused_entries(opened, translation.language)


def _of_levels(opened: OpenedStudy) -> Findings:
    for key, first, second, words in same_levels(opened):
        found = f"participants read the same words for '{first}' and '{second}': {words}"
        yield key, found, "Write words that differ, unless the levels differ in something else."


def _of_scales(opened: OpenedStudy) -> Findings:
    """Yield the means of answers on different scales."""
    ranges = Ranges(opened, next(iter(opened.study.modes)))
    for name, column in opened.study.columns.items():
        for call in _calls(column.of.value):
            of = {str(each): ranges.of_expression(each) for each in call.arguments}
            known = {each: (own.low, own.high) for each, own in of.items() if own is not None}
            if call.function == "mean" and len(set(known.values())) > 1:
                scales = ", ".join(
                    f"{each} from {scale_value(low)} to {scale_value(high)}"
                    for each, (low, high) in known.items()
                )
                found = f"'{call}' is a mean of different scales ({scales}), so that the longest counts most"
                remedy = "Bring them to one scale first, such as '{of: NAME, standard: yes}'."
                yield ("columns", name), found, remedy


def _calls(node: object) -> Iterator[Call]:
    """Yield the functions of an expression, also those inside of others."""
    if isinstance(node, Call):
        yield node
        for each in node.arguments:
            yield from _calls(each)
    elif isinstance(node, Operation):
        yield from _calls(node.left)
        yield from _calls(node.right)
    elif isinstance(node, Negative):
        yield from _calls(node.of)


def _of_participants(opened: OpenedStudy) -> Findings:
    """Yield the models with random terms, and none of participants, who answer several times."""
    rows_of = OutcomeRows(opened.names)
    for name, model in opened.study.analysis.items():
        random = model.formula.random
        if not random or any("participant" in term.unit for term in random):
            continue
        stacked = bool({"session", "step"} & set(model.formula.predictors))
        for outcome in model.formula.outcomes:
            rows = rows_of.of(outcome, stacked)
            if any(
                len(own) > 1
                for mode in opened.study.modes
                for _, own in rows_of.participants(rows, mode)
            ):
                found = (
                    f"'{outcome}' has several rows of each participant, and no random term of the formula is of "
                    "participants, so that their answers count as independent"
                )
                remedy = "Add (1 | participant), or leave out all random terms: they then follow from the design."
                yield (*entry_key("analysis", name), "formula"), found, remedy


def _consent(opened: OpenedStudy) -> Findings:
    study, consent = opened.study, opened.names.consent
    if consent is None:
        found = "nobody is asked for consent, since the flow has no part 'consent'"
        yield ("flow",), found, "Begin it with '- use: consent', unless consent is asked elsewhere."
        return
    steps = [(key, step) for key, step in all_steps(study) if isinstance(step, PartStep)]
    asking = [key for key, step in steps if step.part.partition("@")[0] == "consent"]
    first = next(iter(opened.names.measures.values()))
    if first != consent:
        found = f"consent is asked after the first question ({first.address})"
        yield asking[0], found, "Begin the flow with '- use: consent'."
    if consent.given and len(asking) == 1:
        some = " and ".join(map(str, consent.given))
        found = f"consent is asked of some participants only: {some}"
        yield asking[0], found, "Take the condition away, unless consent is asked elsewhere."


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
