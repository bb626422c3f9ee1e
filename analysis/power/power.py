"""The whole power analysis of one mode of a study: can this design tell what it asks?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.errors import AnalysisError
from analysis.hypotheses import get
from analysis.power.check import BLOCKS, PEOPLE, Loss, LossTask, check_table, check_tasks
from analysis.power.contest import recovered, recovery_tasks
from analysis.power.monte_carlo import STUDIES, StudyTask
from analysis.power.plan import PowerSettings, grid_of, planned_tests
from analysis.power.prior import components_of
from analysis.power.tables import Inflated, Setting, model_plans, tables_of
from analysis.power.work import Store, Task, code_key, key_of, work
from experiments.building import Study
from experiments.design import cells_of
from experiments.version import code_version

DEFAULT_CACHE = Path(".compassion") / "power"
Watch = Callable[[str, int, int], None]
"""Called with what is done, the blocks just finished, and (if not 0) the blocks that there are."""


@dataclass(frozen=True)
class Power:
    """A power analysis. All of it rests on assumptions and simulated studies; none of it is data."""

    study: str
    title: str
    protocol_version: str
    protocol_hash: str
    mode: str
    planned: int
    """Planned complete participants per cell."""
    sesoi: float
    alpha: float
    targets: tuple[float, ...]
    predicted: str
    """The curve that the study predicts."""
    seed: int
    studies: int
    """Simulated studies per point, where studies are simulated."""
    loss: Loss
    formulas: dict[str, str]
    """Model -> its formula."""
    components: dict[str, dict[str, object]]
    """Measure -> variance components with their source."""
    left_out: tuple[str, ...]
    """Why some tests or curves are not in the tables."""
    inflated: tuple[Inflated, ...]
    tables: dict[str, pd.DataFrame] = field(repr=False)
    """power, sensitivity, required, quality, curves, recovery, recovery_families, recovery_parameters, check."""
    made: str
    code_version: str
    key: str
    """Name of the run: protocol, settings and code."""
    simulated: bool = True


def power_of(
    study: Study,
    settings: PowerSettings,
    *,
    cache: Path = DEFAULT_CACHE,
    workers: int = 1,
    cluster: str = "",
    watch: Watch = lambda what, done, total: None,
) -> Power:
    """Compute the power of each planned test, and whether the contest of curves can be decided.

    Parameters
    ----------
    cache
        Folder in which finished blocks are kept; a run that was stopped goes on from there.
    workers, cluster
        Processes on this machine, or the address of a dask scheduler. The numbers are the same.
    watch
        For a progress bar.

    Raises
    ------
    AnalysisError
        If what is asked for is impossible.
    """
    protocol = study.protocol
    mode = settings.mode or protocol.primary_mode
    if mode not in protocol.modes:
        raise AnalysisError(
            f"{protocol.study} has no mode {mode!r}.", f"It has: {', '.join(protocol.modes)}."
        )
    if settings.prior is None and protocol.sample.prior is not None:
        settings = replace(settings, prior=(protocol.path or Path()).parent / protocol.sample.prior)
    grid = grid_of(protocol, settings)
    tests, left_out = planned_tests(protocol, mode, settings.tests)
    components = components_of(study, mode, settings.assumed, settings.prior)
    key = key_of([protocol.hash, _described(settings), code_key()])
    run = _Run(Store(cache / protocol.study / key), workers, cluster, watch)
    plans, why = model_plans(study, mode, tests, components)
    left_out += why
    setting = Setting(
        grid,
        _loss(study, mode, settings, run),
        round(protocol.sesoi.d, 6),
        protocol.analysis.alpha,
        tuple(sorted(settings.targets)),
        protocol.sample.per_cell,
        settings.seed,
    )
    blocks = -(-settings.studies // STUDIES)

    # The sizes follow one from another, and each takes a second or two: less than other processes need to start.
    alone = replace(run, workers=1)

    def simulate(task: StudyTask) -> Mapping[str, Any]:
        return alone.do("planned tests", [task], blocks)[0]

    tables, inflated = tables_of(plans, setting, simulate)
    recovery, why = recovery_tasks(study, mode, plans, setting, settings.assumed)
    left_out += why
    tables |= recovered(recovery, run.do("model recovery", recovery, blocks))
    tables["check"] = _checked(study, mode, settings, setting, run)
    return Power(
        study=protocol.study,
        title=protocol.title,
        protocol_version=protocol.version,
        protocol_hash=protocol.hash,
        mode=mode,
        planned=setting.planned,
        sesoi=setting.bound,
        alpha=setting.alpha,
        targets=setting.targets,
        predicted=get(protocol.hypotheses.predicted.hypothesis).name,
        seed=settings.seed,
        studies=blocks * STUDIES,
        loss=setting.loss,
        formulas={plan.model.name: plan.model.formula for plan in plans},
        components={p.model.measure: p.components.described() for p in plans},
        left_out=tuple(dict.fromkeys(left_out)),
        inflated=tuple(inflated),
        tables={name: table.assign(simulated=True) for name, table in tables.items()},
        made=datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        code_version=code_version(),
        key=key,
    )


@dataclass(frozen=True)
class _Run:
    store: Store
    workers: int
    cluster: str
    watch: Watch

    def do(self, what: str, tasks: Sequence[Task], blocks: int) -> list[dict[str, Any]]:
        """Do so many blocks of each task, and add them up."""
        self.watch(what, 0, blocks * len(tasks))
        work(
            [(task, blocks) for task in tasks],
            self.store,
            workers=self.workers,
            cluster=self.cluster,
            progress=lambda done: self.watch(what, done, 0),
        )
        return [self.store.total(task, blocks) for task in tasks]


def _described(settings: PowerSettings) -> dict[str, Any]:
    """What finished blocks depend on beside the protocol and the code (not: how many there are)."""
    prior = settings.prior
    content = prior.read_bytes().hex() if prior is not None and prior.is_file() else str(prior)
    return {"seed": settings.seed, "assumed": asdict(settings.assumed), "prior": content}


def _loss(study: Study, mode: str, settings: PowerSettings, run: _Run) -> Loss:
    protocol = study.protocol
    task = LossTask(
        str(protocol.path), protocol.hash, mode, PEOPLE, protocol.sample.dropout, settings.assumed,
        settings.seed,
    )  # fmt: skip
    (total,) = run.do("drop-outs and exclusions", [task], BLOCKS)
    if not total["complete"] or not total["analysed"]:
        raise AnalysisError(
            f"Of {total['began']} simulated people {total['complete']} finished and {total['analysed']}"
            " could be analysed.",
            "Lower 'sample: dropout' or look at the exclusion rules.",
        )
    return Loss(total["began"], total["complete"], total["analysed"])


def _checked(
    study: Study, mode: str, settings: PowerSettings, setting: Setting, run: _Run
) -> pd.DataFrame:
    if not settings.check:
        return pd.DataFrame()
    cells = len(cells_of(study.protocol.between(mode)))
    invited = setting.loss.invited_for(setting.planned * cells)
    tasks = check_tasks(study, mode, invited, setting.bound, settings.assumed, settings.seed)
    return check_table(tasks, run.do("whole studies", tasks, settings.check))
