"""Can this design tell? Power, required numbers, sensitivity and model recovery, before any data.

``power_of`` does it for one mode of a study; ``write_power`` and ``read_power`` store what it found. The
fast way draws sufficient statistics of whole blocks of studies (``world``) and fits the planned model to all
of them at once; the slow way (``full``) lets simulated people sit through the real study.
"""

from analysis.power.power import DEFAULT_CACHE, Power, power_of
from analysis.power.sentences import sentences
from analysis.power.settings import PowerSettings
from analysis.power.writing import read_power, write_power

__all__ = [
    "DEFAULT_CACHE",
    "Power",
    "PowerSettings",
    "power_of",
    "read_power",
    "sentences",
    "write_power",
]
