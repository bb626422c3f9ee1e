"""The lock: what a preregistration fixes, and one hash over all of it."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from analysis.hypotheses import get
from experiments.protocol import Protocol

FORMAT = "compassion preregistration 1"
PARTS = {
    "model_set": "the set of curves that compete",
    "sesoi": "the smallest effect of interest",
    "exclusions": "the exclusion rules",
    "planned_models": "the planned models",
    "inference": "alpha and the correction for several tests",
    "sample": "the sample size",
    "allocation": "the allocation (seed, length, blocks)",
    "design": "the factors and modes",
    "protocol_hash": "the content of the protocol",
}
"""Part -> what it is in words."""


def locked(protocol: Protocol) -> dict[str, Any]:
    """Return everything that a preregistration fixes, as plain data, by part."""
    contest = protocol.hypotheses
    predictions = [contest.predicted, *contest.also_predicted]
    return {
        "model_set": {
            "outcome": contest.outcome,
            "predictor": contest.predictor,
            "predicted": [
                {
                    "hypothesis": get(p.hypothesis).id,
                    "parameters": dict(sorted(p.parameters.items())),
                }
                for p in predictions
            ],
            "rivals": [get(name).id for name in contest.rivals],
        },
        "sesoi": {"d": protocol.sesoi.d, "raw": protocol.sesoi.raw},
        # As when rules had no models of their own: preregistrations made then are still checked.
        "exclusions": [
            {"checks": [], "fraction": None, **rule.model_dump(mode="json")}
            for rule in protocol.exclusions
        ],
        "planned_models": [model.model_dump(mode="json") for model in protocol.analysis.models],
        "inference": {
            "alpha": protocol.analysis.alpha,
            "correction": protocol.analysis.correction,
            "scales": list(protocol.analysis.scales),
        },
        "sample": {"per_cell": protocol.sample.per_cell},
        "allocation": protocol.allocation.model_dump(mode="json"),
        "design": {
            "factors": {
                name: {"levels": list(factor.levels), "varies": factor.varies}
                for name, factor in protocol.factors.items()
            },
            "modes": {
                name: {"varies": mode.varies, "stakes": mode.stakes.model_dump(mode="json")}
                for name, mode in protocol.modes.items()
            },
        },
        "protocol_hash": protocol.hash,
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
