"""Checking a study: all faults of its form at once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from experiments.files.faults import Fault, Findings, InvalidFileError, Key, UnknownName, nearest
from experiments.files.parsing import parse
from experiments.files.reading import read
from experiments.protocol.cell_checks import faults_of_cells
from experiments.protocol.cells import in_braces
from experiments.protocol.column_checks import faults_of_columns
from experiments.protocol.entry import faults_of_entry
from experiments.protocol.exclusion_checks import faults_of_exclusions
from experiments.protocol.inlining import inlined
from experiments.protocol.item_versions import faults_of_versions
from experiments.protocol.lab import Lab, load_lab
from experiments.protocol.loop_checks import faults_of_loops
from experiments.protocol.names import AddressError
from experiments.protocol.opened import OpenedStudy
from experiments.protocol.opening import Opening
from experiments.protocol.plan_checks import faults_of_plan
from experiments.protocol.reach import Reach
from experiments.protocol.same_words import faults_of_options
from experiments.protocol.show_checks import faults_of_shows
from experiments.protocol.step_checks import faults_of_steps
from experiments.protocol.study_file import StudyFile
from experiments.protocol.together_checks import faults_of_together


def read_study(path: str | Path) -> OpenedStudy:
    """Read a study file, and everything that it uses.

    Raises
    ------
    InvalidFileError
        With every fault of the file, its parts, items and instruments, and of how they go together.
    """
    found, faults = _read(path)
    if faults:
        raise InvalidFileError(_distinct(faults))
    return found


def read_collected(path: str | Path) -> OpenedStudy:
    """Read the study that is kept with data or an export.

    The version that wrote it has checked it. Rules that came later are not applied, so that collected data can always be
    analysed.

    Raises
    ------
    InvalidFileError
        If it cannot be read at all.
    """
    return _read(path)[0]


def _read(path: str | Path) -> tuple[OpenedStudy, list[Fault]]:
    written = read(path)
    source, faults = inlined(written)
    try:
        study = parse(StudyFile, source)
    except InvalidFileError as error:
        raise InvalidFileError(_distinct([*faults, *error.faults])) from error
    try:
        lab = load_lab(source.path.resolve().parent)
    except InvalidFileError as error:
        faults += error.faults
        lab = Lab()
    found = OpenedStudy(written, source, study, lab)
    faults += Opening(found).faults
    before = list(faults)
    faults += [
        source.fault(*each) for each in _faults(found) if not _follows(each[1], each[2], before)
    ]
    faults += faults_of_cells(found)
    faults += faults_of_versions(found)
    return found, faults


def _follows(found: str, remedy: str, faults: list[Fault]) -> bool:
    """Return whether a name can be unknown only because a step or question with it could not be read."""
    if not isinstance(found, UnknownName) or remedy.startswith("Did"):
        return False
    return any(
        (each.key.startswith("flow") and each.found.startswith("the key occurs twice"))
        or (each.remedy.startswith("Did you mean") and each.remedy[13:-1] in found)
        for each in faults
    )


def _distinct(faults: list[Fault]) -> list[Fault]:
    return list(dict.fromkeys(faults))


def _faults(opened: OpenedStudy) -> Findings:
    names = opened.names
    yield from names.clashes()
    for measure in names.repeated:
        key, marks = measure.key, opened.source.marks
        if marks.get(key) == marks.get(names.measures[measure.address].key):
            # Both are written in the same place: the step is a repetition, or its part is used twice.
            key = key[: 3 if measure.session else 2]
        found = f"two questions have the address '{measure.address}'"
        yield key, found, "Give one of the two steps a name."
    yield from _sections(opened)
    reach = Reach(opened)
    yield from reach.faults()
    for each in in_braces(opened):
        reach.use(each.name, each.place)
    yield from _fields(opened, reach.fields)
    yield from faults_of_steps(opened)
    yield from faults_of_entry(opened)
    yield from faults_of_shows(opened.study)
    yield from faults_of_options(opened)
    yield from faults_of_loops(names)
    yield from faults_of_together(opened)
    # A column with the name of something else is a fault already.
    taken = {*names.factors, *(m.question for m in names.measures.values() if not m.part)}
    yield from (each for each in faults_of_columns(opened) if each[0][1] not in taken)
    yield from faults_of_plan(opened)
    yield from faults_of_exclusions(opened)


def _fields(opened: OpenedStudy, used: Mapping[str, set[str]]) -> Findings:
    """Yield the columns of items in use that have the name of something else."""
    study = opened.study
    others: dict[str, tuple[str, Key]] = {
        **{name: ("a column", ("columns", name)) for name in study.columns},
        **{name: ("a value", ("values", name)) for name in study.values},
    }
    for measure in opened.names.measures.values():
        if measure.question and not measure.part and measure.kind != "scale":
            others[measure.question] = "a question", measure.key
    for loop in opened.names.loops:
        fields = opened.items[loop.name].fields if loop.name in opened.items else {}
        for name in sorted(used.get(loop.name, set()).intersection(fields, others)):
            kind, key = others[name]
            found = f"'{name}' is {kind} and a column of {loop.step.each}"
            yield (
                key,
                found,
                "Give one of them another name; 'columns:' of the loop can rename the column.",
            )


def _sections(opened: OpenedStudy) -> Findings:
    study = opened.study
    sessions = list(study.sessions) or [""]
    for session in study.flow:
        if session and not study.sessions:
            found = f"'{session}' is a session of the flow, but the study has no sessions"
            remedy = f"Add 'sessions: {{{session}: {{}}}}', or write the steps as a list."
            yield ("flow", session), found, remedy
        elif session and session not in study.sessions:
            yield ("flow", session), f"there is no session '{session}'", nearest(session, sessions)
    for session in study.sessions:
        if session not in study.flow:
            yield (
                ("sessions", session),
                f"the flow has no steps of the session '{session}'",
                f"Add '{session}:' to 'flow'.",
            )
    for name, of in study.sessions.items():
        if of.since is not None and of.since not in study.sessions:
            yield (
                ("sessions", name, "since"),
                f"there is no session '{of.since}'",
                nearest(of.since, study.sessions),
            )
    for mode, settings in study.modes.items():
        for index, factor in enumerate(settings.within):
            if factor not in study.factors.between:
                yield (
                    ("modes", mode, "within", index),
                    f"'{factor}' is no between-factor",
                    nearest(factor, study.factors.between),
                )
    for name, answered in study.factors.answered.items():
        try:
            measure = opened.names.measure(answered.from_)
        except AddressError as error:
            yield ("factors", "answered", name, "from"), str(error), error.remedy
            continue
        if len(opened.names.factors[name].levels) < 2:
            found = f"'{measure.address}' gives fewer than two levels"
            remedy = "Name a question with options of which at least two lead on."
            yield ("factors", "answered", name, "from"), found, remedy
    yield from _stakes(study)


def _stakes(study: StudyFile) -> Findings:
    paid = {mode: settings.paid for mode, settings in study.modes.items()}
    if study.stakes is not None and study.stakes.step is not None:
        endowment, step = study.stakes.endowment, study.stakes.step
        if step.currency != endowment.currency or endowment.value % step.value:
            found = f"{endowment} cannot be divided into steps of {step}"
            yield ("stakes", "step"), found, "Write a step that the endowment is a multiple of."
    if study.stakes is None:
        for mode, pay in paid.items():
            if pay is not None:
                yield (
                    ("modes", mode, "paid"),
                    "somebody is paid, but there are no stakes",
                    "Add 'stakes: {endowment: 5 USD}'.",
                )
    elif study.stakes.paid is None:
        for mode, pay in paid.items():
            if pay is None:
                key: Key = ("modes", mode) if study.modes[mode].model_fields_set else ("stakes",)
                yield (
                    key,
                    "it is not said who is paid",
                    "Add 'paid: everyone', 'paid: 1 in 10' or 'paid: nobody' to 'stakes'.",
                )
    else:
        for mode, pay in paid.items():
            if pay is not None:
                yield (
                    ("modes", mode, "paid"),
                    "'paid' is given in 'stakes' too",
                    "Keep it in 'stakes', or in every mode.",
                )
