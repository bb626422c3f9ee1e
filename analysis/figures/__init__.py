"""Figures of a report, drawn from stored results; each function returns a matplotlib figure."""

from analysis.figures.curves import curves
from analysis.figures.distributions import distributions
from analysis.figures.forest import forest
from analysis.figures.means import means
from analysis.figures.weights import weights
from analysis.showing.style import Stamp, svg

__all__ = ["Stamp", "curves", "distributions", "forest", "means", "svg", "weights"]
