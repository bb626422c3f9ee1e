"""Can this design tell? Power, required numbers, sensitivity and model recovery, before any data.

``power_of`` does it for one mode of a study; ``write_power`` and ``read_power`` store what it found. The
fast way draws sufficient statistics of whole blocks of studies (``world``) and fits the planned model to all
of them at once; the slow way (``full``) lets simulated people sit through the real study.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analysis.power.power import DEFAULT_CACHE, Power, power_of
    from analysis.power.settings import PowerSettings
    from analysis.power.telling import sentences
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
_HOMES = {
    "DEFAULT_CACHE": "power",
    "Power": "power",
    "power_of": "power",
    "sentences": "telling",
    "PowerSettings": "settings",
    "read_power": "writing",
    "write_power": "writing",
}


def __getattr__(name: str) -> Any:
    """Import on demand: a worker on a cluster needs the tasks alone, not the reports and figures."""
    if name in _HOMES:
        return getattr(import_module(f"analysis.power.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
