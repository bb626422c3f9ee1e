"""Fits of predicted curves, as fixed effects of a mixed model.

``prepare`` and ``fit_in`` fit one curve or several under one likelihood; ``misfits`` fits
curves to the cell means of many studies at once, without refitting the data (power, model recovery).
"""

from analysis.curves.fitting.cells import CellMeans
from analysis.curves.fitting.errors import Known
from analysis.curves.fitting.fit import CurveFit, fit_in
from analysis.curves.fitting.likelihood import CROSSED, curve_engine
from analysis.curves.fitting.problem import Problem, prepare
from analysis.curves.fitting.surface import identified, misfits

__all__ = [
    "CROSSED",
    "CellMeans",
    "CurveFit",
    "Known",
    "Problem",
    "curve_engine",
    "fit_in",
    "identified",
    "misfits",
    "prepare",
]
