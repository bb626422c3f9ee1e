"""Fair comparison of predicted curves: weights by family, checks, and a verdict.

``compare`` does all of it; ``recover`` applies its rule to many simulated studies at once.
"""

from analysis.compare.comparison import Comparison, compare
from analysis.compare.flatness import equivalence_to_flat
from analysis.compare.lack_of_fit import Free, check_specified
from analysis.compare.many import UNDETERMINED, recover
from analysis.compare.order import order_test
from analysis.compare.verdict import Rule, Verdict
from analysis.compare.weights import weigh

__all__ = [
    "UNDETERMINED",
    "Comparison",
    "Free",
    "Rule",
    "Verdict",
    "check_specified",
    "compare",
    "equivalence_to_flat",
    "order_test",
    "recover",
    "weigh",
]
