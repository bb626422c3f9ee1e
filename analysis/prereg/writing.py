"""Write a preregistration: two layouts as Markdown and HTML, and ``prereg.json`` with the lock."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from analysis.errors import AnalysisError
from analysis.prereg.blocks import Block, html, markdown
from analysis.prereg.layouts import Contents, as_predicted, osf
from analysis.prereg.lock import FORMAT, hash_of, locked
from experiments.building import Study
from experiments.collection import default_folder
from experiments.protocol import Protocol
from experiments.version import code_version

FILES = ("aspredicted.md", "aspredicted.html", "osf.md", "osf.html", "prereg.json")


def sessions_before(protocol: Protocol, root: Path | None = None) -> int:
    """Return how many sessions of real people stand in the study's default folders, of any version."""
    folder = (root or Path()) / default_folder(protocol, simulated=False).parent.parent
    return len(list(folder.glob("*/collected/sessions/*.jsonl")))


def write_prereg(
    study: Study,
    folder: Path,
    draft: tuple[Block, ...],
    *,
    power: Mapping[str, Any] | None = None,
    existing: int = 0,
) -> Path:
    """Write a preregistration; returns ``prereg.json``.

    Parameters
    ----------
    draft
        The analysis of simulated people, from ``draft_blocks``.
    power
        What ``read_power`` gives; without it the document says how to make it.
    existing
        Sessions of real people that have been collected already.

    Raises
    ------
    AnalysisError
        If the folder holds a preregistration, the power is of another content of the protocol, or the
        folder cannot be written.
    """
    protocol = study.protocol
    refuse_to_overwrite(folder)
    check_power(power, protocol)
    parts = locked(protocol)
    lock = hash_of(parts)
    made = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    told = Contents(protocol, power, _existing(existing), draft, lock)
    mark = _mark(existing, made)
    card = {
        "format": FORMAT,
        "study": protocol.study,
        "protocol_version": protocol.version,
        "made": made,
        "code_version": code_version(),
        "sessions_before": existing,
        "power": None if power is None else power["key"],
        "locked": parts,
        "hash": lock,
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, sections in (("aspredicted", as_predicted(told)), ("osf", osf(told))):
            (folder / f"{name}.md").write_text(markdown(protocol.title, mark, sections), "utf-8")
            (folder / f"{name}.html").write_text(html(protocol.title, mark, sections), "utf-8")
        file = folder / "prereg.json"
        # "x": two commands at once must not overwrite one another.
        with file.open("x", encoding="utf-8") as out:
            out.write(json.dumps(card, ensure_ascii=False, indent=1) + "\n")
    except OSError as error:
        raise AnalysisError(
            f"{folder} cannot be written ({error.strerror}).",
            "Choose another folder with --output.",
        ) from error
    return file


def refuse_to_overwrite(folder: Path) -> None:
    """Refuse a folder that holds a preregistration.

    Raises
    ------
    AnalysisError
        Naming what is there.
    """
    there = [name for name in FILES if (folder / name).exists()]
    if there:
        raise AnalysisError(
            f"{folder} holds a preregistration already ({', '.join(there)}); it is not overwritten.",
            "Choose another folder with --output; a changed plan is a new preregistration with its own date.",
        )


def check_power(power: Mapping[str, Any] | None, protocol: Protocol) -> None:
    """Refuse the power of another study or content.

    Raises
    ------
    AnalysisError
        Saying which.
    """
    if power is not None and power["protocol_hash"] != protocol.hash:
        raise AnalysisError(
            f"The power analysis was made for the content {power['protocol_hash']} of {power['study']}, and this"
            f" protocol has the content {protocol.hash}.",
            "Make it again: compassion power PROTOCOL",
        )


def _existing(count: int) -> str:
    if count:
        return (
            f"YES. {count} sessions stand in the study's data folder already, so that this is NOT a"
            " preregistration in the strict sense: it was written after data collection began."
        )
    return "No. No session of a real person stands in the study's data folder."


def _mark(existing: int, made: str) -> list[str]:
    lines = [
        f"Written {made}. It counts as a preregistration once it is deposited, with its date, where you cannot"
        " change it (AsPredicted, OSF)."
    ]
    if existing:
        lines.insert(
            0, f"NOT A PREREGISTRATION: {existing} sessions had been collected when it was written."
        )
    return lines
