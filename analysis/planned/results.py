"""Results of an analysis, as frozen objects that can be stored and read.

Figures and reports use these objects alone, so that a stored analysis can be reported again without the data. They
contain no individual data except the audit of exclusions, under random codes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Annotated, Any

import pandas as pd
from pydantic import ConfigDict, PlainSerializer, PlainValidator

from analysis.curves.claims import contrast_label
from analysis.curves.compare import Verdict
from analysis.curves.compare.tested import table_of_tests
from analysis.data.attrition import Attrition
from analysis.data.tables import Table, empty
from analysis.planned.claimed import primary_verdict
from analysis.planned.compared import ModelComparison
from analysis.planned.fitted import ModelResults
from experiments.files.model import Seen
from experiments.protocol.expansion import Expansion, expansion
from experiments.protocol.study_file import StudyFile


@dataclass(frozen=True)
class Simulation:
    """The hypothesis that the simulated participants of a collection followed."""

    n: int
    hypothesis: str
    seed: int


@dataclass(frozen=True)
class Provenance:
    """Sources, versions and command of the results, so that they can be reproduced."""

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
    created: str
    """Date and time (UTC)."""
    command: str
    """The command that reproduces these results."""
    simulations: tuple[Simulation, ...] = ()
    """Simulated hypotheses, for collections that record them."""


@dataclass(frozen=True)
class Preregistered:
    """The comparison of the protocol with its preregistration."""

    file: str
    hash: str
    """First 16 hex digits of its lock."""
    deviations: tuple[str, ...] = ()


@dataclass(frozen=True)
class MeasureInfo:
    """Title, unit and range of a measure, for figures and tables."""

    name: str
    title: str
    unit: str = ""
    prefix: str = ""
    """Written before an amount, such as ``$``."""
    low: float = float("nan")
    high: float = float("nan")
    step: float = 0.0
    """Distance of possible values; 0 if that is not known."""
    gift: bool = False
    """Whether participants divide an amount, so that answers have spikes at nothing, half and all."""
    outcome: bool = False


@dataclass(frozen=True)
class ModeResults:
    """All results of one mode."""

    mode: str
    factors: tuple[str, ...]
    """Factors of the cells: those of the primary model and of the curves of the hypothesis."""
    levels: tuple[str, ...]
    """Words of the cells, in order: the levels of the only factor, or all combinations."""
    dropout: Attrition
    excluded: Attrition
    models: tuple[ModelResults, ...]
    contrasts: Table
    """One row for each contrast or term that is tested, and part of its model."""
    comparisons: tuple[ModelComparison, ...]
    """One for each hypothesis whose claim is compared with rivals, and for each level of a factor that its curves
    do not know."""
    flow: Table
    notes: tuple[str, ...]
    """Notes on analyses that were not possible."""
    sessions: int = 0
    analysed: int = 0
    complete: int = 0
    """Sessions of those analysed that were finished."""
    finished: int = 0
    """All sessions that were finished."""
    measures: tuple[MeasureInfo, ...] = ()
    counts: Table = field(default_factory=partial(empty, "rule", "applies", "all sessions"))
    audit: Table = field(
        default_factory=partial(empty, "participant", "session", "cell", "rule", "why", "applies")
    )
    reliability: Table = field(default_factory=partial(empty, "score"))
    checks: Table = field(
        default_factory=partial(empty, "measure", "sentence", "cell", "n", "right", "share")
    )
    cells: Table = field(default_factory=partial(empty, "measure", "level"))
    """One row per measure and cell of the factors that its rows know: n, participants, mean, sd, ci_low, ci_high
    (from participants' means); ``level`` has the words of the cell, ``first`` those of its first factor, ``number``
    its level if that is a number, ``others`` the words of all others."""
    values: Table = field(default_factory=partial(empty, "measure", "level", "value", "count"))
    """Frequency of each value."""
    trials: Table = field(default_factory=partial(empty, "rule", "excluded", "left"))
    """Number of trials that each rule leaves out, in order."""
    spikes: Table = field(default_factory=partial(empty, "measure", "level"))
    sensitivity: Table = field(
        default_factory=partial(empty, "sessions", "participants", "model", "contrast")
    )
    verdicts: Table = field(
        default_factory=partial(
            empty,
            "sessions",
            "participants",
            "best_supported",
            "leader",
            "weight_bic",
            "weight_aicc",
        )
    )
    """The verdict with and without exclusions, its reasons, and whether it is that of the main analysis."""
    specifications: Table = field(default_factory=partial(empty, "contrast", "estimate"))
    """The primary contrasts in all planned models and selections of sessions; see ``specifications.specifications``."""
    timing: Table = field(default_factory=partial(empty, "renderer", "sessions"))
    foretold: tuple[str, ...] = ()
    """What a study of the planned size can tell, in sentences; it does not depend on the data."""

    def label(self, contrast: str) -> str:
        """Return the label of a planned contrast."""
        own = self.contrasts.loc[self.contrasts["contrast"] == contrast, "label"]
        return str(own.iloc[0]) if len(own) else contrast_label(contrast)

    @property
    def primary(self) -> Verdict:
        """The tests of the primary contrasts, without regard to a hypothesis."""
        combined = next((m.combined for m in self.models if m.role == "primary"), "one")
        return primary_verdict(self.contrasts, combined)

    @property
    def tested(self) -> pd.DataFrame:
        """All tests on which verdicts rest, one row each: of each comparison, or of the primary contrasts without one."""
        parts = [
            table_of_tests(one.verdict.tests).assign(hypothesis=one.hypothesis, within=one.within)
            for one in self.comparisons
            if one.verdict is not None
        ]
        if not self.comparisons:
            parts = [table_of_tests(self.primary.tests).assign(hypothesis="", within="")]
        return pd.concat(parts, ignore_index=True) if parts else table_of_tests(())

    @property
    def comparison(self) -> ModelComparison | None:
        """The comparison of the first hypothesis on all rows of its outcome; None without a hypothesis."""
        return self.comparisons[0] if self.comparisons else None


def expanded(study: StudyFile) -> Expansion:
    """Return the expansion of a study that names the files it uses, such as one that was read from an expansion."""
    return expansion(study, study.files)


def from_tree(stored: Any) -> StudyFile:
    """Return the study of an expansion's tree."""
    if isinstance(stored, StudyFile):
        return stored
    return StudyFile.model_validate(stored, context=Seen())


def _as_tree(study: StudyFile) -> dict[str, Any]:
    return expanded(study).tree


@dataclass(frozen=True)
class Results:
    """The analysis of one study."""

    __pydantic_config__ = ConfigDict(ser_json_inf_nan="strings")

    provenance: Provenance
    study: Annotated[StudyFile, PlainValidator(from_tree), PlainSerializer(_as_tree)]
    """As read from the expansion: everything is written out."""
    modes: tuple[ModeResults, ...]
    preregistered: Preregistered | None = None
    """None if no preregistration was given."""

    @property
    def simulated(self) -> bool:
        """Whether the data are simulated."""
        return self.provenance.simulated

    @property
    def hash(self) -> str:
        """First 16 hex digits of the SHA-256 of the study's expansion."""
        return expanded(self.study).hash

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return all tables by name; with several modes, each name begins with the mode.

        With simulated data, every table has a column ``simulated``.
        """
        tables = {}
        for result in self.modes:
            prefix = f"{result.mode}_" if len(self.modes) > 1 else ""
            for name, table in _tables_of(result):
                marked = table.assign(simulated=True) if self.simulated else table
                tables[prefix + name] = marked
        return tables


OF_MODELS = (
    *("terms", "random", "shape", "means", "responses", "held", "two_lines", "bounds"),
    *("influence", "left_out", "second"),
)
"""Tables of each model."""


def _tables_of(result: ModeResults) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield all tables of a mode, found by their type."""
    yield "tested", result.tested
    yield from _fields(result)
    yield "dropout", result.dropout.table
    yield "excluded", result.excluded.table
    for part in OF_MODELS:
        pieces = [
            getattr(model, part).assign(model=model.name)
            for model in result.models
            if len(getattr(model, part))
        ]
        yield f"models_{part}", pd.concat(pieces, ignore_index=True) if pieces else empty("model")
    for number, comparison in enumerate(result.comparisons, 1):
        title = "comparison" if number == 1 else f"comparison_{number}"
        for name, table in _fields(comparison):
            yield f"{title}_{name}", table
        if comparison.topic is not None:
            yield f"{title}_topic", comparison.topic.table


def _fields(results: object) -> list[tuple[str, pd.DataFrame]]:
    return [
        (name, table) for name, table in vars(results).items() if isinstance(table, pd.DataFrame)
    ]
