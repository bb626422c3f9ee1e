"""Settings of a power analysis: sample sizes and effects, checked before any computation."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import prod
from pathlib import Path

from analysis.errors import AnalysisError
from analysis.planned.plan import ALPHA
from analysis.power.planned_tests import planned_tests
from analysis.simulate import Assumptions
from experiments.numbers import count, proportion, scale_value
from experiments.protocol.loops import cell_factors, planned_number
from experiments.study import Study

SHARES_OF_PLAN = (0.25, 0.5, 1.0, 1.5, 2.0, 4.0)
SHOWN_EFFECTS = (0.0, 0.10, 0.20, 0.30, 0.50)
STEP = 0.01
"""Step between effects for which power is computed: fine enough for smooth curves and exact sensitivity."""
MOST_EFFECT = 5.0


@dataclass(frozen=True)
class PowerSettings:
    """Settings of a power analysis. Empty settings are filled in from the study (``of``)."""

    mode: str = ""
    tests: tuple[str, ...] = ()
    sizes: tuple[int, ...] = ()
    """Participants per cell of the between-factors, after exclusions."""
    effects: tuple[float, ...] = ()
    """Standardised effects (Cohen's d) in the tables."""
    targets: tuple[float, ...] = (0.80, 0.90)
    studies: int = 2_000
    check: int = 0
    """Number of whole simulated studies with and without an effect (none by default)."""
    seed: int = 1
    prior: Path | None = None
    assumed: Assumptions = field(default_factory=Assumptions)

    def of(self, study: Study) -> PowerSettings:
        """Return complete settings: empty ones are filled in from the study.

        Raises
        ------
        AnalysisError
            If the mode is unknown or a number is impossible.
        """
        mode = self.mode or study.modes[0]
        if mode not in study.modes:
            raise AnalysisError(
                f"{study.study} has no mode {mode!r}.", f"Its modes: {', '.join(study.modes)}."
            )
        planned = planned_per_cell(study, mode)
        sizes = self.sizes or tuple(max(4, round(planned * share)) for share in SHARES_OF_PLAN)
        tests, _ = planned_tests(study, mode, assumed=self.assumed)
        effects = (*(self.effects or SHOWN_EFFECTS), 0.0, *(test.effect for test in tests))
        if small := [n for n in (*sizes, planned) if n < 2]:
            raise AnalysisError(
                f"With {count(small[0], 'participant', 'participants')} per cell, the variance between participants and"
                " therefore standard errors cannot be estimated.",
                "Plan at least 2 per cell, better 20 or more.",
            )
        if bad := [d for d in effects if not (math.isfinite(d) and 0 <= d <= MOST_EFFECT)]:
            raise AnalysisError(
                f"The effect {scale_value(bad[0])} is not between 0 and {scale_value(MOST_EFFECT)} standard deviations.",
                "Effects are Cohen's d; power is the same for an effect in the other direction.",
            )
        if bad := [target for target in self.targets if not ALPHA < target < 1]:
            raise AnalysisError(
                f"The target power {scale_value(bad[0])} is not between alpha ({proportion(ALPHA)}) and 1.",
                "Usual targets are 0.80 and 0.90.",
            )
        if self.studies < 1:
            raise AnalysisError(
                f"{self.studies} studies cannot be simulated.", "The usual number is 2000."
            )
        prior = self.prior
        if prior is None and study.file.sample.prior:
            prior = study.path.parent / study.file.sample.prior
        return replace(
            self,
            mode=mode,
            sizes=tuple(sorted({*sizes, planned})),
            effects=tuple(sorted({round(d, 6) for d in effects})),
            targets=tuple(sorted(self.targets)),
            prior=prior,
        )

    @cached_property
    def grid(self) -> tuple[float, ...]:
        """All effects for which power is computed."""
        most = max(1.0, 1.5 * max(self.effects))
        fine = {round(i * STEP, 6) for i in range(round(most / STEP) + 1)}
        return tuple(sorted(fine | set(self.effects)))


def planned_per_cell(study: Study, mode: str) -> int:
    """Return the planned number of participants per cell, after exclusions."""
    cells = prod(map(len, cell_factors(study.names, mode).values()))
    return planned_number(study.names, mode) // cells
