"""Studies: open, simulate, load, exclude, score, power, report."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from analysis.data.conditions import with_conditions
from analysis.data.exclude import Excluded
from analysis.data.exclude import exclude as exclude_sessions
from analysis.data.load import Data
from analysis.data.load import load as load_data
from analysis.data.score import Scores
from analysis.data.score import score as score_data
from analysis.errors import AnalysisError
from analysis.planned import analyse_data
from analysis.planned.analyse import protocol_beside
from analysis.power import DEFAULT_CACHE, Power, PowerSettings, power_of
from analysis.report import Report, write_report
from analysis.simulate import Simulation
from analysis.simulate import simulate as simulate_sessions
from experiments.places import find
from experiments.study import Study
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
        With every fault of the protocol: line, key, what was found, what to write.
    FileNotFoundError
        Naming the places that were looked in.

    Examples
    --------
    >>> import compassion
    >>> study = compassion.open_study("identified_victim")
    >>> list(study.protocol.factors)
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
    """Simulate participants, who go through the screens of the study and answer them.

    Parameters
    ----------
    study : Study
        As ``open_study`` gives it.
    to : str or Path
        Folder of the sessions; it must hold none yet.
    n : int
        Number of sessions.
    hypothesis : str, optional
        Predicted curve that they follow; the one that the protocol predicts by default.
    mode : str, optional
        Mode of the study; the primary one by default.
    effect : float, optional
        Size of the effect in standard deviations between people.
    language : str, optional
    seed : int
        The same seed gives the same sessions, to the byte.
    workers : int
        Processes that share the work.

    Returns
    -------
    Simulation
        Everything in its folder is marked as simulated.

    Examples
    --------
    >>> made = compassion.simulate(study, "data/simulated", 200, "flat")    # doctest: +SKIP
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
        Folders of sessions or data packages; with ``host``, result files as the host gives them.
    study : Study, optional
        By default the protocol beside the data.
    host : {"collector", "jatos", "pavlovia", "file"}, optional
        Where result files come from. They are read only; ``compassion data import`` keeps them as a
        collection that is added to.

    Returns
    -------
    Data
        ``trials`` (one row per trial, a column for each measure and one, ``MEASURE_time``, for its response
        time in seconds; factors in words are categories in the protocol's order), ``participants`` (what was
        asked outside the trials, one row per session), ``sessions`` (how each session ran), ``rows`` (one row
        per answer).

    Raises
    ------
    AnalysisError
        If a path holds no data, or there is no protocol.
    DataError, ResultsImportError
        If simulated and collected data come together, or files cannot be read.

    Examples
    --------
    >>> data = compassion.load("data/identified_victim/1.0.0/collected")    # doctest: +SKIP
    >>> data.trials.groupby("victim").donation.mean()                       # doctest: +SKIP
    """
    if isinstance(data, Simulation):
        data = data.folder
    paths = [data] if isinstance(data, (str, Path)) else list(data)
    if host:
        return with_conditions(*_from_host(paths, study, host))
    loaded = load_data(paths)
    if study is None:
        study = open_file(protocol_beside(Path(path).resolve() for path in paths))
    return with_conditions(loaded, study)


def exclude(data: Data, study: Study | None = None, *, mode: str | None = None) -> Excluded:
    """Apply the exclusion rules that the protocol fixed in advance.

    Parameters
    ----------
    data : Data
        As ``load`` gives it.
    study : Study, optional
        By default the protocol beside the data.
    mode : str, optional
        Mode to analyse, where the data hold several; modes are never pooled.

    Returns
    -------
    Excluded
        ``data`` (of those who are kept), ``without`` (rules that always apply alone), ``strict`` (with the
        rules of the sensitivity analysis), ``audit`` (who fell under which rule, and why), ``counts``,
        ``flow``, ``dropout``.

    Examples
    --------
    >>> kept = compassion.exclude(data)    # doctest: +SKIP
    >>> kept.data.trials                   # doctest: +SKIP
    """
    _check_data(data, "exclude(data)")
    return exclude_sessions(data, study or _study_of(data), mode)


def score(data: Data, study: Study | None = None) -> Scores:
    """Score the questionnaires of a study.

    Parameters
    ----------
    data : Data
        As ``load`` gives it, or ``exclude(data).data``.
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
    """Compute the power of a study's planned tests, and whether its curves could be told from each other.

    Parameters
    ----------
    study : Study
    n : sequence of int, optional
        Complete participants per cell; by default around the planned number.
    effect : sequence of float, optional
        Cohen's d of the effects that are shown; 0 gives the type I error.
    target : sequence of float
        Powers for which the number of participants is computed.
    test : sequence of str, optional
        Only these planned tests, models or contrasts.
    mode : str, optional
        By default the primary one.
    studies : int
        Simulated studies per point, where few stimuli need them.
    seed : int
    workers : int
        Processes.
    cache : str or Path
        Folder of finished work: a computation that was stopped goes on from there.

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
    """Carry out the planned analysis of a study, and write it as a page to read.

    Parameters
    ----------
    data : Data
        As ``load`` gives it: the protocol's own rules decide who is left out.
    to : str or Path
        Folder of the report; if it holds something, a numbered one beside it is taken.
    study : Study, optional
        By default the protocol beside the data.
    mode : str, optional
        Only this mode; by default all, each by itself.
    seed : int
        Random seed.
    pdf : bool
        Whether to print a PDF too.

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
    """Read result files of a host by way of a collection that is not kept."""
    # The importer reads databases and archives, which nothing else here needs.
    from dataclasses import replace

    from experiments.online.results.importing import import_results
    from experiments.online.results.results import read_results
    from experiments.session.journal import Damage

    if study is None:
        raise AnalysisError(
            "Result files of a host do not hold the protocol.",
            "Give the study: load(files, open_study('study.yaml'), host='jatos').",
        )
    names = [str(path) for path in paths]
    with TemporaryDirectory() as folder:
        done = import_results(study, Path(folder), read_results(host, names))
        loaded = load_data(folder)
    damage = tuple(Damage(names[0], 0, fault) for fault in done.faults)
    return replace(loaded, sources=tuple(names), damage=(*loaded.damage, *damage)), study


def _study_of(data: Data) -> Study:
    return open_file(protocol_beside(Path(source) for source in data.sources))


def _check_data(data: object, call: str) -> None:
    if not isinstance(data, Data):
        raise AnalysisError(
            f"This takes the data of a study, and found {type(data).__name__}.",
            f"Load them first: data = load(folder), then {call}.",
        )


def _check_study(study: object, call: str) -> None:
    if not isinstance(study, Study):
        raise AnalysisError(
            f"This takes a study, and found {type(study).__name__}.",
            f"Open it first: study = open_study('study.yaml'), then {call}.",
        )
