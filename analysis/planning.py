"""What only the analysis can check of a protocol: that its curves can be computed, and its models fitted."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

import numpy as np

from analysis.errors import AnalysisError
from analysis.hypotheses import Hypothesis, get
from analysis.models import parse_formula
from experiments.protocol import Protocol
from experiments.reading import Fault, Key, Source


def faults_of_plan(protocol: Protocol, source: Source) -> list[Fault]:
    """Return the faults of a protocol's hypotheses and planned models."""
    contest = protocol.hypotheses
    named: list[tuple[Key, str, Mapping[str, float]]] = [
        (("hypotheses", *where, "hypothesis"), prediction.hypothesis, prediction.parameters)
        for where, prediction in (
            (("predicted",), contest.predicted),
            *(
                (("also_predicted", place), also)
                for place, also in enumerate(contest.also_predicted)
            ),
        )
    ]
    named += [
        (("hypotheses", "rivals", place), name, {}) for place, name in enumerate(contest.rivals)
    ]
    faults = []
    for key, name, parameters in named:
        try:
            hypothesis = get(name)
        except AnalysisError as error:
            faults.append(source.fault(key, error.message, error.remedy))
            continue
        lacking = [column for column in hypothesis.requires if column not in protocol.factors]
        if lacking:
            faults.append(
                source.fault(
                    key,
                    f"'{name}' is a curve over '{lacking[0]}', which is no factor of this protocol",
                    f"The factors are {', '.join(protocol.factors)}.",
                )
            )
            continue
        try:
            _compute(hypothesis, protocol, parameters)
        except AnalysisError as error:
            faults.append(source.fault(key, error.message, error.remedy))
    for place, model in enumerate(protocol.analysis.models):
        try:
            parse_formula(f"{model.measure} ~ {model.formula}")
        except AnalysisError as error:
            key = ("analysis", "models", place, "formula")
            faults.append(source.fault(key, error.message, error.remedy))
    return faults


def _compute(hypothesis: Hypothesis, protocol: Protocol, parameters: Mapping[str, float]) -> None:
    """Compute a curve in every cell: what fails here would fail when the data are there."""
    cells = product(*(factor.levels for factor in protocol.factors.values()))
    columns = zip(*cells, strict=True)
    design = {
        name: np.array(levels) for name, levels in zip(protocol.factors, columns, strict=True)
    }
    hypothesis.predict(design, parameters)
