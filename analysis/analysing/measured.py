"""What is known of a measure or score from the protocol: its range, its unit, its name for a reader."""

from __future__ import annotations

from analysis.analysing.results import Measured
from experiments.building import Study


def measured(study: Study, mode: str, name: str) -> Measured:
    """Describe a measure, a score of a scale, or (of anything else) its name alone."""
    protocol = study.protocol
    title = name.replace("_", " ").replace(".", ": ")
    declared = protocol.measures.get(name)
    found = None
    if declared is not None and declared.numeric:
        found = declared.range(protocol.modes[mode].stakes)
    base, _, subscale = name.partition(".")
    if declared is None and base in study.scales:
        scale = study.scales[base]
        found = scale.range(subscale)
        title = scale.title if len(scale.subscales) == 1 else f"{scale.title}: {subscale or base}"
    return Measured(
        name,
        title,
        found.unit if found else "",
        found.prefix if found else "",
        found.low if found else float("nan"),
        found.high if found else float("nan"),
        found.step if found else 1.0,
        declared is not None and declared.divides,
        name == protocol.primary_measure,
    )
