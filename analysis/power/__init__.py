"""Can this design tell what it asks? Power, required numbers, sensitivity and model recovery, before any data.

``power_of`` answers it for one mode of a study; ``write_power`` and ``read_power`` store what it found. Power comes
from the expected REML information (``expected``); where that is doubtful the planned model is fitted to drawn
studies (``monte_carlo``); and simulated participants can go through the real study (``check``).
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analysis.power.plan import PowerSettings
    from analysis.power.power import DEFAULT_CACHE, Power, power_of
    from analysis.power.writing import notes, read_power, sentences, write_power

_HOMES = {
    "DEFAULT_CACHE": "power",
    "Power": "power",
    "PowerSettings": "plan",
    "notes": "writing",
    "power_of": "power",
    "read_power": "writing",
    "sentences": "writing",
    "write_power": "writing",
}
__all__ = [
    "DEFAULT_CACHE",
    "Power",
    "PowerSettings",
    "notes",
    "power_of",
    "read_power",
    "sentences",
    "write_power",
]


def __getattr__(name: str) -> Any:
    """Import on demand: a worker on a cluster needs the tasks alone, not the reports and figures."""
    if name in _HOMES:
        return getattr(import_module(f"analysis.power.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
