"""``analyse``: the planned analysis of a study, from data to results."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from analysis.data.exclude import check_same_protocol
from analysis.data.load import Data, load
from analysis.errors import AnalysisError
from analysis.planned.lock import check_prereg
from analysis.planned.mode import analyse_mode
from analysis.planned.modelling import Progress, silent
from analysis.planned.provenance import command, provenance
from analysis.planned.results import Results, from_tree
from experiments.study import Study, open_collected, open_study

Foretell = Callable[[Study, str], tuple[str, ...]]
"""From a study and a mode to sentences on what a study of the planned size can tell."""


def nothing(study: Study, mode: str) -> tuple[str, ...]:
    """Say nothing of what the study can tell."""
    return ()


def analyse(
    paths: str | Path | Sequence[str | Path],
    protocol: str | Path | None = None,
    *,
    mode: str = "",
    seed: int = 1,
    prereg: str | Path | None = None,
    second_engine: bool = False,
    progress: Progress = silent,
    foretell: Foretell = nothing,
) -> Results:
    """Analyse collections or packages of one study as planned in its protocol.

    Parameters
    ----------
    paths
        Folders of collections or packages, all of one study and one content of the protocol. Modes are
        never pooled: each has separate results.
    protocol
        The study file (default: its expansion in the folder of the data).
    mode
        Only this mode (default: every mode that has sessions).
    seed
        Seed of the order test, and of the bootstrap of Lee bounds.
    prereg
        A preregistration; deviations of the protocol from it are reported.
    second_engine
        Whether models are also fitted by the second engine, which shares no code with the first.
    progress
        Called with the name of each step.
    foretell
        Says what a study of the planned size can tell: ``analysis.power.foretold``.

    Raises
    ------
    AnalysisError
        If the data are from another study or were collected with another content of the protocol, no data
        were given, or ``prereg`` is not a preregistration of this study.
    DataError
        If simulated and collected data are combined, or a file cannot be read.
    InvalidFileError
        If the study file is faulty.
    """
    named = [Path(paths)] if isinstance(paths, (str, Path)) else [Path(path) for path in paths]
    progress("reading the data")
    data = load(named)
    if protocol is not None:
        study = open_study(protocol)
    else:
        study = open_collected(protocol_beside(path.resolve() for path in named))
    # Checked before the fits, which take a long time.
    checked = None if prereg is None else check_prereg(prereg, study)
    results = analyse_data(
        data,
        study,
        mode=mode,
        seed=seed,
        second_engine=second_engine,
        progress=progress,
        foretell=foretell,
    )
    command_line = command(
        data.sources, seed, mode=mode, protocol=protocol, prereg=prereg, second_engine=second_engine
    )
    origin = replace(results.provenance, command=command_line)
    return replace(results, provenance=origin, preregistered=checked)


def protocol_beside(paths: Iterable[Path]) -> Path:
    """Return the expansion of the study in the folder of the data.

    Raises
    ------
    AnalysisError
        If there is none.
    """
    folders = dict.fromkeys(f for path in paths for f in (path, path.parent, path.parent.parent))
    for folder in folders:
        # In a package, it is in the folder of the code.
        for file in (folder / "protocol.yaml", folder / "code" / "protocol.yaml"):
            if file.is_file():
                return file
    raise AnalysisError(
        f"There is no protocol.yaml with the data (searched: {', '.join(map(str, folders))}).",
        "Name the protocol with --protocol; for a table of `data import --map`, use `compassion data reanalyse`.",
    )


def analyse_data(
    data: Data,
    study: Study,
    *,
    mode: str = "",
    seed: int = 1,
    second_engine: bool = False,
    progress: Progress = silent,
    foretell: Foretell = nothing,
) -> Results:
    """Analyse loaded data; see :func:`analyse`."""
    data.one_protocol()
    check_same_protocol(data, study)
    found = [m for m in study.modes if m in data.modes] or [study.modes[0]]
    with warnings.catch_warnings():
        # The results report the causes of numerical warnings (no variance, no convergence).
        warnings.simplefilter("ignore", RuntimeWarning)
        modes = tuple(
            replace(
                analyse_mode(data, study, m, seed, progress, second_engine=second_engine),
                foretold=foretell(study, m),
            )
            for m in ([mode] if mode else found)
        )
    return Results(provenance(data, seed), from_tree(study.opened.expansion.tree), modes)
