"""The planned tests of a study: the contrasts of each model, and which test is the primary one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from experiments.files.faults import Key, nearest
from experiments.language.contrasts import Contrast, Levels, Order
from experiments.language.formulas import Term
from experiments.protocol.names import AddressError, Names
from experiments.protocol.planned_contrast import PlanError, PlannedContrast, levels_in, look_up
from experiments.protocol.sections import Hypothesis, PlannedModel, Several
from experiments.protocol.study_file import entry_key

Combined = Literal["one", "any", "all"]


@dataclass(frozen=True)
class PlannedTests:
    """What is tested in a model."""

    contrasts: tuple[PlannedContrast, ...]
    """The contrasts, each once; the primary ones first, if this is their model."""
    terms: tuple[Term, ...] = ()
    """Terms of the formula that are tested as a whole, in a model that names no contrasts, but for those that are
    one of the contrasts again, such as the only difference between two levels."""

    @property
    def effects(self) -> tuple[tuple[str, ...], ...]:
        """The names of each test."""
        return (*(each.names for each in self.contrasts), *self.terms)


@dataclass(frozen=True)
class PrimaryTest:
    """The primary test of the study: one contrast, or several of one model."""

    model: str
    """Name of the model; '' if it is the only one."""
    outcome: str
    contrasts: tuple[PlannedContrast, ...]
    combined: Combined
    """``any``: at least one must hold (Holm); ``all``: each must hold, at alpha."""


class PrimaryError(PlanError):
    """There is no primary test, or more than one; ``key`` is where it must be said."""

    def __init__(self, key: Key, found: str, remedy: str) -> None:
        super().__init__(found, remedy)
        self.key = key


def planned_tests(model: PlannedModel, names: Names) -> PlannedTests:
    """Return what is tested in a model: its primary contrasts and its contrasts.

    Without ``contrasts`` these are the claim's, and each term of the formula as a whole.

    Raises
    ------
    PlanError
        If a contrast does not fit the formula.
    """
    written = list(primary_contrasts(model))
    if not model.contrasts:
        written += _claim_of(model, names)
    elif not written and _holds_the_primary_test(model, names):
        written += _claim_of(model, names)[:1]
    written += model.contrasts
    once = {str(each): each for each in written}
    stacked = stacks_of(model, names)
    contrasts = tuple(
        look_up(each, model.formula.predictors, names, stacked) for each in once.values()
    )
    terms = [
        term
        for term in model.formula.effects
        if not model.contrasts
        and not any(_is_term(each, term, names, stacked) for each in contrasts)
    ]
    return PlannedTests(contrasts, tuple(terms))


def _is_term(
    contrast: PlannedContrast, term: Term, names: Names, stacked: Mapping[str, Sequence[str]]
) -> bool:
    """Return whether a contrast is all that a term of one degree of freedom tests (F is the square of its t)."""
    if set(contrast.names) != set(term) or set(contrast.weights) != set(contrast.compared):
        return False
    if any(kind == "two lines" for kind in contrast.lines.values()):
        return False
    levels = {name: levels_in(name, names, stacked) for name in term}
    if any(own is None and contrast.lines[name] != "slope" for name, own in levels.items()):
        return False
    return all(own is None or len(own) == 2 for own in levels.values())


def primary_test(names: Names) -> PrimaryTest:
    """Return the primary test of a study.

    It is the claim's if that is a contrast or an order of two, the only contrast there is, or the model's
    ``primary``. Its outcome is that of the first hypothesis.

    Raises
    ------
    PrimaryError
        If there is none, or more than one.
    """
    study = names.study
    named = [name for name, model in study.analysis.items() if model.primary is not None]
    if len(named) > 1:
        which = " and ".join(f"'{name}'" for name in named)
        key = (*entry_key("analysis", named[-1]), "primary")
        raise PrimaryError(key, f"{which} both have a primary test", "Keep one of them.")
    hypothesis = next(iter(study.hypothesis.values()), None)
    claim = _two_sided(hypothesis)
    if named:
        return _named(names, named[0], hypothesis, claim)
    if hypothesis is not None and claim is not None:
        return _claimed(names, hypothesis, claim)
    only = [
        (name, contrast) for name, model in study.analysis.items() for contrast in model.contrasts
    ]
    if len(only) == 1:
        name, contrast = only[0]
        key = (*entry_key("analysis", name), "contrasts", 0)
        return _found(names, name, hypothesis, (contrast,), "one", key)
    found = "the study does not say which test is the primary one"
    remedy = "Add 'primary: A - B' to the model of the main outcome."
    raise PrimaryError(entry_key("analysis", next(iter(study.analysis))), found, remedy)


def stacks_of(model: PlannedModel, names: Names) -> dict[str, Sequence[str]]:
    """Return the sessions and steps that a formula stacks: those in which its outcomes are asked."""
    stacked: dict[str, Sequence[str]] = {}
    for name in ("session", "step"):
        if name in model.formula.predictors:
            fitting = [
                measure for outcome in model.formula.outcomes for measure in names.fitting(outcome)
            ]
            found = dict.fromkeys(getattr(measure, name) for measure in fitting)
            stacked[name] = list(found) or list(names.study.flow if name == "session" else ())
    return stacked


def primary_contrasts(model: PlannedModel) -> tuple[Contrast, ...]:
    """Return the primary contrasts that a model names."""
    if isinstance(model.primary, Several):
        return (*model.primary.any, *model.primary.all)
    return () if model.primary is None else (model.primary,)


def _claim_of(model: PlannedModel, names: Names) -> tuple[Contrast, ...]:
    """Return the contrasts of the claims about a model's outcomes that its formula can test."""
    found: list[Contrast] = []
    for hypothesis in names.study.hypothesis.values():
        if any(same_measure(names, hypothesis.outcome, one) for one in model.formula.outcomes):
            for contrast in _contrasts_of_claim(hypothesis):
                try:
                    look_up(contrast, model.formula.predictors, names, stacks_of(model, names))
                except PlanError:
                    continue  # The model is about other predictors.
                found.append(contrast)
    return tuple(found)


def _contrasts_of_claim(hypothesis: Hypothesis) -> list[Contrast]:
    claim = hypothesis.claim
    if isinstance(claim, Contrast):
        return [claim]
    if isinstance(claim, Order):
        return [
            Contrast(((None, Levels(higher, lower)),))
            for higher, lower in zip(claim.groups, claim.groups[1:], strict=False)
        ]
    return []


def _two_sided(hypothesis: Hypothesis | None) -> Contrast | None:
    """Return the claim as a contrast if it is one, or an order of two levels."""
    if hypothesis is None:
        return None
    claim = hypothesis.claim
    if isinstance(claim, Order) and (len(claim.levels) > 2 or len(claim.groups) < 2):
        return None
    found = _contrasts_of_claim(hypothesis)
    return found[0] if found else None


def _holds_the_primary_test(model: PlannedModel, names: Names) -> bool:
    try:
        return names.study.analysis[primary_test(names).model] is model
    except PlanError:
        return False


def _named(
    names: Names, name: str, hypothesis: Hypothesis | None, claim: Contrast | None
) -> PrimaryTest:
    model = names.study.analysis[name]
    key: Key = (*entry_key("analysis", name), "primary")
    combined: Combined = "one"
    if isinstance(model.primary, Several):
        combined = "any" if model.primary.any else "all"
    contrasts = primary_contrasts(model)
    found = _found(names, name, hypothesis, contrasts, combined, key)
    if hypothesis is not None and claim is not None and combined == "one":
        try:
            claimed = look_up(claim, model.formula.predictors, names, stacks_of(model, names))
        except PlanError as error:
            raise PrimaryError(
                key, f"the claim is '{claim}', which this model cannot test: {error}", error.remedy
            ) from None
        (primary,) = found.contrasts
        if (claimed.weights, claimed.lines) != (primary.weights, primary.lines):
            what = f"the claim is '{hypothesis.claim}', but the primary test is '{primary.name}'"
            raise PrimaryError(key, what, f"Write 'primary: {claim}', or leave it out.")
    return found


def _claimed(names: Names, hypothesis: Hypothesis, claim: Contrast) -> PrimaryTest:
    of_outcome = [
        name
        for name, model in names.study.analysis.items()
        if any(same_measure(names, hypothesis.outcome, one) for one in model.formula.outcomes)
    ]
    key: Key = entry_key("hypothesis", next(iter(names.study.hypothesis)))
    if not of_outcome:
        _resolve(names, hypothesis.outcome)
        known = [one for m in names.study.analysis.values() for one in m.formula.outcomes]
        raise PrimaryError(
            (*key, "outcome"),
            f"no model has the outcome '{hypothesis.outcome}'",
            nearest(hypothesis.outcome, known),
        )
    last: PlanError | None = None
    for name in of_outcome:
        try:
            return _found(names, name, hypothesis, (claim,), "one", (*key, "claim"))
        except PlanError as error:
            last = last or error
    assert last is not None
    raise PrimaryError((*key, "claim"), str(last), last.remedy)


def _found(
    names: Names,
    name: str,
    hypothesis: Hypothesis | None,
    contrasts: Sequence[Contrast],
    combined: Combined,
    key: Key,
) -> PrimaryTest:
    model = names.study.analysis[name]
    outcomes = model.formula.outcomes
    if hypothesis is not None:
        outcomes = tuple(one for one in outcomes if same_measure(names, hypothesis.outcome, one))
        if not outcomes:
            _resolve(names, hypothesis.outcome)
            found = (
                f"the primary test is of {' and '.join(model.formula.outcomes)}, but the hypothesis is about "
                f"{hypothesis.outcome}"
            )
            raise PrimaryError(key, found, f"Write it in a model of {hypothesis.outcome}.")
    if len(outcomes) > 1:
        found = f"the primary test is in a model of {' and '.join(outcomes)}"
        raise PrimaryError(key, found, "Give the main outcome a model of its own.")
    stacked = stacks_of(model, names)
    looked_up = tuple(look_up(c, model.formula.predictors, names, stacked) for c in contrasts)
    return PrimaryTest(name, outcomes[0], looked_up, combined)


def _resolve(names: Names, hypothesis: str) -> None:
    """Raise an error, which is a fault of its own, if an outcome is no measure or column."""
    outcomes = [one for model in names.study.analysis.values() for one in model.formula.outcomes]
    for outcome in (hypothesis, *outcomes):
        if outcome not in names.study.columns:
            try:
                names.measure(outcome)
            except AddressError as error:
                raise PlanError(str(error), error.remedy) from None


def same_measure(names: Names, one: str, other: str) -> bool:
    """Return whether two addresses are of the same measure or column."""
    if one == other or one in names.study.columns or other in names.study.columns:
        return one == other
    try:
        return names.measure(one).address == names.measure(other).address
    except AddressError:
        return False
