"""The predictions of a hypothesis: its claim, other predictions of it, and rivals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf, isfinite
from typing import Literal

from analysis.curves.catalogue import Hypothesis, get
from analysis.curves.catalogue.design import UNIT_SCALE
from analysis.curves.claims.columns import check_over, columns_of
from analysis.curves.claims.written import contrast_curve, order_curve
from analysis.errors import AnalysisError
from experiments.files.faults import Key, nearest
from experiments.language.contrasts import Claim, Contrast, CurveName, Levels, Order
from experiments.numbers import scale_value
from experiments.protocol.names import AddressError, Names
from experiments.protocol.planned import same_measure, stacks_of
from experiments.protocol.planned_contrast import PlanError, PlannedContrast, levels_in, look_up
from experiments.protocol.sections import Hypothesis as Written
from experiments.protocol.sections import PlannedModel
from experiments.study import Study

Part = Literal["claim", "also", "rival"]


@dataclass(frozen=True)
class Prediction:
    """A prediction of a study about an outcome."""

    part: Part
    """Whether it is the claim, another prediction of it, or a rival."""
    label: str
    """Title of the curve; an order or a contrast as it is written."""
    curve: Hypothesis
    columns: Mapping[str, str]
    """Column that the curve reads -> factor, measure or column of the study."""
    written: Claim
    """As it is written in the study."""
    contrast: PlannedContrast | None = None
    """If it is a contrast: its weights."""

    @property
    def order(self) -> Order | None:
        """The order, if it is one."""
        return self.written if isinstance(self.written, Order) else None


def predictions(study: Study, name: str | None = None) -> tuple[Prediction, ...]:
    """Return the predictions of a hypothesis, each once: the claim, other predictions of it, rivals.

    Parameters
    ----------
    name
        Name of the hypothesis, by default the first.

    Returns
    -------
    tuple of Prediction
        The claim first; empty if the study has no hypothesis.

    Raises
    ------
    AnalysisError
        If the hypothesis, a curve or a column of a curve is unknown, or a claim cannot be a curve.
    """
    hypotheses = study.file.hypothesis
    if not hypotheses and name is None:
        return ()
    chosen = next(iter(hypotheses)) if name is None else name
    if chosen not in hypotheses:
        raise AnalysisError(
            f"The study has no hypothesis '{chosen}'.", nearest(chosen, filter(None, hypotheses))
        )
    written = hypotheses[chosen]
    found: dict[str, Prediction] = {}
    for part, _, claim in claims_of(written):
        one = prediction_of(part, claim, written, study)
        found.setdefault(one.curve.id, one)
    check_over(written, [one.curve for one in found.values()])
    for one in found.values():
        _check_range(study, one)
    return tuple(found.values())


def _check_range(study: Study, one: Prediction) -> None:
    """Check that answers which a curve with a shape reads have the range that it is about, where this is 0 to 1.

    Other curves only have other units where the answers have.
    """
    if not one.curve.shape:
        return
    for column, name in one.columns.items():
        drawn = one.curve.column(column).drawn
        if drawn is not UNIT_SCALE or name in {*study.names.factors, *study.file.columns}:
            continue
        try:
            known = study.range(name, study.modes[0])
        except AddressError:
            continue
        if known is not None and (known.low < 0 or known.high > 1):
            low, size = scale_value(known.low), scale_value(known.high - known.low)
            above = f"({name} - {low})" if known.low else name
            raise AnalysisError(
                f"{one.label} reads {column} from 0 to 1, and '{name}' goes from {low} to {scale_value(known.high)}.",
                f"Write a column, such as '{above} / {size}', and name it in 'over'.",
            )


def claims_of(written: Written) -> Iterator[tuple[Part, Key, Claim]]:
    """Yield the predictions of a hypothesis as they are written, with their part and their key in the hypothesis."""
    yield "claim", ("claim",), written.claim
    for place, claim in enumerate(written.also):
        yield "also", ("also", place), claim
    for place, claim in enumerate(written.rivals):
        yield "rival", ("rivals", place), claim


def names_of(found: Sequence[Prediction]) -> dict[str, str]:
    """Return the name in the study of each column that the curves read."""
    return {column: name for one in found for column, name in one.columns.items()}


def known_names(study: Study, found: Sequence[Prediction]) -> frozenset[str]:
    """Return all names of the study that the curves depend on, through computed columns too."""
    columns = study.file.columns
    known: set[str] = set()
    waiting = list(names_of(found).values())
    while waiting:
        name = waiting.pop()
        if name not in known:
            known.add(name)
            if name in columns:
                waiting += columns[name].of.names
    return frozenset(known)


def prediction_of(part: Part, claim: Claim, written: Written, study: Study) -> Prediction:
    """Return one prediction of a hypothesis as a curve.

    Raises
    ------
    AnalysisError
        If the curve or a column of it is unknown, or the claim cannot be a curve.
    """
    names = study.names
    models = list(_models(written, names))
    if isinstance(claim, CurveName):
        curve = _named(claim.name)
        factors = dict.fromkeys(
            name for model in models for name in model.formula.predictors if name in names.factors
        )
        columns = columns_of(curve, written, list(factors), names)
        return Prediction(part, curve.title, curve, columns, claim)
    if isinstance(claim, Order):
        everything = Contrast(((None, Levels(claim.levels)),))
        looked_up, levels_of = _look_up(everything, models, names)
        (factor,) = looked_up.weights
        curve = order_curve(claim, factor, levels_of[factor], names)
        return Prediction(part, curve.title, curve, {factor: factor}, claim)
    looked_up, levels_of = _look_up(claim, models, names)
    levels = {name: levels_of[name] for name in looked_up.weights}
    ranges = {name: _range(name, study) for name in looked_up.lines}
    curve = contrast_curve(looked_up, levels, ranges, names)
    return Prediction(
        part, curve.title, curve, {name: name for name in curve.reads}, claim, looked_up
    )


def _named(name: str) -> Hypothesis:
    try:
        return get(name)
    except AnalysisError as error:
        raise AnalysisError(f"There is no curve '{name}'.", error.remedy) from None


def _models(written: Written, names: Names) -> Iterator[PlannedModel]:
    """Yield the models of the outcome of a hypothesis."""
    for model in names.study.analysis.values():
        if any(same_measure(names, written.outcome, one) for one in model.formula.outcomes):
            yield model


def _look_up(
    contrast: Contrast, models: Sequence[PlannedModel], names: Names
) -> tuple[PlannedContrast, dict[str, Sequence[str]]]:
    """Look up a contrast among the predictors of the outcome's models, else among all factors."""
    tried: PlanError | None = None
    for predictors, stacked in (
        *((model.formula.predictors, stacks_of(model, names)) for model in models),
        (tuple(names.factors), {}),
    ):
        try:
            found = look_up(contrast, predictors, names, stacked)
        except PlanError as error:
            tried = tried or error
            continue
        levels = {name: levels_in(name, names, stacked) or () for name in found.weights}
        return found, levels
    assert tried is not None
    raise AnalysisError(f"The claim '{contrast}' does not fit: {tried}.", tried.remedy)


def _range(name: str, study: Study) -> tuple[float, float]:
    """Return the lowest and highest value of a number, for drawings and simulations."""
    names = study.names
    numbers = names.factors[name].numbers if name in names.factors else None
    if numbers is not None:
        return min(numbers.values()), max(numbers.values())
    column = names.study.columns.get(name)
    if column is not None and column.standard:
        return -2.0, 2.0
    try:
        known = study.range(name, study.modes[0])
    except AddressError:
        known = None
    if known is not None and isfinite(known.low) and known.low < known.high < inf:
        return known.low, known.high
    return 0.0, 1.0
