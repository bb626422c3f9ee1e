"""What a power analysis is asked for: planned tests, sizes and effects, checked before anything is computed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

from analysis.errors import AnalysisError
from analysis.simulate import Assumptions
from experiments.numbers import count
from experiments.planned import Contrast, PlannedModel
from experiments.protocol import Protocol

SHARES_OF_PLAN = (0.25, 0.5, 1.0, 1.5, 2.0, 4.0)
SHOWN_EFFECTS = (0.0, 0.10, 0.20, 0.30, 0.50)
STEP = 0.01
"""Distance of the effects whose power is computed, so that curves are smooth and sensitivity is exact."""
MOST_EFFECT = 5.0


@dataclass(frozen=True)
class PowerSettings:
    """The grid and the precision of a power analysis. What is empty follows from the protocol."""

    mode: str = ""
    tests: tuple[str, ...] = ()
    sizes: tuple[int, ...] = ()
    """Complete participants per cell."""
    effects: tuple[float, ...] = ()
    """Standardised differences (Cohen's d)."""
    targets: tuple[float, ...] = (0.80, 0.90)
    studies: int = 2_000
    check: int = 0
    """Whole studies of simulated participants, for each of two worlds (none by default)."""
    seed: int = 1
    prior: Path | None = None
    assumed: Assumptions = field(default_factory=Assumptions)


@dataclass(frozen=True)
class Grid:
    """Sizes and effects of a run."""

    sizes: tuple[int, ...]
    shown: tuple[float, ...]
    """Effects that tables show."""
    effects: tuple[float, ...]
    """All effects whose power is computed."""

    def place(self, effect: float) -> int:
        """Return the place of an effect in ``effects``."""
        return self.effects.index(round(effect, 6))


def grid_of(protocol: Protocol, settings: PowerSettings) -> Grid:
    """Return the grid of a run.

    Raises
    ------
    AnalysisError
        If a number is impossible.
    """
    planned = protocol.sample.per_cell
    sizes = settings.sizes or tuple(max(4, round(planned * share)) for share in SHARES_OF_PLAN)
    small = [n for n in sizes if n < 2]
    if small:
        raise AnalysisError(
            f"{count(small[0], 'person', 'people')} per cell cannot show how much people differ, so that no"
            " test has a standard error.",
            "Ask for at least 2 per cell, better 20 or more.",
        )
    shown = (*(settings.effects or SHOWN_EFFECTS), 0.0, protocol.sesoi.d)
    bad = [d for d in shown if not (math.isfinite(d) and 0 <= d <= MOST_EFFECT)]
    if bad:
        raise AnalysisError(
            f"The effect {bad[0]:g} is not between 0 and {MOST_EFFECT:g} standard deviations.",
            "Effects are Cohen's d; power is the same for an effect in the other direction.",
        )
    for target in settings.targets:
        if not protocol.analysis.alpha < target < 1:
            raise AnalysisError(
                f"The target power {target:g} is not between alpha ({protocol.analysis.alpha:g}) and 1.",
                "Usual targets are 0.80 and 0.90.",
            )
    if settings.studies < 1:
        raise AnalysisError(f"{settings.studies} studies cannot be simulated.", "Ask for 2000.")
    most = max(1.0, 1.5 * max(shown))
    fine = {round(i * STEP, 6) for i in range(round(most / STEP) + 1)}
    effects = tuple(sorted(fine | {round(d, 6) for d in shown}))
    return Grid(
        tuple(sorted({*sizes, planned})), tuple(sorted({round(d, 6) for d in shown})), effects
    )


@dataclass(frozen=True)
class PlannedTest:
    """One contrast of one planned model."""

    model: PlannedModel
    contrast: Contrast

    @property
    def name(self) -> str:
        """Model and contrast, as results call it."""
        return f"{self.model.name}: {self.contrast.name}"

    @property
    def primary(self) -> bool:
        """Whether its model is a primary one."""
        return self.model.role == "primary"


def planned_models(protocol: Protocol, mode: str) -> list[PlannedModel]:
    """Return the models that are fitted in a mode."""
    return [m for m in protocol.analysis.models if not m.modes or mode in m.modes]


def planned_tests(
    protocol: Protocol, mode: str, wanted: Sequence[str] = ()
) -> tuple[list[PlannedTest], list[str]]:
    """Return the tests of a mode whose power can be computed, and why the others are left out.

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
    for model in planned_models(protocol, mode):
        if not model.contrasts:
            left_out.append(f"{model.name}: the protocol plans no contrast of it.")
        elif model.family != "gaussian":
            left_out.append(
                f"{model.name}: its likelihood is '{model.family}'; power is computed for Gaussian models; --check simulates the others."
            )
        else:
            tests += [PlannedTest(model, contrast) for contrast in model.contrasts]
    if wanted:
        tests = _chosen(tests, wanted)
    if not tests:
        raise AnalysisError(
            f"No planned test of {protocol.study} in the mode {mode!r} has a power that can be computed.",
            " ".join(left_out) or "Plan a contrast under 'analysis: models'.",
        )
    return tests, left_out


def correction(protocol: Protocol, tests: Sequence[PlannedTest], test: PlannedTest) -> int:
    """Return by how many tests Holm divides alpha at the first step: 1 for a primary test.

    The least power under Holm's correction is the one at alpha divided by this number.
    """
    if protocol.analysis.correction == "none" or test.primary:
        return 1
    return sum(not other.primary for other in tests)


def _chosen(tests: list[PlannedTest], wanted: Sequence[str]) -> list[PlannedTest]:
    chosen: list[PlannedTest] = []
    for name in wanted:
        found = [t for t in tests if name in (t.name, t.model.name, t.contrast.name)]
        if not found:
            known = [t.name for t in tests]
            near = get_close_matches(name, known, n=1, cutoff=0.3)
            raise AnalysisError(
                f"There is no planned test {name!r}.",
                (f"Did you mean {near[0]!r}? " if near else "") + f"Planned: {'; '.join(known)}.",
            )
        chosen += [t for t in found if t not in chosen]
    return chosen
