"""Checks of a study's plan that need the analysis: whether its curves can be computed, and its models fitted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import product
from pathlib import Path

import numpy as np

from analysis.curves.catalogue import Hypothesis
from analysis.curves.claims import read_level
from analysis.curves.claims.columns import check_over
from analysis.curves.claims.predictions import claims_of, prediction_of
from analysis.errors import AnalysisError
from analysis.planned.plan import planned_models
from analysis.planned.rehearsal import rehearse
from experiments.files.faults import Fault, InvalidFileError, Key
from experiments.language.contrasts import Claim
from experiments.protocol.deep import deep_faults
from experiments.protocol.names import AddressError
from experiments.protocol.planned_contrast import PlanError
from experiments.protocol.sections import Hypothesis as Written
from experiments.study import Study, open_study

Check = Callable[[], object]


def open_checked(file: Path) -> Study:
    """Open a study and check it deeply.

    Raises
    ------
    InvalidFileError
        With all faults of the file.
    """
    study = open_study(file)
    check_deeply(study)
    return study


def check_deeply(study: Study) -> list[Fault]:
    """Check the slots, orders, payments and models of a study on planned rows, its predictions, and fits to simulated data.

    Everything is found here that a later command would refuse.

    Returns
    -------
    list of Fault
        Notes on models that could not be fitted to simulated answers, and may be fitted to others.

    Raises
    ------
    InvalidFileError
        With all faults that its form does not show.
    """
    if faults := [*deep_faults(study.opened), *study.faults_of_back, *faults_of_plan(study)]:
        raise InvalidFileError(faults)
    faults, notes = rehearse(study)
    if faults:
        raise InvalidFileError(faults)
    return notes


def faults_of_plan(study: Study) -> list[Fault]:
    """Return the faults of a study's hypotheses and planned models."""
    source = study.opened.source
    faults = []
    for key, check in _checks(study):
        try:
            check()
        except (AnalysisError, AddressError, PlanError) as error:
            faults.append(source.fault(key, _as_fault(error), error.remedy))
    return list(dict.fromkeys(faults))


def _as_fault(error: Exception) -> str:
    """Return a message as the second half of a line, as other faults are."""
    found = str(getattr(error, "message", error)).removesuffix(".")
    return found[:1].lower() + found[1:] if found[1:2].islower() else found


def _checks(study: Study) -> Iterator[tuple[Key, Check]]:
    """Yield what is checked, with its place in the file."""
    for name, written in study.file.hypothesis.items():
        key: Key = ("hypothesis", name) if name else ("hypothesis",)
        claims = list(claims_of(written))
        for _, at, claim in claims:
            yield (*key, *at), partial(_compute, study, written, claim)
        yield (*key, "over"), partial(_together, study, written, [claim for *_, claim in claims])
    for mode in study.modes:
        yield ("analysis",), partial(planned_models, study, mode)


def _together(study: Study, written: Written, claims: list[Claim]) -> None:
    """Check that a curve reads each name of ``over``."""
    try:
        curves = [prediction_of("claim", claim, written, study).curve for claim in claims]
    except AnalysisError:
        return  # A fault of its own.
    check_over(written, curves)


def _compute(study: Study, written: Written, claim: Claim) -> None:
    """Compute a curve in every cell, so that errors are found before data are collected."""
    prediction = prediction_of("claim", claim, written, study)
    values = [
        _values(study, prediction.curve, column, name)
        for column, name in prediction.columns.items()
    ]
    if all(values):
        cells = zip(*product(*values), strict=True)
        design = {
            column: np.array(own) for column, own in zip(prediction.columns, cells, strict=True)
        }
        prediction.curve.predict(design)


def _values(study: Study, curve: Hypothesis, column: str, name: str) -> list[str | float]:
    """Return values that a column of a curve takes in the study; none if they do not follow from it."""
    levels = study.names.levels(name)
    if levels is not None:
        text = curve.levels(column)
        return [level if text else read_level(study.names, name, level) for level in levels]
    if name not in study.file.columns and not study.names.fitting(name):
        return []
    known = study.range(name, study.modes[0])
    if known is None or not np.isfinite([known.low, known.high]).all():
        return []
    return [max(known.low, curve.column(column).least), known.high]
