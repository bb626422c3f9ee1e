"""The machine and the versions a benchmark ran on, and how time is taken."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any


@dataclass(frozen=True)
class Timing:
    """Median seconds of several runs of one engine."""

    engine: str
    cpu: float
    """CPU seconds, user and system, all threads."""
    wall: float
    """Elapsed seconds."""
    runs: int
    note: str = ""


def timed(engine: str, work: Callable[[], Any], runs: int, note: str = "") -> Timing:
    """Median CPU and elapsed time of `runs` calls, after one that isn't counted if runs > 1."""
    if runs > 1:
        work()
    cpu, wall = [], []
    for _ in range(runs):
        began = time.process_time(), time.perf_counter()
        work()
        cpu.append(time.process_time() - began[0])
        wall.append(time.perf_counter() - began[1])
    return Timing(engine, median(cpu), median(wall), runs, note)


def run_r(script: str, *arguments: str) -> Any:
    """Output of an R script of this folder, as JSON."""
    path = Path(__file__).with_name(script)
    done = subprocess.run(
        ["Rscript", str(path), *arguments], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise SystemExit(
            f"{path} failed; are r-cran-lme4 and r-cran-lmertest installed?\n{done.stderr}"
        )
    return json.loads(done.stdout)


def machine() -> dict[str, str]:
    """Processor, system and Python packages."""
    processor = platform.processor()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [s for s in cpuinfo.read_text().splitlines() if s.startswith("model name")]
        processor = names[0].split(":")[1].strip() if names else processor
    packages = {name: version(name) for name in ("numpy", "scipy", "glmm", "statsmodels")}
    return {
        "date": date.today().isoformat(),
        "processor": f"{processor}, {os.cpu_count()} cores",
        "load": " ".join(f"{load:.1f}" for load in os.getloadavg()),
        "Python": platform.python_version(),
        **packages,
    }


def save(name: str, result: dict[str, Any], timings: dict[str, list[Timing]]) -> Path:
    """Write a result beside the scripts."""
    path = Path(__file__).with_name(name)
    content = {
        **result,
        "machine": machine(),
        "timings": {group: [asdict(t) for t in rows] for group, rows in timings.items()},
    }
    path.write_text(json.dumps(content, indent=1) + "\n")
    return path
