"""Power analysis: power, required sample sizes, sensitivity and model recovery of a planned study.

``power_of`` analyses one mode of a study; ``write_power`` and ``read_power`` store and read the result. Power is computed from
the expected REML information (``expected``); where this approximation is doubtful, the planned model is fitted to
simulated studies (``monte_carlo``). ``model_recovery`` simulates the model comparison, and ``check`` runs simulated
participants through the whole study.
"""

from analysis.power.foretold import foretold
from analysis.power.power import DEFAULT_CACHE, power_of
from analysis.power.result import Power, notes, sentences
from analysis.power.settings import PowerSettings
from analysis.power.writing import default_folder, read_power, write_power

__all__ = [
    "DEFAULT_CACHE",
    "Power",
    "PowerSettings",
    "default_folder",
    "foretold",
    "notes",
    "power_of",
    "read_power",
    "sentences",
    "write_power",
]
