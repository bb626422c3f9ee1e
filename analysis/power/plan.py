"""Settings of a power analysis: planned tests, sample sizes and effects, checked before any computation."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path

from analysis.errors import AnalysisError
from analysis.simulate import Assumptions
from experiments.numbers import count, proportion, scale_value
from experiments.protocol.plan import Contrast, PlannedModel
from experiments.protocol.protocol import Protocol

SHARES_OF_PLAN = (0.25, 0.5, 1.0, 1.5, 2.0, 4.0)
SHOWN_EFFECTS = (0.0, 0.10, 0.20, 0.30, 0.50)
STEP = 0.01
"""Step between effects for which power is computed: fine enough for smooth curves and exact sensitivity."""
MOST_EFFECT = 5.0


@dataclass(frozen=True)
class PowerSettings:
    """Settings of a power analysis. Empty settings are filled in from the protocol (``of``)."""

    mode: str = ""
    tests: tuple[str, ...] = ()
    sizes: tuple[int, ...] = ()
    """Complete participants per cell."""
    effects: tuple[float, ...] = ()
    """Standardised differences (Cohen's d) in the tables."""
    targets: tuple[float, ...] = (0.80, 0.90)
    studies: int = 2_000
    check: int = 0
    """Number of whole simulated studies with and without an effect (none by default)."""
    seed: int = 1
    prior: Path | None = None
    assumed: Assumptions = field(default_factory=Assumptions)

    def of(self, protocol: Protocol) -> PowerSettings:
        """Return complete settings: empty ones are filled in from the protocol.

        Raises
        ------
        AnalysisError
            If the mode is unknown or a number is impossible.
        """
        mode, planned = self.mode or protocol.primary_mode, protocol.sample.per_cell
        if mode not in protocol.modes:
            raise AnalysisError(
                f"{protocol.study} has no mode {mode!r}.",
                f"Its modes: {', '.join(protocol.modes)}.",
            )
        sizes = self.sizes or tuple(max(4, round(planned * share)) for share in SHARES_OF_PLAN)
        effects = (*(self.effects or SHOWN_EFFECTS), 0.0, protocol.sesoi.d)
        if small := [n for n in sizes if n < 2]:
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
        alpha = protocol.analysis.alpha
        if bad := [target for target in self.targets if not alpha < target < 1]:
            raise AnalysisError(
                f"The target power {scale_value(bad[0])} is not between alpha ({proportion(alpha)}) and 1.",
                "Usual targets are 0.80 and 0.90.",
            )
        if self.studies < 1:
            raise AnalysisError(
                f"{self.studies} studies cannot be simulated.", "The usual number is 2000."
            )
        prior = self.prior
        if prior is None and protocol.sample.prior is not None:
            prior = (protocol.path or Path()).parent / protocol.sample.prior
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


@dataclass(frozen=True)
class PlannedTest:
    """One contrast of one planned model."""

    model: PlannedModel
    contrast: Contrast

    @property
    def name(self) -> str:
        """Name in the results: model and contrast."""
        return f"{self.model.name}: {self.contrast.name}"


def planned_tests(
    protocol: Protocol, mode: str, wanted: Sequence[str] = ()
) -> tuple[list[PlannedTest], list[str]]:
    """Return the tests of a mode for which power can be computed, and notes on the others.

    Parameters
    ----------
    mode
        Mode of the study.
    wanted
        Names of tests (``model: contrast``), of models, or of contrasts; all if empty.

    Raises
    ------
    AnalysisError
        If a name is unknown, or no test is left.
    """
    tests, left_out = [], []
    for model in protocol.planned_models(mode):
        if not model.contrasts:
            left_out.append(f"{model.name}: the protocol has no contrast of this model.")
        elif model.family != "gaussian":
            left_out.append(
                f"{model.name}: its family is '{model.family}', but power is computed for Gaussian models only; --check simulates the others."
            )
        else:
            tests += [PlannedTest(model, contrast) for contrast in model.contrasts]
    known, every = [t.name for t in tests], tests
    tests = [] if wanted else tests
    for name in wanted:
        found = [t for t in every if name in (t.name, t.model.name, t.contrast.name)]
        if not found:
            near = get_close_matches(name, known, n=1, cutoff=0.3)
            raise AnalysisError(
                f"There is no planned test {name!r}.",
                (f"Did you mean {near[0]!r}? " if near else "") + f"Planned: {'; '.join(known)}.",
            )
        tests += [t for t in found if t not in tests]
    if not tests:
        raise AnalysisError(
            f"Power cannot be computed for any planned test of {protocol.study} in the mode {mode!r}.",
            " ".join(left_out) or "Plan a contrast under 'analysis: models'.",
        )
    return tests, left_out


def correction(protocol: Protocol, tests: Sequence[PlannedTest], model: PlannedModel) -> int:
    """Return the divisor of alpha at the first step of Holm's method: 1 for tests of a primary model.

    The lowest power under Holm's correction is that at alpha divided by this number.
    """
    if protocol.analysis.correction == "none" or model.role == "primary":
        return 1
    return sum(test.model.role != "primary" for test in tests)
