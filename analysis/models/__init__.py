"""Statistical models of a data frame: formulas, model fits, contrasts, estimated marginal means, effect sizes."""

from analysis.models.contrasts import Contrast, contrast
from analysis.models.fitting import fit
from analysis.models.formula import Formula, RandomTerm, parse_formula, parse_random
from analysis.models.lee_bounds import LeeBounds, lee_bounds
from analysis.models.limits import fit_at_limit
from analysis.models.marginal import MarginalMeans, marginal_means, on_response
from analysis.models.random_terms import estimable
from analysis.models.rates import donation_spikes, rates
from analysis.models.response import response_contrast, response_means
from analysis.models.result import Component, Fit
from analysis.models.two_part import TwoPart, fit_parts, fit_two_part
from analysis.models.wald import Joint

__all__ = [
    "Component",
    "Contrast",
    "Fit",
    "Formula",
    "Joint",
    "LeeBounds",
    "MarginalMeans",
    "RandomTerm",
    "TwoPart",
    "contrast",
    "donation_spikes",
    "estimable",
    "fit",
    "fit_at_limit",
    "fit_parts",
    "fit_two_part",
    "lee_bounds",
    "marginal_means",
    "on_response",
    "parse_formula",
    "parse_random",
    "rates",
    "response_contrast",
    "response_means",
]
