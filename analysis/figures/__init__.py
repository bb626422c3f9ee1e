"""Figures of a report, drawn from stored results.

Each function of ``FIGURES`` takes the results of a mode and the stamp, and returns the plates that these results can
fill: figure, name, title and caption.
"""

from analysis.figures.curves import curves
from analysis.figures.distributions import distributions
from analysis.figures.forest import forest
from analysis.figures.means import means
from analysis.figures.plate import Plate
from analysis.figures.specifications import specifications
from analysis.figures.weights import weights
from analysis.showing.style import Stamp

#: In the order of the report.
FIGURES = (distributions, means, curves, weights, forest, specifications)

__all__ = ["FIGURES", "Plate", "Stamp"]
