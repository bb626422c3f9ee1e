"""Simulated sessions a second on one core, written as journals: goal at least 100.

    python benchmarks/simulate/sessions_a_second.py [--sessions 300]

Composing the timeline, answering, and writing the journal are all in the time; opening the protocol is not.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from analysis.simulate import simulate
from experiments.places import shipped_folder
from experiments.study import open_study


def measure(protocol: Path, sessions: int) -> None:
    """Print sessions and rows a second for each mode of a protocol."""
    study = open_study(protocol)
    for mode in study.modes:
        with tempfile.TemporaryDirectory() as folder:
            simulate(study, Path(folder) / "warm", 5, mode=mode)
            began = time.perf_counter()
            made = simulate(study, Path(folder) / "timed", sessions, mode=mode)
            seconds = time.perf_counter() - began
            lines = sum(len(path.read_bytes().splitlines()) for path in made.collection.journals())
        print(
            f"{study.study:22} {mode:14} {sessions / seconds:8.0f} sessions/s"
            f" {lines / seconds:10.0f} lines/s  ({lines / sessions:.0f} lines a session)"
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, default=300)
    wanted = parser.parse_args().sessions
    for path in sorted(shipped_folder("protocols").glob("*.yaml")):
        measure(path, wanted)
