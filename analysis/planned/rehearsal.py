"""Each planned model fitted once to simulated participants, so that what cannot be fitted is found before data collection."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Hashable, Iterator, Sequence
from math import prod
from pathlib import Path

from analysis.data.conditions import with_conditions
from analysis.data.frames import Frames
from analysis.data.load import load
from analysis.errors import COMPUTATION_ERRORS, AnalysisError, message_of
from analysis.planned.describing import measure_info
from analysis.planned.fitting import fit_planned
from analysis.planned.plan import Planned, planned_models
from analysis.planned.predictors import Predictors
from analysis.simulate import Assumptions, simulate
from experiments.files.faults import Fault
from experiments.numbers import count
from experiments.protocol.loops import (
    between_cells,
    between_factors,
    planned_number,
    within_factors,
)
from experiments.protocol.places import loops
from experiments.protocol.study_file import entry_key
from experiments.steps.not_yet import NotYetError
from experiments.study import Study

FEW = 24
"""Participants who are simulated first; more if there are more conditions and lists."""
MOST = 200
"""Participants who are simulated, if planned, before a model is called impossible."""
ATTENTIVE = Assumptions(careless=0, skipping=0, skipped=0, declines=0, ineligible=0)
"""Participants who answer everything."""
OF_ANSWERS = frozenset(
    {
        *("constant", "same_answer", "only_limits", "no_maximum", "no_residual_variance"),
        *("no_residual", "single_observation", "few_rows", "few_groups", "few_remaining_groups"),
        *("few_clusters", "everybody_gave", "nobody_gave", "arm_without_givers"),
        *("amount_not_fitted", "no_amounts", "one_stimulus"),
    }
)
"""Errors that depend on the answers, or on the number of participants, and not on the design alone."""

Failure = tuple[Planned, Exception]


def rehearse(study: Study) -> tuple[list[Fault], list[Fault]]:
    """Fit every planned model of every mode to simulated participants.

    Returns
    -------
    faults
        Models that no data of this design can be fitted with.
    notes
        Models that could not be fitted to these answers, of the planned number of participants.
    """
    faults: dict[str, Fault] = {}
    notes: dict[str, Fault] = {}
    fitted: set[Hashable] = set()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for mode in study.modes:
            # A model that is the same in several modes is fitted in one.
            plans = {_same(study, mode, one): one for one in planned_models(study, mode)}
            new = [one for key, one in plans.items() if key not in fitted]
            fitted |= plans.keys()
            for planned, error, people in _failures(study, mode, new) if new else ():
                of_answers = getattr(error, "code", "") in OF_ANSWERS
                of_answers = of_answers or not isinstance(error, AnalysisError)
                found = notes if of_answers else faults
                found.setdefault(planned.name, _fault(study, mode, planned, error, people))
    return list(faults.values()), list(notes.values())


def _same(study: Study, mode: str, planned: Planned) -> Hashable:
    """Return what is equal for a model of two modes that is fitted to the same kind of rows."""
    measure = measure_info(study, mode, planned.outcome)
    between = tuple(between_factors(study.names, mode))
    return planned.name, str(planned.formula), between, str(measure)


def _failures(
    study: Study, mode: str, plans: Sequence[Planned]
) -> Iterator[tuple[Planned, Exception, int]]:
    """Yield the models that cannot be fitted, with the reason and the number of simulated participants."""
    planned = min(planned_number(study.names, mode), MOST)
    few = min(max(FEW, 2 * _lists(study, mode)), planned)
    failed: list[Failure] = []
    # What fails with few participants may be a matter of chance.
    for people in dict.fromkeys((few, planned)):
        try:
            failed = list(_fitted(study, mode, plans, people))
        except (NotYetError, AnalysisError):
            # There are no simulated participants of this study, as other commands say.
            return
        plans = [one for one, _ in failed]
        if not failed:
            return
    for one, error in failed:
        yield one, error, people


def _lists(study: Study, mode: str) -> int:
    """Return the number of cells between participants times that of the lists of the loop with the most."""
    within = within_factors(study.names, mode)
    lists = [
        prod(len(within[name]) for name in loop.step.rotate if name in within)
        for loop in loops(study.file)
    ]
    return len(between_cells(study.names, mode)) * max(lists, default=1)


def _fitted(study: Study, mode: str, plans: Sequence[Planned], people: int) -> Iterator[Failure]:
    """Fit models to simulated participants; yield those that fail."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "simulated"
        simulate(study, place, people, mode=mode, dropout=0.0, assumed=ATTENTIVE)
        data = load(place)
    frames = Frames.of(with_conditions(data, study), study, mode)
    for planned in plans:
        try:
            frame = frames.frame(planned.outcome, planned.model.formula.predictors)
            if frame.empty:
                raise AnalysisError(f"No participant has a value of '{planned.outcome}'.")
            predictors = Predictors.of(planned, study, mode)
            measure = measure_info(study, mode, planned.outcome)
            found = fit_planned(planned, frame, predictors, measure)
        except COMPUTATION_ERRORS as error:
            yield planned, error
        else:
            yield from ((planned, why) for why in found.absent.values())


def _fault(study: Study, mode: str, planned: Planned, error: Exception, people: int) -> Fault:
    name = next(key for key, model in study.file.analysis.items() if model is planned.model)
    where = f", in the mode '{mode}'" if len(study.modes) > 1 else ""
    why = getattr(error, "message", "") or message_of(error)
    found = (
        f"the model of '{planned.outcome}' cannot be fitted to "
        f"{count(people, 'simulated participant', 'simulated participants')}{where}: {why.rstrip('.')}"
    )
    remedy = getattr(error, "remedy", "") or "Change the formula, the column or the design."
    return study.opened.source.fault((*entry_key("analysis", name), "formula"), found, remedy)
