"""What a study of the planned size can tell, said before any data are there: how often it would confirm a true claim."""

from __future__ import annotations

from analysis.errors import AnalysisError
from analysis.power.check import Loss
from analysis.power.model_recovery import compared_in, needs_of
from analysis.power.planned_tests import planned_tests
from analysis.power.plans import plans_of
from analysis.power.prior import components_of
from analysis.power.settings import PowerSettings
from analysis.power.verdict_needs import verdict_sentence
from experiments.protocol.planned import same_measure
from experiments.study import Study

TARGET = 0.80
"""How often a study should confirm a claim that is true."""
ANALYSED = ("analysed participant", "analysed participants")


def foretold(study: Study, mode: str = "") -> tuple[str, ...]:
    """Say how often the verdict would be the claim's if it is true at the smallest effect, and what it would take.

    Parameters
    ----------
    mode
        Mode of the study (default: the first).

    Returns
    -------
    tuple
        One sentence for each hypothesis, of studies without dropout; none for a study without hypotheses, and for
        hypotheses whose outcome has no planned Gaussian model. ``compassion power`` says why, and takes losses into
        account.
    """
    outcomes = [each.outcome for each in study.file.hypothesis.values()]
    try:
        settings = PowerSettings(mode=mode, targets=(TARGET,)).of(study)
        tests, _ = planned_tests(study, settings.mode)
        own = [
            test
            for test in tests
            if any(same_measure(study.names, test.planned.outcome, each) for each in outcomes)
        ]
        components = components_of(study, settings.mode, settings.assumed, settings.prior)
        plans, _ = plans_of(study, settings, own, components, Loss(1, 1, 1, 1))
        found = []
        for one in compared_in(study, plans)[0]:
            needs = needs_of(study, one, lambda what, done, total: None)
            cells = one.plan.world.lists.cells
            if needs:
                found.append(verdict_sentence(one.name, one.plan.size, needs, cells, ANALYSED))
    except AnalysisError:
        return ()
    return tuple(found)
