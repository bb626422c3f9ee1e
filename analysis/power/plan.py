"""The tests that a protocol plans, one for each contrast of each planned model of a mode."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from analysis.errors import AnalysisError
from experiments.planned import Contrast, PlannedModel
from experiments.protocol import Protocol


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
    """Return the tests of a mode whose power can be told, and why the others are left out.

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
                f"{model.name}: its likelihood is '{model.family}'; power is told for Gaussian models."
            )
        else:
            tests += [PlannedTest(model, contrast) for contrast in model.contrasts]
    if wanted:
        tests = _chosen(tests, wanted)
    if not tests:
        raise AnalysisError(
            f"No planned test of {protocol.study} in the mode {mode!r} has a power to tell.",
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
