"""The planned tests of a mode: which of them have power of their own, and what their effects mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from fractions import Fraction

from analysis.errors import AnalysisError
from analysis.planned.claimed import same_contrast
from analysis.planned.plan import Planned, Role, planned_models
from analysis.planned.predictors import is_answered
from analysis.power.smallest import CONVENTION, bound_of
from analysis.simulate import Assumptions
from experiments.language.formulas import Term
from experiments.protocol.planned import stacks_of
from experiments.protocol.planned_contrast import PlannedContrast, levels_in
from experiments.protocol.signals import needs_signals
from experiments.study import Study

TWO_LINES = "two lines"


@dataclass(frozen=True)
class PlannedTest:
    """One contrast of one planned model, or one of its terms as a contrast."""

    planned: Planned
    contrast: PlannedContrast
    smallest: float | None
    """Smallest effect of interest in SDs; None if the study states none, and equivalence is not tested."""
    divided: int = 1
    """Divisor of alpha at the first step of Holm's method, at which power is lowest: the number of secondary tests of
    the mode; of primary ones, their number if any of them must hold."""
    of_answers: bool = False
    """Whether it is about the slope of a number that comes from answers."""

    @property
    def name(self) -> str:
        """Name in the results: model and contrast."""
        return f"{self.planned.name}: {self.contrast.name}"

    @property
    def role(self) -> Role:
        """Whether it is a primary or a secondary test."""
        return self.planned.role(self.contrast.name)

    @property
    def effect(self) -> float:
        """The effect for which numbers of participants are computed: the smallest one, or that of a convention."""
        return self.smallest or CONVENTION

    @property
    def of_term(self) -> bool:
        """Whether it is a term of the formula that is tested as a whole."""
        return self.contrast not in self.planned.contrasts

    @property
    def meaning(self) -> str:
        """What its effect d is, in SDs of the outcome."""
        compared, lines = len(self.contrast.compared), list(self.contrast.lines.values())
        if not lines:
            base = ("mean", "difference between two means")[min(compared, 1)]
            return base if compared < 2 else _of_differences("difference of differences", compared)
        over = "over 1 SD" if self.of_answers else "from the lowest value to the highest"
        rise = f"rise of the line {over}"
        if "slope of log" in lines:
            rise += ", over their logarithms"
        levels = compared + len(lines) - 1
        return rise if not levels else f"{_of_differences('difference', levels + 1)} of such rises"


def _of_differences(base: str, compared: int) -> str:
    return base + " of differences" * (compared - 2)


def planned_tests(
    study: Study, mode: str, wanted: Sequence[str] = (), assumed: Assumptions = Assumptions()
) -> tuple[list[PlannedTest], list[str]]:
    """Return the tests of a mode for which power can be computed, and notes on the others.

    A term of the formula that is tested as a whole is one of them if it has one degree of freedom, and is then a
    contrast.

    Parameters
    ----------
    mode
        Mode of the study.
    wanted
        Names of tests (``model: contrast``), of models, or of contrasts; all if empty.
    assumed
        From which the SD of an outcome follows, if its smallest effect is in its own unit.

    Raises
    ------
    AnalysisError
        If a name is unknown, no test is left, or a smallest effect cannot be expressed in SDs.
    """
    tests: list[PlannedTest] = []
    left_out = []
    models = planned_models(study, mode)
    secondary = sum(
        (len(model.contrasts) - len(model.primary) + len(model.terms))
        * (2 if model.family == "two_part" else 1)
        for model in models
    )
    for planned in models:
        columns = study.file.columns
        used = (planned.outcome, *planned.model.formula.predictors)
        if signals := [name for name in used if needs_signals(name, columns)]:
            left_out.append(
                f"{planned.name}: '{signals[0]}' needs imported signals, which simulated participants do not have."
            )
            continue
        if planned.family != "gaussian":
            left_out.append(
                f"{planned.name}: its family is '{planned.family}', but power is computed for Gaussian models only; --check simulates the others."
            )
            continue
        primary = len(planned.primary) if planned.combined == "any" else 1
        contrasts, notes = _contrasts_of(study, planned)
        left_out += notes
        for contrast in contrasts:
            of_answers = any(is_answered(name, study.names) for name in contrast.lines)
            smallest = bound_of(study, mode, planned.outcome, assumed, of_answers=of_answers)
            divided = primary if planned.role(contrast.name) == "primary" else secondary
            tests.append(PlannedTest(planned, contrast, smallest, divided, of_answers))
    tests = _chosen(tests, wanted) if wanted else tests
    if not tests:
        raise AnalysisError(
            f"Power cannot be computed for any planned test of {study.study} in the mode {mode!r}.",
            " ".join(left_out) or "Plan a contrast under 'analysis'.",
        )
    return tests, left_out


def _chosen(tests: Sequence[PlannedTest], wanted: Sequence[str]) -> list[PlannedTest]:
    chosen: list[PlannedTest] = []
    for name in wanted:
        own = [t for t in tests if name in (t.name, t.planned.name, t.contrast.name)]
        if not own:
            known = [test.name for test in tests]
            near = get_close_matches(name, known, n=1, cutoff=0.3)
            raise AnalysisError(
                f"There is no planned test {name!r}.",
                (f"Did you mean {near[0]!r}? " if near else "") + f"Planned: {'; '.join(known)}.",
            )
        chosen += [test for test in own if test not in chosen]
    return chosen


def _contrasts_of(study: Study, planned: Planned) -> tuple[list[PlannedContrast], list[str]]:
    notes = []
    contrasts: list[PlannedContrast] = []
    for contrast in planned.contrasts:
        if TWO_LINES in contrast.lines.values():
            notes.append(
                f"{planned.name}: the test of two lines ({contrast.name}) is left to --check, which simulates it."
            )
        else:
            contrasts.append(contrast)
    whole = []
    for term in planned.terms:
        one = _single(study, planned, term)
        if one is None:
            whole.append(":".join(term))
        elif not any(same_contrast(one, contrast) for contrast in contrasts):
            contrasts.append(one)
    if whole:
        notes.append(
            f"{planned.name}: {' and '.join(whole)} {'are' if len(whole) > 1 else 'is'} tested as a whole, over several"
            " differences at once; power is computed for contrasts. Plan those that matter, or use --check."
        )
    return contrasts, notes


def _single(study: Study, planned: Planned, term: Term) -> PlannedContrast | None:
    """Return a term of one degree of freedom as a contrast; None if it has several."""
    stacked = stacks_of(planned.model, study.names)
    weights: dict[str, dict[str, Fraction]] = {}
    lines: dict[str, str] = {}
    for name in term:
        levels = levels_in(name, study.names, stacked)
        if levels is None:
            lines[name] = "slope"
        elif len(levels) == 2:
            first, second = levels
            weights[name] = {second: Fraction(1), first: Fraction(-1)}
        else:
            return None
    return PlannedContrast(":".join(term), weights, lines)
