"""What a preregistration says of the protocol that the data are analysed with."""

from __future__ import annotations

from pathlib import Path

from analysis.analysing.results import Preregistered
from experiments.protocol import Protocol


def against_prereg(file: Path, protocol: Protocol) -> Preregistered:
    """Compare the protocol with a preregistration.

    Raises
    ------
    AnalysisError
        If the file is no preregistration, or of another study.
    """
    # Preregistrations are drafted with this package's own analysis, so that they cannot come first.
    from analysis.prereg import check_prereg, read_prereg

    deviations = tuple(check_prereg(file, protocol))
    return Preregistered(file.name, str(read_prereg(file)["hash"])[:16], deviations)
