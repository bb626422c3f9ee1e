"""The comparison told to a reader who has had one statistics course."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.compare.flatness import FlatEquivalence
from analysis.compare.lack_of_fit import Misfit
from analysis.compare.order import OrderTest
from analysis.compare.specified import SpecifiedCheck
from analysis.compare.verdict import Verdict, family_words
from analysis.compare.weights import Weights
from analysis.curves import CurveFit
from analysis.curves.problem import Problem
from analysis.predictive import ElpdDifference


def explain(
    problem: Problem,
    fits: Sequence[CurveFit],
    weights: Weights,
    verdict: Verdict,
    specified: Sequence[SpecifiedCheck] = (),
    order: OrderTest | None = None,
    flat: FlatEquivalence | None = None,
    prediction: ElpdDifference | None = None,
) -> tuple[str, ...]:
    """Paragraphs, the verdict first."""
    paragraphs = [verdict.sentence, _what_was_done(problem, fits), _weights(weights)]
    if problem.cells is not None and not problem.lone_stimuli:
        paragraphs.append(_misfit(_best(weights, fits), verdict.misfit))
    if prediction is not None:
        paragraphs.append(
            "Another way to compare the two families in front: each person is left out in turn, and "
            "their answers are predicted from everybody else's. elpd adds up how likely the left-out "
            "answers were, on the logarithmic scale; a difference below 4, or below two standard "
            f"errors, is not interpreted. {prediction.sentence[0].upper()}{prediction.sentence[1:]}"
        )
    if specified:
        paragraphs.append(_specified(specified))
    if order is not None:
        paragraphs.append(
            f"A prediction can also be a mere order: {_order_words(problem)}. {order.sentence()}"
            + " A Bayes factor of 1 says nothing, 3 to 10 "
            "is moderate and above 10 strong evidence (conventional words)."
        )
    if flat is not None:
        paragraphs.append(
            "That a difference is not significant does not show that it is absent. The "
            "equivalence test asks whether every difference is demonstrably smaller than the "
            "smallest one that would matter. " + flat.sentence()
        )
    best = _best(weights, fits)
    cautions = list(dict.fromkeys([*problem.notes, *best.notes]))
    if cautions:
        paragraphs.append("To be kept in mind: " + " ".join(cautions))
    return tuple(paragraphs)


def _order_words(problem: Problem) -> str:
    columns = problem.cells.columns if problem.cells is not None else ()
    if columns == ("group",):
        return "the in-group receives more than the unaffiliated, and these more than the out-group"
    return "the more victims, the less is given or felt"


def _best(weights: Weights, fits: Sequence[CurveFit]) -> CurveFit:
    """The best curve of the family that leads by BIC."""
    name = str(weights.families.set_index("family").loc[weights.leader("bic"), "best"])
    return next(f for f in fits if f.hypothesis.id == name)


def _what_was_done(problem: Problem, fits: Sequence[CurveFit]) -> str:
    families = len({f.hypothesis.family for f in fits})
    return (
        f"{len(fits)} predicted curves of {families} families were fitted to the same "
        f"{problem.n:,} answers ({problem.response}) under the same probability model. A curve "
        "with more adjustable numbers always comes closer to the data, so closeness alone proves "
        "nothing: each curve pays for its adjustable numbers. AICc asks which curve would predict "
        "new answers best; BIC asks which is most plausible given the data, and charges more per "
        "number the larger the study."
    )


def _weights(weights: Weights) -> str:
    table = weights.families.sort_values("weight_bic", ascending=False)
    columns = (table["family"], table["weight_bic"], table["weight_aicc"])
    told = "; ".join(
        f"{family_words(str(family))} {bic:.2f} (AICc {aicc:.2f})"
        for family, bic, aicc in zip(*columns, strict=True)
    )
    return (
        "The weights share out the number 1 over families of curves, each family starting with "
        f"the same share ({table['prior'].iloc[0]:.2f}), however many variants of it are in the "
        "set: otherwise three spellings of one idea would have three votes. After the data, by "
        f"BIC: {told}. Weights compare only the curves in the set; all of them may be wrong. The "
        "Bayes factors derived from BIC are approximations."
    )


def _misfit(best: CurveFit, test: Misfit | None) -> str:
    if test is None:
        return (
            f"The best curve, {best.hypothesis.id}, has as many adjustable numbers as the design "
            "has cells: it would fit any means, so that its fit says nothing about its truth."
        )
    fate = "they differ by more than chance" if test.p < 0.05 else "the difference is within chance"
    return (
        f"Whether even the best curve is good enough is seen against means that are free in every "
        f"cell: for {best.hypothesis.id} {fate} ({test})."
    )


def _specified(checks: Sequence[SpecifiedCheck]) -> str:
    return (
        "The strictest test leaves a curve nothing to adjust but the scale of the answers. "
        + " ".join(check.sentence() for check in checks)
    )
