"""Predicted curves fitted to data: likelihood first, then curve.

``fit_curve`` for one curve, ``fit_curves`` for a set under one likelihood, ``fit_means`` and
``misfits`` for curves on cell means without refitting (power, model recovery).
"""

from analysis.curves.cells import CellMeans, cell_means
from analysis.curves.engines import CROSSED, CurveEngine, Engine, curve_engine, two_part_engine
from analysis.curves.fit import fit_curve, fit_curves, fit_in
from analysis.curves.means import MeansFit, fit_means, identified, misfits
from analysis.curves.problem import Problem, prepare
from analysis.curves.result import CurveFit

__all__ = [
    "CROSSED",
    "CellMeans",
    "CurveEngine",
    "CurveFit",
    "Engine",
    "MeansFit",
    "Problem",
    "cell_means",
    "curve_engine",
    "fit_curve",
    "fit_curves",
    "fit_in",
    "fit_means",
    "identified",
    "misfits",
    "prepare",
    "two_part_engine",
]
