"""From data to frozen results: the whole planned analysis of a study."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from analysis.analysing.nothing import nothing_in
from analysis.analysing.one_mode import analyse_mode
from analysis.analysing.preregistered import against_prereg
from analysis.analysing.provenance import provenance
from analysis.analysing.results import InMode, Results
from analysis.errors import AnalysisError
from analysis.exclude import check_same_protocol
from analysis.load import Data, load
from experiments.building import Study, open_study


def protocol_beside(paths: Iterable[Path]) -> Path:
    """The copy of the protocol that stands in the folder of the data.

    Raises
    ------
    AnalysisError
        If there is none.
    """
    looked = []
    for path in paths:
        for folder in (path, path.parent, path.parent.parent):
            # A package keeps it with the code.
            for file in (folder / "protocol.yaml", folder / "code" / "protocol.yaml"):
                if file.is_file():
                    return file
            looked.append(str(folder))
    raise AnalysisError(
        f"No protocol.yaml stands beside the data (looked in {', '.join(dict.fromkeys(looked))}).",
        "Name the protocol with --protocol; for a table of `data import --map`, use `compassion data reanalyse`.",
    )


def analyse(
    paths: str | Path | Sequence[str | Path],
    protocol: str | Path | None = None,
    *,
    mode: str = "",
    seed: int = 1,
    prereg: str | Path | None = None,
    second_engine: bool = False,
    progress: Callable[[str], None] = lambda step: None,
) -> Results:
    """Analyse collections or packages of one study as its protocol plans it.

    Parameters
    ----------
    paths
        Folders of collections or packages, all of one study and content of the protocol. Modes are
        never pooled: each has results of its own.
    protocol
        The protocol file (default: the copy beside the data).
    mode
        Only this mode (default: every mode that has sessions).
    seed
        For what is drawn by chance: the order test.
    prereg
        A preregistration; deviations of the protocol from it are reported.
    second_engine
        Whether each planned model is fitted again by an engine that shares no code with the first.
    progress
        Called with what is done next.

    Raises
    ------
    AnalysisError
        If the data are of another study or content than the protocol, or none were named.
    DataError
        If simulated and collected data come together, or a file cannot be read.
    FaultyFile
        If the protocol is faulty.
    """
    named = [Path(paths)] if isinstance(paths, (str, Path)) else [Path(path) for path in paths]
    progress("reading the data")
    data = load(named)
    file = Path(protocol) if protocol is not None else protocol_beside(p.resolve() for p in named)
    study = open_study(file)
    results = analyse_data(
        data, study, mode=mode, seed=seed, second_engine=second_engine, progress=progress
    )
    asked = {"mode": mode, "protocol": protocol, "prereg": prereg, "second-engine": second_engine}
    return replace(
        results,
        provenance=provenance(data, study.protocol, seed, asked),
        preregistered=against_prereg(Path(prereg), study.protocol) if prereg else None,
    )


def analyse_data(
    data: Data,
    study: Study,
    *,
    mode: str = "",
    seed: int = 1,
    second_engine: bool = False,
    progress: Callable[[str], None] = lambda step: None,
) -> Results:
    """Analyse data that are loaded already; see :func:`analyse`."""
    data.one_protocol()
    check_same_protocol(data, study)
    chosen = [mode] if mode else [m for m in study.protocol.modes if m in data.modes]
    if data.sessions.empty or not chosen:
        at = mode or study.protocol.primary_mode
        modes: tuple[InMode, ...] = (nothing_in(study, at, data.damage_told),)
    else:
        modes = tuple(
            analyse_mode(data, study, m, seed, progress, second_engine=second_engine)
            for m in chosen
        )
    made = provenance(data, study.protocol, seed)
    return Results(made, study.protocol, modes)
