"""The planned analysis: from data to frozen results.

``analyse`` does it for folders of data; ``write_results`` and ``read_results`` store what it found.
"""

from analysis.analysing.analyse import analyse, analyse_data, protocol_beside
from analysis.analysing.results import (
    Claim,
    Contest,
    Fitted,
    InMode,
    Measured,
    Plan,
    Provenance,
    Results,
)
from analysis.analysing.storing import read_results, write_results

__all__ = [
    "Claim",
    "Contest",
    "Fitted",
    "InMode",
    "Measured",
    "Plan",
    "Provenance",
    "Results",
    "analyse",
    "analyse_data",
    "protocol_beside",
    "read_results",
    "write_results",
]
