"""Loading of collections and packages into one table; simulated and collected data are never combined.

Loaded data are as collected; ``analysis.data.exclude`` applies exclusions, and ``analysis.data.frames`` builds the
frames of outcomes for models.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import pandas as pd
import pyarrow as pa

from analysis.data.looks import DataLook
from analysis.data.rows import (
    SESSION,
    asked_once,
    in_order,
    of_sessions,
    that_count,
    wide,
    with_computed,
)
from analysis.errors import AnalysisError
from experiments.numbers import count
from experiments.package import DataError, gather, is_tidy, read_tidy
from experiments.package.arrow import SESSION_SCHEMA, concatenate, factors_of
from experiments.package.gathering import refuse_duplicate_sessions, refuse_mixed_sources
from experiments.package.tidy import TIDY
from experiments.session.journal import Damage

#: Largest number of damaged lines that are listed individually.
MOST_LISTED = 10
#: Nullable types, so that integers and booleans with missing values keep their type.
_TYPES = {pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype()}


@dataclass(frozen=True)
class Data(DataLook):
    """Rows of one study, all simulated or all collected."""

    study: str
    simulated: bool
    rows: pd.DataFrame = field(repr=False)
    """The columns of ``experiments.schema`` (``cells`` as JSON), and one column for each factor."""
    sessions: pd.DataFrame = field(repr=False)
    """One row per session: the columns of ``experiments.schema.SESSION_COLUMNS``; once the study is known
    (``analysis.data.conditions``) also its between-factors, and ``cell`` with the name of the condition."""
    factors: tuple[str, ...]
    damage: tuple[Damage, ...] = ()
    """Damaged lines, which were left out."""
    sources: tuple[str, ...] = ()
    imported: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False)
    """Imported signals: the columns of ``experiments.package.imported.DESCRIBED``; no rows if there are none."""
    levels: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    """Factor -> its levels in the order of the study, once the study is known."""
    computed: tuple[pd.DataFrame, ...] = field(default=(), repr=False)
    """Computed columns, and means of matrices, that have a value for each trial (``analysis.data.with_columns``)."""
    computed_once: tuple[pd.DataFrame, ...] = field(default=(), repr=False)
    """Those that have one value for each session."""
    notes: tuple[str, ...] = ()
    """What could not be computed."""

    @cached_property
    def asked(self) -> pd.DataFrame:
        """The rows of questions that were asked, without answers that participants took back."""
        return that_count(self.rows)

    @cached_property
    def trials(self) -> pd.DataFrame:
        """One row per trial: participant, session, step (name of the loop), trial, item, the factors, and each measure.

        Once the study is known, there is also a column for each mean of a matrix, and each column that the study
        computes for trials; those with one value for each session are in ``participants``.

        A measure's column has its address (``analysis.data.names.column_of``), with ``_time`` the response time in s;
        ``simulated`` marks every row. Factors are ordered categories. ``mode`` is the mode of the session.
        """
        rows = self.asked[self.asked["phase"] == "trials"]
        table = wide(rows, self.factors, list(rows["measure"].unique()), "trials")
        table = with_computed(in_order(table, self.levels), self.computed)
        return table.assign(simulated=self.simulated)

    @cached_property
    def participants(self) -> pd.DataFrame:
        """One row per session: participant, condition, each measure asked outside the trials, ``simulated``."""
        known = [name for name in (*self.factors, "cell") if name in self.sessions]
        sessions = self.sessions[[*SESSION, *known]]
        rows = self.asked[~self.asked["phase"].isin(["trials", "practice"])]
        table = in_order(asked_once(rows, sessions), self.levels)
        table = with_computed(table, self.computed_once)
        return table.assign(simulated=self.simulated)

    @property
    def modes(self) -> tuple[str, ...]:
        """Modes of the sessions."""
        return tuple(sorted(self.sessions["mode"].dropna().unique()))

    @property
    def protocol_hashes(self) -> tuple[str, ...]:
        """Content hashes of the protocols of the sessions."""
        return tuple(sorted(self.sessions["protocol_hash"].dropna().unique()))

    @property
    def damage_notes(self) -> tuple[str, ...]:
        """Notes on damaged lines, up to ``MOST_LISTED``, and the number of the others."""
        listed = tuple(str(line) for line in self.damage[:MOST_LISTED])
        more = len(self.damage) - len(listed)
        return (*listed, f"{more} more damaged lines were left out.") if more else listed

    def only(self, sessions: pd.DataFrame) -> Data:
        """Return the data of some sessions (a table with the columns participant and session)."""
        rows, own = (
            table[of_sessions(table, sessions)].reset_index(drop=True)
            for table in (self.rows, self.sessions)
        )
        return replace(self, rows=rows, sessions=own)

    def in_mode(self, mode: str | None = None) -> Data:
        """Return the data of one mode.

        Raises
        ------
        AnalysisError
            If there are several modes and none is named, or there is no mode of this name.
        """
        if mode is None and len(self.modes) > 1:
            raise AnalysisError(
                f"The data contain sessions of the modes {', '.join(self.modes)}, which are never pooled.",
                "Name one of them (--mode).",
            )
        if mode is None or (mode,) == self.modes:
            return self
        if mode not in self.modes:
            raise AnalysisError(
                f"There is no session of the mode {mode!r} in the data.",
                f"Modes in the data: {', '.join(self.modes) or 'none'}.",
            )
        return self.only(self.sessions[self.sessions["mode"] == mode])

    def one_protocol(self) -> Data:
        """Return the data, after checking that all sessions were run with the same content of the protocol.

        Raises
        ------
        AnalysisError
            If they were not.
        """
        if len(self.protocol_hashes) > 1:
            counts = self.sessions[["protocol_version", "protocol_hash"]].value_counts(sort=False)
            versions = "; ".join(
                f"version {version} (hash {hash}): {count(n, 'session', 'sessions')}"
                for version, hash, n in counts.reset_index().to_numpy().tolist()
            )
            raise AnalysisError(
                f"The data were collected with different contents of the protocol: {versions}.",
                "Analyse each separately: give the folders of one version at a time.",
            )
        return self


def load(paths: str | Path | Iterable[str | Path]) -> Data:
    """Load collections, data packages and tidy folders of one study.

    Parameters
    ----------
    paths
        Folders of collections, packages or imported tables, in any number and combination.

    Raises
    ------
    DataError
        If simulated and collected data or two studies are combined, a session occurs twice, or a file
        cannot be read. Damaged lines are left out and listed in ``damage``.
    AnalysisError
        If a path is none of these, or does not exist.
    """
    given = [paths] if isinstance(paths, (str, Path)) else list(paths)
    unique = list(dict.fromkeys(Path(path).resolve() for path in given))
    if not unique:
        raise AnalysisError("No data were given.", "Give the folder of a collection or a package.")
    collections = [path for path in unique if (path / "collection.json").is_file()]
    parts = [read_tidy(_tidy_folder(path)) for path in unique if path not in collections]
    if collections:
        parts.append(gather(collections))
    refuse_mixed_sources([(str(part.folder), part.study, part.simulated) for part in parts])
    if len(parts) > 1:
        refuse_duplicate_sessions(row for part in parts for row in part.sessions.to_pylist())
    rows = parts[0].rows if len(parts) == 1 else concatenate([part.rows for part in parts])
    sessions = pa.concat_tables([part.sessions.select(SESSION_SCHEMA.names) for part in parts])
    _check_marks(rows, parts[0].simulated, str(parts[0].folder))
    return Data(
        parts[0].study,
        parts[0].simulated,
        rows.to_pandas(types_mapper=_TYPES.get),
        sessions.to_pandas(types_mapper=_TYPES.get),
        factors_of(rows),
        tuple(damage for part in parts for damage in part.damage),
        tuple(map(str, unique)),
        pa.concat_tables([part.imported for part in parts]).to_pandas(types_mapper=_TYPES.get),
    )


def _tidy_folder(path: Path) -> Path:
    for folder in (path, path / TIDY, path.parent):
        if is_tidy(folder) and (folder != path.parent or path.name.startswith("rows.")):
            return folder
    packages = sorted(p.name for p in path.glob("v*") if is_tidy(p / TIDY)) if path.is_dir() else []
    if packages:
        raise AnalysisError(
            f"{path} contains packages for different contents of the protocol: {', '.join(packages)}.",
            "Name one of them.",
        )
    inside = sorted(path.rglob("collection.json")) if path.is_dir() else []
    if inside:
        folders = [str(file.parent) for file in inside[:MOST_LISTED]]
        raise AnalysisError(
            f"{path} contains collections, and is none itself.",
            f"Give the folder of one of them: {' or '.join(folders)}.",
        )
    what = "does not exist" if not path.exists() else "is neither a collection nor a data package"
    raise AnalysisError(
        f"{path} {what}.",
        "A collection has a file collection.json, a package a folder derivatives/tidy; a journal is"
        " loaded with the collection that it belongs to.",
    )


def _check_marks(rows: pa.Table, simulated: bool, path: str) -> None:
    """Check that all rows are marked as simulated, or all as collected, as the folder is."""
    marks = {mark for mark in rows["simulated"].unique().to_pylist() if mark is not None}
    if marks - {simulated}:
        kinds = {True: "simulated", False: "collected"}
        raise DataError(
            f"{path} is marked as {kinds[simulated]} data, but some of its rows are {kinds[not simulated]}."
            " Simulated and collected data are never combined."
        )


def trials(data: Data, *measures: str, phase: str = "trials") -> pd.DataFrame:
    """Return one row per trial, with a column for each measure.

    Parameters
    ----------
    data
        Data of one mode.
    measures
        Measures asked in the trials. Columns are numeric if all answers are numbers, otherwise text.
    phase
        Part of the session whose rows are used.

    Returns
    -------
    DataFrame
        participant, session, mode, slot, language, step, trial, item, the factors, and the measures (``column_of``);
        trials without any answer are left out, skipped measures are missing. If a screen was shown
        again, the last answer counts.

    Raises
    ------
    AnalysisError
        If there are several modes, or a measure was not asked.
    """
    data.in_mode()
    for measure in measures:
        check_asked(data, measure, phase)
    return wide(data.asked, data.factors, measures, phase)


def check_asked(data: Data, measure: str, phase: str) -> None:
    """Check that a measure was asked.

    Raises
    ------
    AnalysisError
        If it was not; the message lists the measures of this part of the session.
    """
    asked = data.rows.loc[data.rows["phase"] == phase, "measure"]
    if not (asked == measure).any():
        raise AnalysisError(
            f"The measure {measure!r} was not asked in the part {phase!r}.",
            f"Measures asked there: {', '.join(sorted(asked.unique())) or 'none'}.",
        )
