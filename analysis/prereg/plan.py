"""What a preregistration says about a study: its questions, models, hypotheses and parts, as data for the templates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import prod
from pathlib import Path
from typing import Any

from analysis.curves.claims import Prediction, names_of, predictions
from analysis.curves.fitting.errors import MOST_CELLS
from analysis.planned.line_tests import TWO_LINES, WINDOW
from analysis.planned.plan import Planned, planned_models
from analysis.prereg.items import InModes, once
from experiments.language.conditions import Condition
from experiments.language.contrasts import CurveName
from experiments.protocol.loops import between_factors, cell_factors, cells_of, planned_number
from experiments.protocol.measures import Measure
from experiments.protocol.random_terms import LEAST_ITEMS, RandomTerms
from experiments.protocol.sections import Hypothesis
from experiments.protocol.slots import AllocationList
from experiments.protocol.steps import PartStep, ScaleStep
from experiments.protocol.study_file import all_steps
from experiments.stimuli.scale import Scale
from experiments.study import Study


@dataclass(frozen=True)
class Predicted:
    """A hypothesis, and the curves of its comparison."""

    name: str
    """'' if it is the only one."""
    hypothesis: Hypothesis
    predictions: tuple[Prediction, ...]
    by_contrast: bool
    """Whether the verdict is that of contrasts: of an order or a contrast, or of curves over two conditions."""


@dataclass(frozen=True)
class PlannedIn:
    """A planned model, and the modes in which it is the same."""

    planned: Planned
    modes: tuple[str, ...]
    items: int
    """Items of its outcome that a mode's participants see, if these are too few to vary at random; else 0."""


@dataclass(frozen=True)
class Asked:
    """A question, and when it is asked."""

    measure: Measure
    when: tuple[Condition, ...]
    """Conditions of the question and of the steps that it is in."""


@dataclass(frozen=True)
class SampleIn(InModes):
    """The planned sample."""

    cells: int
    """Cells of the between-factors, without the counterbalanced ones."""
    participants: int
    """Participants after exclusions."""
    allocated: Mapping[str, tuple[str, ...]]
    """Factor that is allocated to participants -> its levels, the counterbalanced ones included."""
    block: int
    """Slots in a permuted block."""
    slots: int
    """Slots of the allocation list."""


def hypotheses_of(study: Study) -> tuple[Predicted, ...]:
    """Return the hypotheses of a study; the first holds the primary test."""
    return tuple(_predicted(study, name) for name in study.file.hypothesis)


def _predicted(study: Study, name: str) -> Predicted:
    hypothesis, found = study.file.hypothesis[name], predictions(study, name)
    columns = set(names_of(found).values())
    levels = [
        len(study.names.factors[each].levels) for each in columns & study.names.factors.keys()
    ]
    two_conditions = len(levels) == len(columns) and prod(levels) == 2
    by_contrast = two_conditions or not isinstance(hypothesis.claim, CurveName)
    return Predicted(name, hypothesis, found, by_contrast)


def models_of(study: Study) -> tuple[PlannedIn, ...]:
    """Return the planned models in the order of the file, each once for all modes in which it is the same."""
    terms = RandomTerms(study.names)
    found: dict[tuple[str, str], PlannedIn] = {}
    for mode in study.modes:
        for planned in planned_models(study, mode):
            predictors = planned.model.formula.predictors
            stacked = "session" in predictors or "step" in predictors
            items = terms.items_of(planned.outcome, mode, stacked)
            few = items if 0 < items < LEAST_ITEMS else 0
            key = (planned.name, str(planned.formula))
            known = found.get(key)
            if known is None:
                found[key] = PlannedIn(planned, (mode,), few)
            else:
                found[key] = replace(known, modes=(*known.modes, mode), items=max(known.items, few))
    order = [planned.name for planned in planned_models(study, study.modes[0])]
    return tuple(sorted(found.values(), key=lambda each: order.index(each.planned.name)))


def families_of_two_lines(study: Study) -> tuple[str, ...]:
    """Return the families of the models of which an inverted U is tested by two lines, in a claim or a planned contrast."""
    topics = {one.curve.topic for each in hypotheses_of(study) for one in each.predictions}
    found = ["gaussian"] if WINDOW in topics else []
    for each in models_of(study):
        if any(TWO_LINES in one.lines.values() for one in each.planned.contrasts):
            found.append(each.planned.family)
    return tuple(dict.fromkeys(found))


def _sample(study: Study, mode: str) -> SampleIn:
    allocated = between_factors(study.names, mode)
    crossed = cell_factors(study.names, mode)
    plan = AllocationList(study.opened, mode, study.secret)
    planned = planned_number(study.names, mode)
    return SampleIn(
        (mode,), len(cells_of(crossed)), planned, allocated, plan.block_size, plan.length
    )


def questions_of(study: Study) -> tuple[Asked, ...]:
    """Return the questions in the order in which they are asked.

    Those of practice are never analysed and left out; so are the items of instruments, which are in their table.
    """
    return tuple(
        Asked(measure, measure.given)
        for measure in study.names.measures.values()
        if not measure.part and not measure.practice and measure.kind != "scale"
    )


def instruments_of(study: Study) -> dict[str, tuple[Scale, tuple[str, ...]]]:
    """Return each instrument by its name, with the addresses under which it is asked."""
    found: dict[str, tuple[Scale, tuple[str, ...]]] = {}
    asked = {key: step for key, step in all_steps(study.file) if isinstance(step, ScaleStep)}
    for measure in study.names.measures.values():
        step = asked.get(measure.key)
        if step is not None and not measure.question and not measure.practice:
            _, known = found.get(step.scale, (None, ()))
            scale = study.opened.scales[step.scale]
            found[step.scale] = (scale, (*known, measure.address))
    return found


def parts_of(study: Study) -> tuple[str, ...]:
    """Return the parts that a study uses, with their versions: ``consent@1.0``."""
    parts = (step.part for _, step in all_steps(study.file) if isinstance(step, PartStep))
    return tuple(dict.fromkeys(parts))


def contents(study: Study) -> dict[str, Any]:
    """Return what the templates say about a study."""
    return {
        "study": study.file,
        "factors": study.names.factors,
        "instruments": instruments_of(study),
        "hypotheses": hypotheses_of(study),
        "models": models_of(study),
        "two_lines": families_of_two_lines(study),
        "most_cells": MOST_CELLS,
        "samples": once(_sample(study, mode) for mode in study.modes),
        "questions": questions_of(study),
        "parts": parts_of(study),
        "files": study.opened.files,
        "path": _from_here(study.path),
        "content_hash": study.hash,
    }


def _from_here(path: Path) -> Path:
    """Return a path as it is written in a command from the current folder."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
