"""What a preregistration says of the protocol that the data are analysed with."""

from __future__ import annotations

from pathlib import Path

from experiments.protocol import Protocol


def against_prereg(file: Path, protocol: Protocol) -> tuple[str, tuple[str, ...]]:
    """Compare the protocol with a preregistration.

    Returns
    -------
    str
        What was checked, with what outcome.
    tuple of str
        Every deviation.

    Raises
    ------
    AnalysisError
        If the file is no preregistration, or of another study.
    """
    # Preregistrations are drafted with this package's own analysis, so that they cannot come first.
    from analysis.prereg import check_prereg, read_prereg

    deviations = tuple(check_prereg(file, protocol))
    lock = str(read_prereg(file)["hash"])[:16]
    said = f"The analysis was checked against the preregistration {file.name} (hash {lock})."
    if deviations:
        return f"{said} It deviates from it:", deviations
    return f"{said} Nothing deviates from it.", ()
