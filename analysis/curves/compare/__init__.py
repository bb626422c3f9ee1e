"""Comparison of predicted curves: model weights by family, goodness of fit, and a verdict.

``compare`` carries out all of it; ``recover`` applies its rule to many simulated studies at once.
"""

from analysis.curves.compare.by_contrast import combined_codes, contrast_codes
from analysis.curves.compare.cell_contrasts import Groups
from analysis.curves.compare.comparing import compare
from analysis.curves.compare.comparison import Comparison
from analysis.curves.compare.flatness import equivalence_to_flat
from analysis.curves.compare.lack_of_fit import Free, check_specified
from analysis.curves.compare.order import OrderTest, order_test
from analysis.curves.compare.recovery import UNDETERMINED, recover
from analysis.curves.compare.rule import Rule
from analysis.curves.compare.tested import OneTest
from analysis.curves.compare.verdict import Verdict
from analysis.curves.compare.weights import weigh

__all__ = [
    "UNDETERMINED",
    "Comparison",
    "Free",
    "Groups",
    "OneTest",
    "OrderTest",
    "Rule",
    "Verdict",
    "check_specified",
    "combined_codes",
    "compare",
    "contrast_codes",
    "equivalence_to_flat",
    "order_test",
    "recover",
    "weigh",
]
