"""Can this design answer its question? Power, required numbers, sensitivity and model recovery, before any data.

``power_of`` answers it for one mode of a study; ``write_power`` and ``read_power`` store what it found. Power comes
from the expected REML information (``expected``); where that is doubtful the planned model is fitted to drawn
studies (``monte_carlo``, ``contest``); and simulated participants can go through the real study (``check``).
"""

from analysis.power.plan import PowerSettings
from analysis.power.power import DEFAULT_CACHE, power_of
from analysis.power.result import Power, notes, sentences
from analysis.power.writing import default_folder, read_power, write_power

__all__ = [
    "DEFAULT_CACHE",
    "Power",
    "PowerSettings",
    "default_folder",
    "notes",
    "power_of",
    "read_power",
    "sentences",
    "write_power",
]
