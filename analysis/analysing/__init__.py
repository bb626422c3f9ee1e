"""The planned analysis: from data to frozen results.

``analyse`` does it for folders of data; ``write_results`` and ``read_results`` store what it found.
"""

from analysis.analysing.analyse import analyse, analyse_data, protocol_beside
from analysis.analysing.results import (
    Contest,
    Fitted,
    InMode,
    Measured,
    Preregistered,
    Provenance,
    Results,
)
from analysis.analysing.storing import read_results, write_results

__all__ = [
    "Contest",
    "Fitted",
    "InMode",
    "Measured",
    "Preregistered",
    "Provenance",
    "Results",
    "analyse",
    "analyse_data",
    "protocol_beside",
    "read_results",
    "write_results",
]
