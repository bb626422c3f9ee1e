"""Checks of a protocol's plan: whether its curves can be computed and its formulas parsed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from itertools import product
from pathlib import Path

import numpy as np

from analysis.curves.catalogue import get
from analysis.errors import AnalysisError
from analysis.models import Formula
from analysis.planned.plan import Planned
from experiments.files.reading import Fault, InvalidFileError, Key, Source, read
from experiments.protocol.plan import PlannedModel
from experiments.protocol.protocol import Protocol
from experiments.study import Study, open_study


def open_planned(file: Path) -> Study:
    """Open a study and check its protocol, including hypotheses and planned models.

    Raises
    ------
    InvalidFileError
        With all faults of the file.
    """
    study = open_study(file)
    if faults := faults_of_plan(study.protocol, read(file)):
        raise InvalidFileError(faults)
    return study


def faults_of_plan(protocol: Protocol, source: Source) -> list[Fault]:
    """Return the faults of a protocol's hypotheses and planned models."""
    hypotheses, models = protocol.hypotheses, protocol.analysis.models
    checks: dict[Key, Callable[[], object]] = {}
    for where, prediction in [
        (("predicted",), hypotheses.predicted),
        *(
            (("also_predicted", place), also)
            for place, also in enumerate(hypotheses.also_predicted)
        ),
    ]:
        key = ("hypotheses", *where, "hypothesis")
        checks[key] = partial(_compute, protocol, prediction.hypothesis, prediction.parameters)
    for place, name in enumerate(hypotheses.rivals):
        checks["hypotheses", "rivals", place] = partial(_compute, protocol, name, {})
    for place, model in enumerate(models):
        checks["analysis", "models", place, "formula"] = partial(_parse, model)
    faults = []
    for at, check in checks.items():
        try:
            check()
        except AnalysisError as error:
            faults.append(source.fault(at, error.message, error.remedy))
    return faults


def _parse(model: PlannedModel) -> Formula:
    return Planned(model).formula


def _compute(protocol: Protocol, name: str, parameters: Mapping[str, float]) -> None:
    """Compute a curve in every cell, so that errors are found before data are collected."""
    hypothesis, factors = get(name), protocol.factors
    for column in hypothesis.requires:
        if column not in factors:
            raise AnalysisError(
                f"'{name}' is a curve over '{column}', which is not a factor of this protocol",
                f"The factors are {', '.join(factors)}.",
            )
    cells = zip(*product(*(factor.levels for factor in factors.values())), strict=True)
    design = {name: np.array(levels) for name, levels in zip(factors, cells, strict=True)}
    hypothesis.predict(design, parameters)
