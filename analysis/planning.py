"""What only the analysis can check of a protocol: that its hypotheses exist, and its models can be fitted."""

from __future__ import annotations

from analysis.errors import AnalysisError
from analysis.formula import parse_formula
from analysis.hypotheses import get
from experiments.protocol import Protocol
from experiments.reading import Fault, Key, Source


def faults_of_plan(protocol: Protocol, source: Source) -> list[Fault]:
    """Return the faults of a protocol's hypotheses and planned models."""
    contest = protocol.hypotheses
    named: list[tuple[Key, str]] = [
        (("hypotheses", "predicted", "hypothesis"), contest.predicted.hypothesis)
    ]
    named += [
        (("hypotheses", "also_predicted", place, "hypothesis"), also.hypothesis)
        for place, also in enumerate(contest.also_predicted)
    ]
    named += [(("hypotheses", "rivals", place), name) for place, name in enumerate(contest.rivals)]
    faults = []
    for key, name in named:
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
    for place, model in enumerate(protocol.analysis.models):
        try:
            parse_formula(f"{model.measure} ~ {model.formula}")
        except AnalysisError as error:
            key = ("analysis", "models", place, "formula")
            faults.append(source.fault(key, error.message, error.remedy))
    return faults
