"""Fair comparison of predicted curves: weights by family, checks, and a verdict.

``compare`` does all of it; the parts can be used one by one.
"""

from analysis.compare.comparison import Comparison, compare
from analysis.compare.corner import Corner, corner
from analysis.compare.flatness import (
    FlatEquivalence,
    equivalence_to_flat,
    within_sd,
)
from analysis.compare.lack_of_fit import Misfit, misfit
from analysis.compare.many import UNDETERMINED, Recovery, recover
from analysis.compare.order import OrderTest, order_test, prior_share
from analysis.compare.specified import SpecifiedCheck, check_specified
from analysis.compare.verdict import Rule, Verdict, verdict
from analysis.compare.weights import Weights, weigh

__all__ = [
    "UNDETERMINED",
    "Comparison",
    "Corner",
    "FlatEquivalence",
    "Misfit",
    "OrderTest",
    "Recovery",
    "Rule",
    "SpecifiedCheck",
    "Verdict",
    "Weights",
    "check_specified",
    "compare",
    "corner",
    "equivalence_to_flat",
    "misfit",
    "order_test",
    "prior_share",
    "recover",
    "verdict",
    "weigh",
    "within_sd",
]
