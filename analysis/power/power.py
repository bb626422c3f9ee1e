"""Can this design tell? The whole power analysis of one mode of a study."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.errors import AnalysisError
from analysis.hypotheses import get
from analysis.power.contest import recovered, recovery_tasks
from analysis.power.full import FullTask
from analysis.power.inflation import inflated
from analysis.power.keys import code_key, key_of
from analysis.power.loss import BLOCKS, Loss, LossTask
from analysis.power.measures import components_of
from analysis.power.plan import planned_tests
from analysis.power.settings import PowerSettings, check_work, grid_of
from analysis.power.store import Store
from analysis.power.tasks import STUDIES, added
from analysis.power.testing import (
    ModelPlan,
    Setting,
    analysed,
    curve_rows,
    model_plans,
    power_rows,
    quality_rows,
    required_rows,
    required_sizes,
    sensitivity_rows,
    tallied,
    task_of,
    to_simulate,
)
from analysis.power.whole import full_rows, full_tasks
from analysis.power.working import Task, work
from experiments.building import Study
from experiments.version import code_version

DEFAULT_CACHE = Path(".compassion") / "power"
Watch = Callable[[str, int, int], None]
"""Called with what is done, the blocks just finished, and (if not 0) the blocks that there are."""


@dataclass(frozen=True)
class Power:
    """A power analysis. All of it rests on simulated studies and assumptions; none of it is data."""

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
    loss: Loss
    engines: dict[str, str]
    """Model -> how its power was found."""
    components: dict[str, dict[str, object]]
    """Measure -> variance components with their source."""
    notes: tuple[str, ...]
    tables: dict[str, pd.DataFrame] = field(repr=False)
    """power, sensitivity, required, quality, curves, recovery, recovery_families, recovery_parameters, full."""
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
    """Tell the power of each planned test, and whether the contest of curves can be decided.

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
    tests, notes = planned_tests(protocol, mode, settings.tests)
    components = components_of(study, mode, settings.assumed, settings.prior)
    key = key_of([protocol.hash, _described(settings), code_key()])
    run = _Run(Store(cache / protocol.study / key), workers, cluster, watch)
    loss = _loss(study, mode, settings, run)
    plans, told = model_plans(study, mode, tests, components, protocol.sample.per_cell)
    notes += told
    setting = Setting(
        grid,
        loss,
        round(protocol.sesoi.d, 6),
        protocol.analysis.alpha,
        tuple(sorted(settings.targets)),
        protocol.sample.per_cell,
        settings.seed,
    )
    blocks = -(-settings.studies // STUDIES)
    tables, told = _tests(plans, setting, run, blocks)
    notes += told
    recovery, told = recovery_tasks(study, mode, plans, setting, settings.assumed)
    notes += told
    run.do("model recovery", [(task, blocks) for task in recovery])
    tables |= recovered(recovery, run.store, blocks)
    tables["full"] = _full(study, mode, settings, setting, run)
    return Power(
        study=protocol.study,
        title=protocol.title,
        protocol_version=protocol.version,
        protocol_hash=protocol.hash,
        mode=mode,
        planned=protocol.sample.per_cell,
        sesoi=setting.bound,
        alpha=setting.alpha,
        targets=setting.targets,
        predicted=get(protocol.hypotheses.predicted.hypothesis).name,
        seed=settings.seed,
        studies=blocks * STUDIES,
        loss=loss,
        engines={plan.model.name: plan.how for plan in plans},
        components={p.model.measure: p.components.described() for p in plans},
        notes=tuple(dict.fromkeys(notes)),
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

    def do(self, what: str, jobs: Sequence[tuple[Task, int]]) -> None:
        total = sum(count for _, count in jobs)
        check_work([count for _, count in jobs])
        self.watch(what, 0, total)
        work(
            jobs,
            self.store,
            workers=self.workers,
            cluster=self.cluster,
            progress=lambda done: self.watch(what, done, 0),
        )


def _described(settings: PowerSettings) -> dict[str, Any]:
    """What finished blocks depend on beside the protocol and the code (not: how many there are)."""
    prior = settings.prior
    content = prior.read_bytes().hex() if prior is not None and prior.is_file() else str(prior)
    return {"seed": settings.seed, "assumed": asdict(settings.assumed), "prior": content}


def _loss(study: Study, mode: str, settings: PowerSettings, run: _Run) -> Loss:
    protocol = study.protocol
    task = LossTask(
        str(protocol.path), protocol.hash, mode, protocol.sample.dropout, settings.assumed,
        settings.seed,
    )  # fmt: skip
    run.do("drop-outs and exclusions", [(task, BLOCKS)])
    total: dict[str, Any] = {}
    for block in run.store.blocks(task.key, BLOCKS):
        total = added(total, block)
    if not total["complete"] or not total["analysed"]:
        raise AnalysisError(
            f"Of {total['began']} simulated people {total['complete']} finished and {total['analysed']}"
            " could be analysed.",
            "Lower 'sample: dropout' or look at the exclusion rules.",
        )
    return Loss(total["began"], total["complete"], total["analysed"])


def _tests(
    plans: Sequence[ModelPlan], setting: Setting, run: _Run, blocks: int
) -> tuple[dict[str, pd.DataFrame], list[str]]:
    """Power, sensitivity, required sizes and quality of all planned tests."""
    required = {plan.model.name: required_sizes(plan, setting) for plan in plans}
    sizes = {p.model.name: to_simulate(p, setting, required[p.model.name]) for p in plans}
    jobs = {
        task.key: (task, blocks)
        for plan in plans
        for task in (task_of(plan, setting, n) for n in sizes[plan.model.name])
    }
    run.do("planned tests", list(jobs.values()))
    power, quality, sensitivity, curves, needed, notes = [], [], [], [], [], []
    for plan in plans:
        totals = {n: tallied(plan, setting, n, run.store, blocks) for n in sizes[plan.model.name]}
        for complete in setting.grid.sizes:
            total = totals.get(analysed(setting, complete))
            if total is None:
                notes.append(
                    f"{plan.model.name}: {complete} per cell is too few for {len(plan.lists.rows)}"
                    " presentation lists; nothing can be estimated."
                )
                continue
            power += power_rows(plan, setting, complete, total)
            quality += quality_rows(plan, setting, complete, total)
            sensitivity += sensitivity_rows(plan, setting, complete, total)
            if complete == setting.planned:
                curves += curve_rows(plan, setting, complete, total)
                notes += inflated(plan, setting, complete, total)
        needed.append(required_rows(plan, setting, required[plan.model.name], totals))
    return {
        "power": pd.DataFrame(power),
        "sensitivity": pd.DataFrame(sensitivity),
        "required": pd.concat(needed, ignore_index=True) if needed else pd.DataFrame(),
        "quality": pd.DataFrame(quality),
        "curves": pd.DataFrame(curves),
    }, notes


def _full(
    study: Study, mode: str, settings: PowerSettings, setting: Setting, run: _Run
) -> pd.DataFrame:
    if not settings.full:
        return pd.DataFrame()
    tasks: list[FullTask] = full_tasks(study, mode, setting, settings.assumed)
    run.do("whole studies", [(task, settings.full) for task in tasks])
    return full_rows(tasks, run.store, settings.full)
