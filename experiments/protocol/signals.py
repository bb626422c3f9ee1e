"""What can be imported of recorded signals."""

from __future__ import annotations

from collections.abc import Mapping

from experiments.language.columns import Import
from experiments.protocol.sections import Computed

SOURCE = "physiology"
"""What is written before the dot in ``import physiology.lnhf``."""

MEASURES: dict[str, str] = {
    "lnhf": "Respiratory sinus arrhythmia: natural logarithm of the power of RR intervals from 0.15 to 0.40 Hz (ms²; Welch).",
    "rmssd": "Root mean square of successive differences of RR intervals (ms).",
    "respiration": "Mean respiration rate (breaths per minute).",
    "scr": "Mean amplitude of skin conductance responses (unit of the recording); 0 if there was none.",
    "artifacts": "Share of beats that were corrected (0 to 1).",
}
"""Columns that a study can import."""


def measure_of(source: str) -> str:
    """Return the measure that is imported, such as ``lnhf`` of ``physiology.lnhf``; '' if there is no such."""
    where, _, measure = source.partition(".")
    return measure if where == SOURCE and measure in MEASURES else ""


def needs_signals(name: str, columns: Mapping[str, Computed]) -> bool:
    """Return whether a name is a column of imported signals, or is computed from one."""
    if name not in columns:
        return False
    of = columns[name].of
    return isinstance(of.value, Import) or any(needs_signals(each, columns) for each in of.names)
