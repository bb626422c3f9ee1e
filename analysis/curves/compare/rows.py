"""Rows of the table of what was tested (:mod:`analysis.curves.compare.tested`) of a comparison of curves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from analysis.curves.catalogue import family_label
from analysis.curves.claims import contrast_label
from analysis.curves.compare.by_contrast import MEANS
from analysis.curves.compare.flatness import SMALL, FlatEquivalence
from analysis.curves.compare.lack_of_fit import Misfit, SpecifiedCheck
from analysis.curves.compare.order import OrderTest
from analysis.curves.compare.tested import Decided, OneTest
from analysis.curves.compare.weights import Weights
from analysis.curves.fitting import CurveFit

ALL_CELLS = "all differences between the conditions"
"""Name of the equivalence test of all cells."""
ORDER_SHOWN = 3.0
"""A Bayes factor above this is moderate evidence by convention."""


def weight_rows(weights: Weights, bic: float, aicc: float, excluded: float) -> Iterator[OneTest]:
    """Yield the weights of each family, against those that are required and that below which it is excluded.

    The weight of a single family is 1 whatever the data, and decides nothing.
    """
    alone = "Nothing was compared with it." if len(weights.families) == 1 else ""
    for row in weights.families.to_dict("records"):
        family = str(row["family"])
        for by, required in (("BIC", bic), ("AICc", aicc)):
            value = float(row[f"weight_{by.lower()}"])
            few: Decided = "excluded" if value < excluded else "not shown"
            yield OneTest(
                what="weight",
                name=family,
                label=contrast_label(family_label(family)),
                decided="failed" if alone else "enough" if value >= required else few,
                family=family,
                by=by,
                estimate=value,
                bound=required,
                failed=alone,
            )


def fit_row(family: str, fit: CurveFit, test: Misfit | None) -> OneTest:
    """Return the test of fit of a family's best curve, before any correction."""
    curve = contrast_label(fit.hypothesis.id)
    name = contrast_label(family_label(family))
    row = OneTest(
        what="fit",
        name=fit.hypothesis.id,
        label=name if name == curve else f"{name}: {curve}",
        decided="not rejected",
        family=family,
        by="flat" if _is_flat(fit) else "",
    )
    if test is None:
        why = (
            "The curve would fit any means, or there are no means, or too few participants, with which it can be"
            " compared."
        )
        return replace(row, decided="failed", failed=why)
    return _with(test, row)


def _is_flat(fit: CurveFit) -> bool:
    return fit.hypothesis.intercept and not fit.hypothesis.slopes


def _with(test: Misfit, row: OneTest) -> OneTest:
    statistic = test.g2 if np.isinf(test.df_error) else test.g2 / test.df
    return replace(row, statistic=statistic, df_num=float(test.df), df=test.df_error, p=test.p)


def specified_rows(
    specified: Sequence[SpecifiedCheck], bests: Mapping[str, CurveFit]
) -> Iterator[OneTest]:
    """Yield the test of each specified curve, and of a flat line unless this is the best curve of a family."""
    for check in specified:
        curve = check.hypothesis
        row = OneTest(
            what="claim",
            name=curve.id,
            label=contrast_label(curve.title),
            decided="reversed" if check.scale < 0 else "not rejected",
            family=curve.family,
            estimate=check.rmse,
        )
        yield _with(check.misfit, row)
    if specified and not any(_is_flat(fit) for fit in bests.values()):
        check = specified[0]
        row = OneTest(
            what="flat",
            name="flat",
            label="a flat line",
            decided="not rejected",
            estimate=check.rmse_flat,
        )
        yield _with(check.misfit_flat, row)


def flatness_row(flat: FlatEquivalence) -> OneTest:
    """Return one row for the equivalence of all cells: that of the largest difference that is not shown to be small."""
    not_shown = [each for each in flat.pairs if each[1].verdict not in SMALL]
    label, pair = max(not_shown or flat.pairs, key=lambda each: abs(each[1].estimate))
    return OneTest(
        what="equivalence",
        name=ALL_CELLS,
        label=f"{ALL_CELLS}; the largest is {label}",
        decided="equivalent" if flat.equivalent else "not shown",
        by=MEANS,
        estimate=pair.estimate,
        se=pair.se,
        df=pair.df,
        p=pair.p,
        p_corrected=pair.p,
        ci_low=pair.ci_low,
        ci_high=pair.ci_high,
        level=0.90,
        bound=flat.sesoi,
    )


def order_row(order: OrderTest) -> OneTest:
    """Return the Bayes factor of the predicted order against its complement, and as ``statistic`` against equal means.

    It is supported if it is more likely than both, and contradicted if its complement is more likely than both it and
    equal means; ``bound`` is the largest possible Bayes factor against unrestricted means.
    """
    others, equal = order.bf_complement, order.bf_equal
    decided: Decided = "not shown"
    if min(others, equal) > ORDER_SHOWN:
        decided = "supported"
    elif min(1 / others, equal / others) > ORDER_SHOWN:
        decided = "contradicted"
    return OneTest(
        what="order",
        name="order",
        label="the predicted order of means",
        decided=decided,
        estimate=others,
        statistic=equal,
        bound=1 / order.prior,
    )
