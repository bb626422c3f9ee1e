"""Checking a study: all faults of its form at once."""

from __future__ import annotations

from pathlib import Path

from experiments.files.parsing import parse
from experiments.files.reading import Fault, InvalidFileError, Key, nearest
from experiments.files.typed import read_as_typed
from experiments.protocol.inlining import inlined
from experiments.protocol.loop_checks import faults_of_loop, faults_of_sharing, unused_factors
from experiments.protocol.measures import Loop
from experiments.protocol.opened import OpenedStudy, Opening
from experiments.protocol.places import places
from experiments.protocol.plan_checks import faults_of_plan
from experiments.protocol.reach import Findings, Reach
from experiments.protocol.study_file import StudyFile


def read_study(path: str | Path) -> OpenedStudy:
    """Read a study file, and everything that it uses.

    Raises
    ------
    InvalidFileError
        With every fault of the file, its parts, items and instruments, and of how they go together.
    """
    written = read_as_typed(path)
    source, faults = inlined(written)
    try:
        study = parse(StudyFile, source)
    except InvalidFileError as error:
        raise InvalidFileError(_distinct([*faults, *error.faults])) from error
    opening = Opening(source, study)
    faults += opening.faults
    found = OpenedStudy(
        written, source, study, opening.items, opening.sets, opening.scales, opening.groups
    )
    faults += [source.fault(*each) for each in _faults(found)]
    if faults:
        raise InvalidFileError(_distinct(faults))
    return found


def _distinct(faults: list[Fault]) -> list[Fault]:
    return list(dict.fromkeys(faults))


def _faults(opened: OpenedStudy) -> Findings:
    names = opened.names
    yield from names.clashes()
    for measure in names.repeated:
        found = f"two questions have the address '{measure.address}'"
        yield measure.key, found, "Give one of the two steps a name."
    yield from _sections(opened)
    yield from Reach(names, opened.items).faults()
    loops = _loops(opened)
    for loop in loops:
        yield from faults_of_loop(names, loop, opened.items.get(loop.name))
    yield from faults_of_sharing(names, loops, opened.items)
    yield from unused_factors(names, loops, opened.items)
    yield from faults_of_plan(opened)


def _loops(opened: OpenedStudy) -> list[Loop]:
    found: dict[Key, Loop] = {}
    for place, _ in places(opened.study):
        if place.loop is not None:
            found.setdefault(place.loop.key, place.loop)
    return list(found.values())


def _sections(opened: OpenedStudy) -> Findings:
    study = opened.study
    sessions = list(study.sessions) or [""]
    for session in study.flow:
        if session and session not in study.sessions:
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
    yield from _stakes(study)


def _stakes(study: StudyFile) -> Findings:
    paid = {mode: settings.paid for mode, settings in study.modes.items()}
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
                    "'paid' stands in 'stakes' too",
                    "Keep it in 'stakes', or in every mode.",
                )
