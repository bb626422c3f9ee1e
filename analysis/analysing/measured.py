"""What is known of a measure or score from the protocol: its range, its unit, its name for a reader."""

from __future__ import annotations

from analysis.analysing.results import Measured
from experiments.building import Study
from experiments.measure import Give, Mark, Rate
from experiments.scale import Scale


def measured(study: Study, mode: str, name: str) -> Measured:
    """Describe a measure, a score of a scale, or (of anything else) its name alone."""
    protocol = study.protocol
    declared = protocol.measures.get(name)
    outcome = name == protocol.primary_measure
    title = name.replace("_", " ").replace(".", ": ")
    if isinstance(declared, Give):
        stakes = protocol.modes[mode].stakes
        unit = stakes.money.currency
        return Measured(
            name,
            title,
            unit,
            stakes.money.prefix,
            0.0,
            stakes.endowment,
            stakes.step,
            True,
            outcome,
        )
    if isinstance(declared, Mark):
        low, high, step = declared.minimum, declared.maximum, declared.step
        return Measured(name, title, declared.unit, "", low, high, step, False, outcome)
    if isinstance(declared, Rate):
        low, high = float(declared.first), float(declared.first + declared.points - 1)
        return Measured(name, title, declared.unit, "", low, high, 1.0, False, outcome)
    scale = study.scales.get(name.split(".")[0])
    if scale is not None:
        low, high, step = _range(scale, name)
        said = scale.title if len(scale.subscales) == 1 else f"{scale.title}: {name.split('.')[-1]}"
        return Measured(name, said, "points", "", low, high, step, False, outcome)
    return Measured(name, title, "", "", float("nan"), float("nan"), 1.0, False, outcome)


def _range(scale: Scale, name: str) -> tuple[float, float, float]:
    """Range of a score and the distance of two neighbouring scores."""
    part = scale.subscales.get(name.split(".")[-1]) or next(iter(scale.subscales.values()))
    low, high, items = float(scale.response.low), float(scale.response.high), len(part.items)
    if part.score == "sum":
        return low * items, high * items, 1.0
    return low, high, 1.0 / items
