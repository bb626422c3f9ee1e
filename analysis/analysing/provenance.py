"""Where results come from: sources, versions, seed, and the command that makes them again."""

from __future__ import annotations

import hashlib
import json
import platform
import shlex
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pandas as pd

from analysis.analysing.results import Provenance
from analysis.load import Data
from experiments.numbers import count
from experiments.protocol import Protocol
from experiments.version import code_version

LIBRARIES = ("glmm", "statsmodels", "pingouin", "scipy", "numpy", "pandas", "matplotlib")


def provenance(
    data: Data, protocol: Protocol, seed: int, options: Mapping[str, object] | None = None
) -> Provenance:
    """State where results come from.

    Parameters
    ----------
    options
        Options that the analysis was asked for, such as ``mode``; empty ones are left out.
    """
    parts = ["compassion", "analyse", *data.sources, "--seed", str(seed)]
    for name, value in (options or {}).items():
        if value:
            parts += [f"--{name}"] if value is True else [f"--{name}", str(value)]
    return Provenance(
        study=protocol.study,
        protocol_version=protocol.version,
        protocol_hash=protocol.hash,
        simulated=data.simulated,
        sources=data.sources,
        fingerprint=fingerprint(data.rows),
        collected_with=tuple(sorted(map(str, data.rows["code_version"].dropna().unique()))),
        code_version=code_version(),
        versions=versions(),
        seed=seed,
        made=datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        command=shlex.join(parts),
        simulation=simulation(data) if data.simulated else "",
    )


def fingerprint(rows: pd.DataFrame) -> str:
    """SHA-256 of all rows, whatever their order; first 16 hex digits.

    >>> one = pd.DataFrame({"a": [1, 2]})
    >>> fingerprint(one) == fingerprint(one.iloc[::-1])
    True
    """
    if rows.empty:
        return hashlib.sha256(b"").hexdigest()[:16]
    hashed = pd.util.hash_pandas_object(rows, index=False).sort_values()
    return hashlib.sha256(hashed.to_numpy().tobytes()).hexdigest()[:16]


def versions() -> dict[str, str]:
    """Versions of Python and of the libraries that numbers depend on."""
    found = {"Python": platform.python_version()}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


def simulation(data: Data) -> str:
    """What simulated people followed, where the collection says so."""
    told = []
    for source in data.sources:
        file = Path(source) / "simulation.json"
        if file.is_file():
            said = json.loads(file.read_text(encoding="utf-8"))
            n = said.get("n")
            noun = ("simulated person", "simulated people")
            people = count(n, *noun) if isinstance(n, int) else f"{n} {noun[1]}"
            told.append(f"{people} followed '{said.get('hypothesis')}' (seed {said.get('seed')})")
    return "; ".join(told) + "." if told else "Simulated people gave these answers."
