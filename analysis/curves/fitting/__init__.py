"""Fits of predicted curves, as fixed effects of a mixed model.

``fit_curve`` for one curve; ``prepare`` and ``fit_in`` for several under one likelihood; ``misfits``
for curves on the cell means of many studies without refitting (power, model recovery).
"""

from analysis.curves.fitting.cells import CellMeans
from analysis.curves.fitting.fit import CurveFit, fit_curve, fit_in
from analysis.curves.fitting.likelihood import CROSSED, curve_engine
from analysis.curves.fitting.problem import Problem, prepare
from analysis.curves.fitting.surface import identified, misfits

__all__ = [
    "CROSSED",
    "CellMeans",
    "CurveFit",
    "Problem",
    "curve_engine",
    "fit_curve",
    "fit_in",
    "identified",
    "misfits",
    "prepare",
]
