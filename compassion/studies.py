"""Studies: open, simulate, power."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from analysis.errors import AnalysisError
from analysis.power import DEFAULT_CACHE, Power, PowerSettings, power_of
from analysis.simulate import Simulation
from analysis.simulate import simulate as simulate_sessions
from experiments.places import find
from experiments.study import Study
from experiments.study import open_study as open_file


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


def _check_study(study: object, call: str) -> None:
    if not isinstance(study, Study):
        raise AnalysisError(
            f"This function takes a study; found {type(study).__name__}.",
            f"Open it first: study = open_study('study.yaml'), then {call}.",
        )
