"""Variance components: how much persons, stimuli and single answers differ, in shares of the variance.

The unit of everything in a power analysis is the standard deviation of one measure within a condition, so
that the shares add up to 1 and an effect is Cohen's d.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from math import isfinite, isnan

from analysis.errors import AnalysisError
from analysis.simulate import Assumptions

SHARES = ("person", "person_by_level", "stimulus", "stimulus_by_level", "residual")


@dataclass(frozen=True)
class Components:
    """Shares of the variance of one measure within a condition."""

    person: float
    """Between persons, whatever the condition."""
    person_by_level: float
    """Of persons by conditions: how differently the effect turns out from person to person."""
    stimulus: float
    """Between stimuli."""
    stimulus_by_level: float
    """Of stimuli by conditions: how differently the effect turns out from stimulus to stimulus."""
    residual: float
    """Of the single answer."""
    source: str = ""
    """Where the numbers are from, with the tag of the fact sheet."""

    def __post_init__(self) -> None:
        for name in SHARES:
            value = getattr(self, name)
            if not (isfinite(value) and value >= 0):
                raise AnalysisError(
                    f"The variance component {name!r} is {value!r}.",
                    "It is a number of at least 0.",
                )
        if self.residual <= 0:
            raise AnalysisError(
                "No variance is left to the single answer (residual).",
                "Lower the other components; they are shares of a whole of 1.",
            )

    @property
    def shares(self) -> dict[str, float]:
        """The five shares by name."""
        return {name: float(getattr(self, name)) for name in SHARES}

    def scaled(self) -> Components:
        """Return the same components as shares that add up to 1."""
        total = sum(self.shares.values())
        return Components(**{k: v / total for k, v in self.shares.items()}, source=self.source)

    def without_stimuli(self) -> Components:
        """Return the components where stimuli have nothing to differ in: theirs is the single answer's."""
        own = self.stimulus + self.stimulus_by_level
        return replace(self, stimulus=0.0, stimulus_by_level=0.0, residual=self.residual + own)

    def described(self) -> dict[str, object]:
        """Return the numbers and their source as plain data."""
        return asdict(self)


def of_outcome(assumed: Assumptions) -> Components:
    """Return the components of the outcome under the assumptions for simulated people."""
    return Components(
        assumed.person,
        assumed.person_by_level,
        assumed.stimulus,
        assumed.stimulus_by_level,
        assumed.residual,
        "assumptions of the simulated people: persons from the dictator games of PSA 008, pilot 2 [C];"
        " the rest convention",
    )


def of_related(assumed: Assumptions) -> Components:
    """Return the components of another measure of the same trial.

    It shares ``with_outcome`` with the outcome; what is its own is half the person's, half the answer's
    (``analysis.simulate.people``).
    """
    outcome, shared = of_outcome(assumed), assumed.with_outcome**2
    own = (1 - shared) / 2
    return Components(
        shared * outcome.person + own,
        shared * outcome.person_by_level,
        shared * outcome.stimulus,
        shared * outcome.stimulus_by_level,
        shared * outcome.residual + own,
        "assumptions of the simulated people: r = .60 with the outcome, Maier, Wong & Feldman (2023) [V];"
        " the rest convention",
    )


def of_scale(assumed: Assumptions, items: int) -> Components:
    """Return the components of the mean of a scale's items, asked once after the stimuli."""
    share = assumed.item_with_scale
    reliability = share / (share + (1 - share) / items)
    related = of_related(assumed)
    parts = {name: reliability * value for name, value in related.shares.items()}
    parts["residual"] += 1 - reliability
    return Components(
        **parts, source=related.source + f"; reliability {reliability:.2f}, convention"
    )


def read_components(given: Mapping[str, object], where: str) -> Components:
    """Read components from plain data, in any unit of variance.

    Raises
    ------
    AnalysisError
        If a name is unknown, or a number missing or impossible.
    """
    known = {field.name for field in fields(Components)}
    if unknown := sorted(set(given) - known - {"tag"}):
        raise AnalysisError(
            f"{where}: {unknown[0]!r} is no variance component.", f"Known: {', '.join(SHARES)}."
        )
    values: dict[str, float] = {}
    for name in SHARES:
        value = given.get(name, 0.0 if name.endswith("_by_level") else None)
        if value is None:
            raise AnalysisError(
                f"{where}: the variance component {name!r} is missing.",
                f"Give {', '.join(n for n in SHARES if not n.endswith('_by_level'))}.",
            )
        if isinstance(value, bool) or not isinstance(value, (int, float)) or isnan(value):
            raise AnalysisError(
                f"{where}: the variance component {name!r} is {value!r}, not a number.",
                "Write for example 0.6.",
            )
        values[name] = float(value)
    source, tag = str(given.get("source", "")), str(given.get("tag", ""))
    if not source:
        raise AnalysisError(
            f"{where}: the source of the variance components is missing.",
            "Add 'source' (where the numbers are from) and 'tag' (V, V2, M+, M, C or convention).",
        )
    cited = f"{source} [{tag}]" if tag else source
    return Components(**values, source=cited).scaled()
