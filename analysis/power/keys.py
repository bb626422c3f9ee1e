"""Names of pieces of work: the same work has the same name, and from it the same random numbers."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import scipy

from experiments.version import code_version

#: Rooms whose code the simulated studies depend on.
ROOMS = ("power", "balanced", "simulate", "curves", "compare", "hypotheses", "analysing")


def key_of(content: Any) -> str:
    """Return 16 hex digits that name some content."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def generator(seed: int, key: str, block: int) -> np.random.Generator:
    """Return the generator of one block of one piece of work.

    It depends on the seed, the work and the number of the block alone, so that studies are the same to
    the bit whatever the number of workers, the order of the work, and what else is in the run.
    """
    sequence = np.random.SeedSequence([seed, int(key, 16)], spawn_key=(block,))
    return np.random.default_rng(sequence)


def code_key() -> str:
    """Name the code that simulated studies come from: its files, and the libraries that draw and solve."""
    folder = Path(__file__).resolve().parent.parent
    digest = hashlib.sha256()
    for room in ROOMS:
        for file in sorted((folder / room).rglob("*.py")):
            digest.update(file.relative_to(folder).as_posix().encode() + file.read_bytes())
    for file in sorted(folder.glob("*.py")):
        digest.update(file.name.encode() + file.read_bytes())
    digest.update(f"{np.__version__} {scipy.__version__} {code_version()}".encode())
    return digest.hexdigest()[:16]
