"""Catalogue of predicted curves: each is one function, which is drawn, fitted and simulated.

>>> from analysis.curves.catalogue import get
>>> get("M5").predict({"victims": [1, 2, 8, 100, 10_000, 800_000]}).round(3).tolist()
[1.0, 0.6, 0.115, 0.1, 0.1, 0.1]
"""

from analysis.curves.catalogue.catalogue import MODEL_SETS, catalogue, family_label, get, model_set
from analysis.curves.catalogue.decorator import curve
from analysis.curves.catalogue.design import Array, Column, Words, crossed, indicator
from analysis.curves.catalogue.hypothesis import Hypothesis
from analysis.curves.catalogue.parameter import Level, Shape, Slope

__all__ = [
    "MODEL_SETS",
    "Array",
    "Column",
    "Hypothesis",
    "Level",
    "Shape",
    "Slope",
    "Words",
    "catalogue",
    "crossed",
    "curve",
    "family_label",
    "get",
    "indicator",
    "model_set",
]
