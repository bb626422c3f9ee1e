"""The predictions of a study: which curves its hypotheses name, and which of its columns each curve reads.

A claim is a curve of the catalogue, an order of levels or a contrast that is claimed to be above zero. Orders and
contrasts become curves like those of the catalogue, so that all of them are fitted, compared, simulated and
powered by the same functions.
"""

from analysis.curves.claims.contrasts import Claimed, ClaimedContrast, contrasts_of, pairs_of
from analysis.curves.claims.labels import contrast_label, factor_to_name, label_of, level_words
from analysis.curves.claims.patterns import read_level
from analysis.curves.claims.predictions import Prediction, known_names, names_of, predictions

__all__ = [
    "Claimed",
    "ClaimedContrast",
    "Prediction",
    "contrast_label",
    "contrasts_of",
    "factor_to_name",
    "known_names",
    "label_of",
    "level_words",
    "names_of",
    "pairs_of",
    "predictions",
    "read_level",
]
