"""Results: everything that an analysis has found, as plain frozen objects that can be stored and read.

Figures and reports are drawn from these objects alone, so that a stored analysis can be reported again
without the data. No person's answers are in them but the audit of exclusions, under random codes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pandas as pd

from analysis.compare import Misfit, Rule
from analysis.dropout import Attrition
from experiments.protocol import Protocol

Table = pd.DataFrame


def empty(*columns: str) -> Table:
    """An empty table with these columns."""
    return pd.DataFrame(columns=list(columns))


@dataclass(frozen=True)
class Provenance:
    """Where the results come from, so that anyone can make them again."""

    study: str
    protocol_version: str
    protocol_hash: str
    simulated: bool
    sources: tuple[str, ...]
    """Folders that were analysed."""
    fingerprint: str
    """SHA-256 over all rows of these folders, first 16 hex digits."""
    collected_with: tuple[str, ...]
    """Versions of compassion that wrote the rows."""
    code_version: str
    versions: dict[str, str]
    """Program or library -> version."""
    seed: int
    made: str
    """Date and time (UTC)."""
    command: str
    """The command that makes these results again."""
    simulation: str = ""
    """What simulated people followed, in one sentence."""


@dataclass(frozen=True)
class Preregistered:
    """The preregistration that the protocol was compared with."""

    file: str
    hash: str
    """First 16 hex digits of its lock."""
    deviations: tuple[str, ...] = ()


@dataclass(frozen=True)
class Measured:
    """A measure as figures and tables speak of it."""

    name: str
    title: str
    unit: str
    prefix: str
    """Written before an amount, such as ``$``."""
    low: float
    high: float
    step: float
    gift: bool
    """An amount divided, with spikes at nothing, half and all."""
    outcome: bool


@dataclass(frozen=True)
class Fitted:
    """One planned model."""

    name: str
    measure: str
    family: str
    role: str
    planned: str
    """The planned formula."""
    fitted: str = ""
    """The formula that was fitted; empty if none could be."""
    method: str = ""
    engine: str = ""
    n: int = 0
    persons: int = 0
    groups: dict[str, int] = field(default_factory=dict)
    converged: bool = True
    singular: bool = False
    notes: tuple[str, ...] = ()
    """What was left out, warnings of the engine, cautions."""
    failed: str = ""
    """Why the model could not be fitted; empty if it was."""
    terms: Table = field(
        default_factory=lambda: empty(
            "part", "term", "estimate", "se", "df", "statistic", "p", "ci_low", "ci_high"
        )
    )
    random: Table = field(default_factory=lambda: empty("part", "group", "term", "sd"))
    shape: Table = field(default_factory=lambda: empty("part", "parameter", "estimate", "se"))
    means: Table = field(
        default_factory=lambda: empty("part", "level", "estimate", "ci_low", "ci_high")
    )
    second: Table = field(default_factory=lambda: empty("part", "term", "estimate", "se"))
    opinion: str = ""
    """What the second engine says, or why it cannot; empty if none was asked for."""


@dataclass(frozen=True)
class TopicTest:
    """What the topic of the predicted curve asks besides the comparison of curves."""

    topic: str
    found: str = ""
    """In one word: window: 'window' (two lines, and a peak inside), 'inverted_u' (two lines only), 'u',
    'neither'; depletion: 'up', 'down', 'no_change'; systems: 'empty', 'not_empty'."""
    table: Table = field(
        default_factory=lambda: empty("quantity", "estimate", "ci_low", "ci_high", "p")
    )
    failed: str = ""


@dataclass(frozen=True)
class Contest:
    """The predicted curve against its rivals."""

    outcome: str
    predictor: str
    n: int = 0
    """Answers that were compared."""
    survivor: str = ""
    """Family that survives; empty if undetermined."""
    leader: str = ""
    """Family with the highest BIC weight."""
    best: str = ""
    """Id of its best curve."""
    reasons: tuple[str, ...] = ()
    """Codes of ``analysis.compare.verdict.Reason``: why no family survives; empty if one does."""
    remaining: tuple[str, ...] = ()
    """Families that are not excluded, by BIC weight."""
    excluded: tuple[str, ...] = ()
    misfit: Misfit | None = None
    """Of the best curve against the cell means; None where no cells remain to test it by."""
    saturated: bool = False
    """Whether the best curve has as many adjustable numbers as the design has cells."""
    sesoi: float | None = None
    """Smallest effect of interest, in units of the outcome, where equivalence was tested."""
    flat: bool | None = None
    """Whether all differences are shown to be smaller."""
    free: str = ""
    """What the specified curves could adjust."""
    rule: Rule = field(default_factory=Rule)
    cautions: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    families: Table = field(
        default_factory=lambda: empty("family", "prior", "best", "weight_bic", "weight_aicc")
    )
    curves: Table = field(default_factory=pd.DataFrame)
    parameters: Table = field(default_factory=pd.DataFrame)
    specified: Table = field(default_factory=pd.DataFrame)
    differences: Table = field(default_factory=pd.DataFrame)
    order: Table = field(default_factory=pd.DataFrame)
    """Bayes factors of the predicted order of means."""
    prediction: Table = field(default_factory=pd.DataFrame)
    """Of new people, the leading family against the runner-up."""
    topic: TopicTest | None = None
    cells: Table = field(
        default_factory=lambda: empty("level", "label", "n", "mean", "ci_low", "ci_high")
    )
    lines: Table = field(default_factory=lambda: empty("curve", "label", "kind", "x", "y"))
    """Curves to draw: kind is 'predicted' (scale fitted, nothing else), 'fitted' or 'flat'."""
    numeric: bool = False
    failed: str = ""


@dataclass(frozen=True)
class InMode:
    """All results of one mode."""

    mode: str
    sessions: int
    analysed: int
    complete: int
    levels: tuple[str, ...]
    """Levels of the predictor, as they are written."""
    measures: tuple[Measured, ...]
    notes: tuple[str, ...]
    """What could not be done, in sentences."""
    flow: Table
    counts: Table
    audit: Table
    dropout: Attrition
    excluded: Attrition
    reliability: Table
    checks: Table
    cells: Table
    """One row per measure and level: n, persons, mean, sd, ci_low, ci_high (over persons)."""
    values: Table
    """How often each value was given: measure, level, value, count."""
    spikes: Table
    models: tuple[Fitted, ...]
    contrasts: Table
    sensitivity: Table
    contest: Contest
    verdicts: Table
    """The verdict with and without exclusions: sessions, persons, survivor, leader, its
    weights, reasons, same."""
    timing: Table


@dataclass(frozen=True)
class Results:
    """The analysis of one study."""

    provenance: Provenance
    protocol: Protocol
    modes: tuple[InMode, ...]
    preregistered: Preregistered | None = None
    """None if no preregistration was given."""

    @property
    def simulated(self) -> bool:
        """Whether simulated people gave the answers."""
        return self.provenance.simulated

    def tables(self) -> dict[str, Table]:
        """All tables by name; with several modes the name begins with the mode.

        In results of simulated people every table has a column ``simulated``.
        """
        found = {}
        for result in self.modes:
            before = f"{result.mode}_" if len(self.modes) > 1 else ""
            for name, table in _tables_of(result):
                marked = table.assign(simulated=True) if self.simulated else table
                found[before + name] = marked
        return found


def _tables_of(result: InMode) -> Iterator[tuple[str, Table]]:
    for name in ("flow", "counts", "audit", "reliability", "checks"):
        yield name, getattr(result, name)
    yield "dropout", result.dropout.table
    yield "excluded", result.excluded.table
    for name in ("cells", "values", "spikes", "contrasts", "sensitivity", "verdicts", "timing"):
        yield name, getattr(result, name)
    for part in ("terms", "random", "shape", "means", "second"):
        pieces = [
            getattr(model, part).assign(model=model.name)
            for model in result.models
            if len(getattr(model, part))
        ]
        yield f"models_{part}", pd.concat(pieces, ignore_index=True) if pieces else empty("model")
    found = ("families", "curves", "parameters", "specified", "differences", "order", "prediction")
    for name in (*found, "cells", "lines"):
        yield f"contest_{name}", getattr(result.contest, name)
    if result.contest.topic is not None:
        yield "contest_topic", result.contest.topic.table
