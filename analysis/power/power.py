"""``power_of``: the power analysis of one mode of a study."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from analysis.power.check import (
    PARTICIPANTS,
    CheckTask,
    Loss,
    LossTask,
    check_tables,
    settings_of,
)
from analysis.power.model_recovery import recovery_tables
from analysis.power.monte_carlo import StudyTask
from analysis.power.planned_tests import planned_tests
from analysis.power.plans import plans_of
from analysis.power.prior import components_of
from analysis.power.result import Power
from analysis.power.settings import PowerSettings
from analysis.power.tables import tables_of
from analysis.power.work import Watch, Work, code_key, key_of
from experiments.protocol.loops import planned_number
from experiments.schema import now
from experiments.study import Study
from experiments.version import code_version

DEFAULT_CACHE = Path(".compassion") / "power"


def power_of(
    study: Study,
    settings: PowerSettings,
    *,
    cache: Path = DEFAULT_CACHE,
    workers: int = 1,
    cluster: str = "",
    watch: Watch = lambda what, done, total: None,
) -> Power:
    """Compute the power of each planned test, and the model recovery of the curves.

    Parameters
    ----------
    cache
        Folder of finished blocks, from which an interrupted run continues.
    workers, cluster
        Number of processes on this machine, or the address of a dask scheduler; results do not depend on them.
    watch
        Called with progress, for a progress bar.

    Raises
    ------
    AnalysisError
        If the settings are not possible.
    """
    settings = settings.of(study)
    mode = settings.mode
    tests, left_out = planned_tests(study, mode, settings.tests, settings.assumed)
    components = components_of(study, mode, settings.assumed, settings.prior)
    prior = settings.prior.read_bytes() if settings.prior and settings.prior.is_file() else b""
    rest = [settings.seed, settings.assumed, settings.prior, prior.hex()]
    key = key_of([study.hash, rest, code_key()])
    work = Work(cache / study.study / key, workers, cluster, watch)
    in_process = Work(work.folder, watch=watch)
    sessions = settings_of(study, mode, settings.assumed, settings.seed)
    (lost,) = work.do("dropout and exclusions", [LossTask(**sessions)], PARTICIPANTS)
    loss = Loss.of(lost)
    plans, why = plans_of(study, settings, tests, components, loss, lost["missing"])
    left_out += why

    def simulate(task: StudyTask) -> Mapping[str, Any]:
        # The next size depends on the last result, and each takes a second or two: less than starting other processes.
        return in_process.do("planned tests", [task], settings.studies)[0]

    tables, inflated = tables_of(plans, simulate)
    recovery, why = recovery_tables(study, plans, watch)
    if settings.check:
        invited = loss.invited_for(planned_number(study.names, mode))
        (first, *_), _ = planned_tests(study, mode, assumed=settings.assumed)
        effects = (0.0, first.effect) if study.file.hypothesis else (0.0,)
        worlds = [CheckTask(**sessions, invited=invited, effect=d) for d in effects]
        totals = work.do("whole studies", worlds, settings.check)
        tables |= check_tables(worlds, totals)
    tables |= recovery
    return Power(
        study,
        settings,
        loss,
        tuple(plans),
        tuple(dict.fromkeys([*left_out, *why])),
        tuple(inflated),
        {name: table.assign(simulated=True) for name, table in tables.items()},
        key,
        now("seconds"),
        code_version(),
    )
