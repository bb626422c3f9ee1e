"""Provenance of results: sources, versions, seed, and the command that reproduces them."""

from __future__ import annotations

import hashlib
import json
import platform
import shlex
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import pandas as pd

from analysis.data.load import Data
from analysis.planned.results import Provenance, Simulation
from experiments.schema import now
from experiments.version import code_version

LIBRARIES = ("glmm", "statsmodels", "pingouin", "scipy", "numpy", "pandas", "matplotlib")
"""Libraries on which numbers and figures depend."""


def command(sources: Sequence[str], seed: int, **options: object) -> str:
    """Return the command that reproduces the results; options at their defaults are left out."""
    parts = ["compassion", "analyse", *sources, "--seed", str(seed)]
    for name, value in options.items():
        option = f"--{name.replace('_', '-')}"
        if value:
            parts += [option] if value is True else [option, str(value)]
    return shlex.join(parts)


def provenance(data: Data, seed: int) -> Provenance:
    """Record sources, versions, seed and command of the results."""
    return Provenance(
        simulated=data.simulated,
        sources=data.sources,
        fingerprint=fingerprint(data.rows),
        collected_with=tuple(sorted(map(str, data.rows["code_version"].dropna().unique()))),
        code_version=code_version(),
        versions={"Python": platform.python_version()} | {n: version(n) for n in LIBRARIES},
        seed=seed,
        created=now("seconds"),
        command=command(data.sources, seed),
        simulations=simulations(data.sources) if data.simulated else (),
    )


def fingerprint(rows: pd.DataFrame) -> str:
    """Compute the SHA-256 of all rows, in any order; first 16 hex digits.

    >>> one = pd.DataFrame({"a": [1, 2]})
    >>> fingerprint(one) == fingerprint(one.iloc[::-1])
    True
    """
    hashed = pd.util.hash_pandas_object(rows, index=False).sort_values()
    return hashlib.sha256(hashed.to_numpy().tobytes()).hexdigest()[:16]


def simulations(sources: Sequence[str]) -> tuple[Simulation, ...]:
    """Return the hypotheses that simulated participants followed, for collections that record them."""
    files = [Path(source) / "simulation.json" for source in sources]
    runs = [json.loads(file.read_text(encoding="utf-8")) for file in files if file.is_file()]
    return tuple(Simulation(one["n"], one["hypothesis"], one["seed"]) for one in runs)
