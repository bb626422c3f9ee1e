"""The lock of a preregistration: its fixed parts, their hash, and a report of every later deviation."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ValidationError

from analysis.curves.claims import predictions
from analysis.errors import AnalysisError
from analysis.planned.plan import ALPHA, Planned, planned_models
from analysis.planned.results import Preregistered
from experiments.numbers import count
from experiments.protocol.planned import primary_test
from experiments.study import Study

FORMAT: Literal["compassion preregistration 2"] = "compassion preregistration 2"


class Lock(BaseModel):
    """The content of ``prereg.json``."""

    format: Literal["compassion preregistration 2"] = FORMAT
    study: str
    protocol_version: str
    made: str
    """Date and time (UTC)."""
    code_version: str = ""
    sessions_before: int = 0
    """Number of sessions of real participants collected before the preregistration was written."""
    power: str | None = None
    """Key of the power analysis; None if there was none."""
    locked: dict[str, Any]
    """Fixed content, by part."""
    hash: str
    """SHA-256 over ``locked``."""


PARTS = {
    "hypotheses": "the hypotheses",
    "model_set": "the set of curves in the model comparison",
    "exclusions": "the exclusion rules",
    "planned_models": "the planned models",
    "columns": "the computed columns",
    "inference": "the rules of inference",
    "sample": "the sample size",
    "design": "the factors, stakes and modes",
    "protocol_hash": "the content of the protocol",
}
"""Part -> its description in reports."""


def locked(study: Study) -> dict[str, Any]:
    """Return the content that a preregistration fixes, as plain data, by part.

    Raises
    ------
    AnalysisError
        If a hypothesis names a curve that does not exist, or that does not fit the study.
    """
    tree = study.opened.expansion.tree
    hypotheses = list(study.file.hypothesis)
    written = tree.get("hypothesis", {})
    return {
        "hypotheses": _listed({"": written} if hypotheses == [""] else written),
        "model_set": [
            {
                "name": prediction.curve.id,
                "hypothesis": name,
                "part": prediction.part,
                "columns": dict(prediction.columns),
            }
            for name in hypotheses
            for prediction in predictions(study, name)
        ],
        "exclusions": tree.get("exclude", {}),
        "planned_models": {
            mode: [_model(planned) for planned in planned_models(study, mode)]
            for mode in study.modes
        },
        "columns": tree.get("columns", {}),
        "inference": {
            "alpha": ALPHA,
            "correction": "Holm, over all secondary tests of a mode",
            "primary": _primary(study),
        },
        "sample": tree["sample"],
        "design": {
            "factors": tree.get("factors", {}),
            "stakes": tree.get("stakes", {}),
            "modes": _listed(tree.get("modes", {})),
        },
        "protocol_hash": study.hash,
    }


def _listed(named: Mapping[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """Return entries in their order, each with its name: the first of them is the primary one."""
    return [{"name": name, **entry} for name, entry in named.items()]


def _model(planned: Planned) -> dict[str, Any]:
    return {
        "name": planned.name,
        "outcome": planned.outcome,
        "family": planned.family,
        "formula": str(planned.formula),
        "contrasts": [each.name for each in planned.contrasts],
        "terms": [":".join(term) for term in planned.terms],
    }


def _primary(study: Study) -> dict[str, Any]:
    primary = primary_test(study.names)
    return {
        "mode": study.modes[0],
        "model": primary.model,
        "outcome": primary.outcome,
        "contrasts": [each.name for each in primary.contrasts],
        "combined": primary.combined,
    }


def hash_of(parts: dict[str, Any]) -> str:
    """Return the SHA-256 over all parts.

    Examples
    --------
    >>> hash_of({"sesoi": {"d": 0.2}}) == hash_of({"sesoi": {"d": 0.3}})
    False
    """
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def read_prereg(path: str | Path) -> Lock:
    """Read ``prereg.json``, or that of a folder.

    Raises
    ------
    AnalysisError
        If it cannot be read, or is not a preregistration.
    """
    file = Path(path) / "prereg.json" if Path(path).is_dir() else Path(path)
    remedy = "Give the prereg.json that `compassion prereg` wrote."
    try:
        return Lock.model_validate_json(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise AnalysisError(
            f"{file} cannot be read as a preregistration ({error}).", remedy
        ) from error
    except ValidationError as error:
        raise AnalysisError(
            f"{file} is not a preregistration that this version can read.", remedy
        ) from error


def check_prereg(path: str | Path, study: Study) -> Preregistered:
    """Compare a study with its preregistration.

    Parameters
    ----------
    path
        ``prereg.json``, or its folder.
    study
        The study of the data.

    Raises
    ------
    AnalysisError
        If the file is not a preregistration, or is that of another study.
    """
    lock = read_prereg(path)
    if lock.study != study.study:
        raise AnalysisError(
            f"{path} is the preregistration of {lock.study!r}; the protocol is that of {study.study!r}.",
            "Give the preregistration of this study.",
        )
    found = []
    if hash_of(lock.locked) != lock.hash:
        found.append(
            "The preregistration file was changed after it was written: its hash does not match its content."
        )
    if lock.sessions_before:
        collected = count(lock.sessions_before, "session had", "sessions had")
        found.append(f"{collected} been collected before the preregistration was written.")
    before, now = lock.locked, locked(study)
    changed = [part for part in PARTS if before.get(part) != now[part]]
    for part in changed:
        if part != "protocol_hash":
            found += [
                f"{PARTS[part].capitalize()} changed: {difference}."
                for difference in _differences(before.get(part), now[part])
            ]
    if changed == ["protocol_hash"]:
        found.append(
            f"The protocol changed after the preregistration (hash {before.get('protocol_hash')}, now"
            f" {now['protocol_hash']}) in parts that do not affect the analysis: texts, screens, stimuli or wording."
        )
    return Preregistered(Path(path).name, lock.hash[:16], tuple(found))


def _differences(before: Any, now: Any, where: str = "") -> list[str]:
    """List the differences between two pieces of plain data, as 'where was X, is now Y'."""
    if isinstance(before, dict) and isinstance(now, dict):
        found = []
        for name in dict.fromkeys([*before, *now]):
            inner = f"{where}, {name}" if where else str(name)
            if name not in now:
                found.append(f"{inner} ({_shown(before[name])}) was removed")
            elif name not in before:
                found.append(f"{inner} ({_shown(now[name])}) was added")
            else:
                found += _differences(before[name], now[name], inner)
        return found
    if isinstance(before, list) and isinstance(now, list):
        known, own = _by_name(before), _by_name(now)
        if known is not None and own is not None:
            found = _differences(known, own, where)
        else:
            at = f"{where}: " if where else ""
            found = [f"{at}{_shown(item)} was removed" for item in before if item not in now]
            found += [f"{at}{_shown(item)} was added" for item in now if item not in before]
        if not found and before != now:
            found.append(f"{where or 'the list'} is in a different order")
        return found
    if before == now:
        return []
    return [f"{where or 'it'} was {_shown(before)}, is now {_shown(now)}"]


def _by_name(items: list[Any]) -> dict[str, Any] | None:
    """Return entries by their names; None if one has no name, or two have the same."""
    if not all(isinstance(item, dict) and "name" in item for item in items):
        return None
    found = {str(item["name"] or item.get("outcome", "the only one")): item for item in items}
    return found if 0 < len(found) == len(items) else None


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        kept = {k: v for k, v in value.items() if v not in (None, [], {}, False, "")}
        return ", ".join(f"{k} {_shown(v)}" for k, v in kept.items())
    if isinstance(value, list):
        return ", ".join(map(_shown, value)) or "none"
    is_word = isinstance(value, str) and not value.replace(".", "", 1).isdigit()
    return f"'{value}'" if is_word else str(value)
