"""``import compassion`` against a bare interpreter: whole processes, one after the other, in turn.

python benchmarks/face/import_time.py
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
import time
from pathlib import Path

RUNS = 15
HERE = Path(__file__).resolve().parent
CODE = {
    "python": "pass",
    "import compassion": "import compassion",
    "import compassion; compassion.fit": "import compassion; compassion.fit",
}


def seconds(code: str) -> float:
    """Return the seconds that a process with this code takes."""
    environment = {**os.environ, "PYTHONPATH": str(HERE.parents[1])}
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True, env=environment)
    return time.perf_counter() - began


def main() -> None:
    """Measure all in turn, so that other work on the machine affects all alike, and write the medians."""
    taken: dict[str, list[float]] = {name: [] for name in CODE}
    for name in CODE:
        seconds(CODE[name])  # The files are read once before they are measured.
    for _ in range(RUNS):
        for name, code in CODE.items():
            taken[name].append(seconds(code))
    found = {name: round(statistics.median(times), 3) for name, times in taken.items()}
    about = {"runs": RUNS, "median seconds": found, "machine": platform.platform(terse=True)}
    (HERE / "import_time.json").write_text(json.dumps(about, indent=1) + "\n", "utf-8")
    print(json.dumps(about, indent=1))


if __name__ == "__main__":
    main()
