"""Check a preregistration against a protocol: every deviation in words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from analysis.errors import AnalysisError
from analysis.prereg.lock import FORMAT, PARTS, hash_of, locked
from experiments.building import open_study
from experiments.protocol import Protocol


def check_prereg(prereg_file: str | Path, protocol: Protocol | str | Path) -> list[str]:
    """Return how a protocol deviates from what was preregistered; empty if it does not.

    Parameters
    ----------
    prereg_file
        ``prereg.json``, or the folder that holds it.
    protocol
        The protocol that the data were collected and are analysed with.

    Raises
    ------
    AnalysisError
        If the file is no preregistration, or of another study.
    """
    said = read_prereg(prereg_file)
    chosen = protocol if isinstance(protocol, Protocol) else open_study(protocol).protocol
    if said["study"] != chosen.study:
        raise AnalysisError(
            f"{prereg_file} is the preregistration of {said['study']!r}, the protocol is of"
            f" {chosen.study!r}.",
            "Give the preregistration of this study.",
        )
    found = []
    if hash_of(said["locked"]) != said["hash"]:
        found.append(
            "The preregistration file was changed after it was written: its hash does not fit its content."
        )
    if said.get("sessions_before"):
        found.append(
            f"{said['sessions_before']} sessions had been collected before the preregistration was written."
        )
    before, now = said["locked"], locked(chosen)
    changed = [part for part in PARTS if before.get(part) != now[part]]
    for part in changed:
        if part != "protocol_hash":
            found += [
                f"{PARTS[part].capitalize()} changed: {told}."
                for told in _differences(before.get(part), now[part])
            ]
    if changed == ["protocol_hash"]:
        found.append(
            f"The protocol changed after the preregistration (content {before.get('protocol_hash')}, now"
            f" {now['protocol_hash']}) outside of what decides the analysis: texts, screens, stimuli or wording."
        )
    return found


def read_prereg(path: str | Path) -> dict[str, Any]:
    """Read ``prereg.json``.

    Raises
    ------
    AnalysisError
        If it cannot be read, or is something else.
    """
    file = Path(path) / "prereg.json" if Path(path).is_dir() else Path(path)
    try:
        said = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise AnalysisError(
            f"{file} cannot be read as a preregistration ({error}).",
            "Give the prereg.json that `compassion prereg` wrote.",
        ) from error
    needed = {"format", "study", "locked", "hash"}
    if not isinstance(said, dict) or not needed <= set(said) or said["format"] != FORMAT:
        raise AnalysisError(
            f"{file} is no preregistration of this version.",
            "Give the prereg.json that `compassion prereg` wrote.",
        )
    return said


def _differences(before: Any, now: Any, where: str = "") -> list[str]:
    """What differs between two pieces of plain data, as 'where was X, is now Y'."""
    if isinstance(before, dict) and isinstance(now, dict):
        found = []
        for name in dict.fromkeys([*before, *now]):
            inner = f"{where}, {name}" if where else str(name)
            if name not in now:
                found.append(f"{inner} ({_shown(before[name])}) is gone")
            elif name not in before:
                found.append(f"{inner} ({_shown(now[name])}) is new")
            else:
                found += _differences(before[name], now[name], inner)
        return found
    if isinstance(before, list) and isinstance(now, list) and _named(before) and _named(now):
        return _differences(_by_name(before), _by_name(now), where)
    if isinstance(before, list) and isinstance(now, list):
        gone = [item for item in before if item not in now]
        new = [item for item in now if item not in before]
        at = f"{where}: " if where else ""
        found = [f"{at}{_shown(item)} is gone" for item in gone]
        found += [f"{at}{_shown(item)} is new" for item in new]
        return found or ([f"{where or 'the list'} is in another order"] if before != now else [])
    if before == now:
        return []
    return [f"{where or 'it'} was {_shown(before)}, is now {_shown(now)}"]


def _named(items: list[Any]) -> bool:
    keys = [_name(item) for item in items]
    return bool(items) and None not in keys and len(set(keys)) == len(keys)


def _by_name(items: list[Any]) -> dict[str, Any]:
    return {str(_name(item)): item for item in items}


def _name(item: Any) -> str | None:
    if not isinstance(item, dict):
        return None
    name = item.get("name", item.get("rule", item.get("hypothesis")))
    return None if name is None else str(name)


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        kept = {k: v for k, v in value.items() if v not in (None, [], {}, False, "")}
        return ", ".join(f"{k} {_shown(v)}" for k, v in kept.items())
    if isinstance(value, list):
        return ", ".join(map(_shown, value)) or "none"
    return f"'{value}'" if isinstance(value, str) else str(value)
