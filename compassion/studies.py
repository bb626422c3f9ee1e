"""Studies: open, simulate, load, exclude, score, power, report."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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
from analysis.power import DEFAULT_CACHE, Power, PowerSettings, power_of
from analysis.report import Report, write_report
from analysis.report.analysing import analyse_data
from analysis.simulate import Simulation
from analysis.simulate import simulate as simulate_sessions
from experiments.places import find
from experiments.study import Study, open_collected
from experiments.study import open_study as open_file

Paths = str | Path | Simulation | Iterable[str | Path]


def open_study(protocol: str | Path) -> Study:
    """Open a study: its protocol, checked, with everything it refers to.

    Parameters
    ----------
    protocol : str or Path
        Protocol file, or the name of a study that comes with compassion, such as ``"identified_victim"``.

    Raises
    ------
    InvalidFileError
        Listing every fault in the protocol: line, key, what was found and what to write instead.
    FileNotFoundError
        Listing the places that were searched.

    Examples
    --------
    >>> import compassion
    >>> study = compassion.open_study("identified_victim")
    >>> list(study.names.factors)
    ['victim']
    """
    name = str(protocol)
    file = Path(name)
    if not file.suffix and not file.exists():
        name = f"{name}.yaml"
    return open_file(find(name, "protocols"))


def simulate(
    study: Study,
    to: str | Path,
    n: int,
    hypothesis: str | None = None,
    *,
    mode: str | None = None,
    effect: float | None = None,
    language: str | None = None,
    seed: int = 1,
    workers: int = 1,
) -> Simulation:
    """Simulate participants who go through the screens of the study and answer them.

    Parameters
    ----------
    study : Study
        As returned by ``open_study``.
    to : str or Path
        Folder for the sessions; it must not contain any yet.
    n : int
        Number of sessions.
    hypothesis : str, optional
        What they follow: a curve of the catalogue, or an order or contrast as the study writes it; by default
        what the study claims. Without hypotheses, no condition has an effect.
    mode : str, optional
        Mode of the study; by default the primary one.
    effect : float, optional
        Difference between the highest and the lowest level, or value of a contrast, in standard deviations of the
        outcome. By default as the curve predicts; of orders and contrasts the smallest effect of interest, or .5.
    language : str, optional
    seed : int
        The same seed gives the same sessions, byte for byte.
    workers : int
        Number of parallel processes.

    Returns
    -------
    Simulation
        Everything in its folder is marked as simulated.

    Examples
    --------
    >>> simulation = compassion.simulate(study, "data/simulated", 200, "flat")    # doctest: +SKIP
    """
    _check_study(study, "simulate(study, folder, n)")
    return simulate_sessions(
        study, Path(to), n, hypothesis, seed,
        mode=mode, language=language, effect=effect, workers=workers,
    )  # fmt: skip


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


def power(
    study: Study,
    *,
    n: Sequence[int] = (),
    effect: Sequence[float] = (),
    target: Sequence[float] = (0.8, 0.9),
    test: Sequence[str] = (),
    mode: str = "",
    studies: int = 2_000,
    seed: int = 1,
    workers: int = 1,
    cache: str | Path = DEFAULT_CACHE,
) -> Power:
    """Compute the power of a study's planned tests, and how well its predicted curves can be distinguished.

    Parameters
    ----------
    study : Study
    n : sequence of int, optional
        Participants per cell of the between-factors, after exclusions; by default several numbers around the planned
        one.
    effect : sequence of float, optional
        Effect sizes: values of a contrast in standard deviations (Cohen's d of two means); 0 gives the type I error
        rate.
    target : sequence of float
        Levels of power for which the required number of participants is computed.
    test : sequence of str, optional
        Names of planned tests, models or contrasts; by default all of them.
    mode : str, optional
        By default the primary one.
    studies : int
        Simulated studies per sample size, used when there are few items.
    seed : int
    workers : int
        Number of parallel processes.
    cache : str or Path
        Folder for intermediate results: an interrupted computation continues from them.

    Examples
    --------
    >>> compassion.power(study, n=[100, 200, 400], effect=[0, 0.2])    # doctest: +SKIP
    """
    _check_study(study, "power(study)")
    settings = PowerSettings(
        mode=mode,
        tests=tuple(test),
        sizes=tuple(n),
        effects=tuple(effect),
        targets=tuple(target),
        studies=studies,
        seed=seed,
    )
    return power_of(study, settings, cache=Path(cache), workers=workers)


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
    from dataclasses import replace

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


def _check_study(study: object, call: str) -> None:
    if not isinstance(study, Study):
        raise AnalysisError(
            f"This function takes a study; found {type(study).__name__}.",
            f"Open it first: study = open_study('study.yaml'), then {call}.",
        )
