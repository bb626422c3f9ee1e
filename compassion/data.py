"""Data of a study: load, exclude, score, report."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from analysis.data.conditions import with_conditions
from analysis.data.exclude import Excluded
from analysis.data.exclude import exclude as exclude_sessions
from analysis.data.load import Data
from analysis.data.load import load as load_data
from analysis.data.score import Scores
from analysis.data.score import score as score_data
from analysis.data.with_columns import with_columns
from analysis.errors import AnalysisError
from analysis.planned.analyse import protocol_beside
from analysis.report import Report, write_report
from analysis.report.analysing import analyse_data
from analysis.simulate import Simulation
from experiments.study import Study, open_collected

Paths = str | Path | Simulation | Iterable[str | Path]


def load(data: Paths, study: Study | None = None, *, host: str = "") -> Data:
    """Load data as tidy frames.

    Parameters
    ----------
    data : path, several paths, or what ``simulate`` returned
        Folders of sessions or data packages; with ``host``, result files as downloaded from the host.
    study : Study, optional
        By default the protocol beside the data.
    host : {"collector", "jatos", "pavlovia", "file"}, optional
        Where result files come from. They are only read here; ``compassion data import`` stores them in a
        collection, to which more can be added later.

    Returns
    -------
    Data
        ``trials`` (one row per trial; a column for each measure, named with its address, such as ``appeal_donation``
        for ``appeal.donation``, and one with ``_time`` for its response time in seconds, and a column for each mean of a
        matrix and each entry of ``columns`` in the study; factors are categorical, in the order of the study), ``participants`` (answers given outside the trials, one row per session), ``sessions`` (how
        each session ran), ``rows`` (one row per answer).

    Raises
    ------
    AnalysisError
        If a path holds no data, or there is no protocol.
    DataError, ResultsImportError
        If simulated and collected data are mixed, or files cannot be read.

    Examples
    --------
    >>> data = compassion.load("data/identified_victim/2.0.0/collected")    # doctest: +SKIP
    >>> data.trials.groupby("victim").appeal_donation.mean()                # doctest: +SKIP
    """
    if isinstance(data, Simulation):
        data = data.folder
    paths = [data] if isinstance(data, (str, Path)) else list(data)
    if host:
        found, study = _from_host(paths, study, host)
        return with_columns(with_conditions(found, study), study)
    loaded = load_data(paths)
    if study is None:
        study = open_collected(protocol_beside(Path(path).resolve() for path in paths))
    return with_columns(with_conditions(loaded, study), study)


def exclude(data: Data, study: Study | None = None, *, mode: str | None = None) -> Excluded:
    """Apply the exclusion rules that the protocol fixed in advance.

    Parameters
    ----------
    data : Data
        As returned by ``load``.
    study : Study, optional
        By default the protocol beside the data.
    mode : str, optional
        Mode to analyse, if the data contain several; modes are never pooled.

    Returns
    -------
    Excluded
        ``data`` (the sessions that are kept), ``without`` (the data after only the rules that always apply),
        ``strict`` (after the rules of the sensitivity analysis as well), ``audit`` (which session was excluded
        by which rule, and why), ``counts``, ``flow``, ``dropout``, ``trials`` (how many trials each rule leaves out).

    Examples
    --------
    >>> kept = compassion.exclude(data)    # doctest: +SKIP
    >>> kept.data.trials                   # doctest: +SKIP
    """
    _check_data(data, "exclude(data)")
    known = study or _study_of(data)
    found = exclude_sessions(data, known, mode)
    # What is centred or standardised is so for the sessions that are left.
    return replace(
        found,
        data=with_columns(found.data, known),
        without=with_columns(found.without, known),
        strict=with_columns(found.strict, known),
    )


def score(data: Data, study: Study | None = None) -> Scores:
    """Score the questionnaires of a study.

    Parameters
    ----------
    data : Data
        As returned by ``load``, or ``exclude(data).data``.
    study : Study, optional
        By default the protocol beside the data.

    Returns
    -------
    Scores
        ``scores`` (one row per session, a column for each score) and ``reliability`` (alpha and omega).

    Examples
    --------
    >>> compassion.score(kept.data).table()    # doctest: +SKIP
    """
    _check_data(data, "score(data)")
    return score_data(data, study or _study_of(data))


def report(
    data: Data,
    to: str | Path,
    study: Study | None = None,
    *,
    mode: str = "",
    seed: int = 1,
    pdf: bool = False,
) -> Report:
    """Run the planned analysis of a study and write its report.

    Parameters
    ----------
    data : Data
        As returned by ``load``, before any exclusions: the protocol's exclusion rules are applied here.
    to : str or Path
        Folder for the report; if it is not empty, a numbered folder beside it is used.
    study : Study, optional
        By default the protocol beside the data.
    mode : str, optional
        Only this mode; by default all modes, each analysed separately.
    seed : int
        Random seed.
    pdf : bool
        Whether to write a PDF as well.

    Returns
    -------
    Report
        ``html``, ``pdf``, ``results``.

    Examples
    --------
    >>> compassion.report(data, "reports/identified_victim").summary()    # doctest: +SKIP
    """
    _check_data(data, "report(data, folder)")
    results = analyse_data(data, study or _study_of(data), mode=mode, seed=seed)
    return write_report(results, Path(to), pdf=pdf)


def _from_host(paths: list[str | Path], study: Study | None, host: str) -> tuple[Data, Study]:
    """Read a host's result files through a temporary collection."""
    # Imported only here: it needs libraries for databases and archives that nothing else here needs.
    from experiments.online.results.importing import import_results
    from experiments.online.results.results import read_results
    from experiments.session.journal import Damage

    if study is None:
        raise AnalysisError(
            "A host's result files do not contain the protocol.",
            "Give the study: load(files, open_study('study.yaml'), host='jatos').",
        )
    names = [str(path) for path in paths]
    with TemporaryDirectory() as folder:
        done = import_results(study, Path(folder), read_results(host, names))
        loaded = load_data(folder)
    damage = tuple(Damage(names[0], 0, fault) for fault in done.faults)
    return replace(loaded, sources=tuple(names), damage=(*loaded.damage, *damage)), study


def _study_of(data: Data) -> Study:
    return open_collected(protocol_beside(Path(source) for source in data.sources))


def _check_data(data: object, call: str) -> None:
    if not isinstance(data, Data):
        raise AnalysisError(
            f"This function takes the data of a study; found {type(data).__name__}.",
            f"Load them first: data = load(folder), then {call}.",
        )
