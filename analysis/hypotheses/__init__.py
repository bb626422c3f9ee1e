"""Theories as code: each predicted curve is one function that is drawn, fitted and simulated.

>>> from analysis.hypotheses import get
>>> get("M5").predict({"victims": [1, 2, 8, 100, 10_000, 800_000]}).round(3).tolist()
[1.0, 0.6, 0.115, 0.1, 0.1, 0.1]
"""

from analysis.hypotheses.base import Hypothesis, Parameter
from analysis.hypotheses.catalogue import MODEL_SETS, catalogue, get, listing, model_set
from analysis.hypotheses.drawing import draw, show

__all__ = [
    "MODEL_SETS",
    "Hypothesis",
    "Parameter",
    "catalogue",
    "draw",
    "get",
    "listing",
    "model_set",
    "show",
]
