"""The result of a power analysis, and its summary in sentences."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analysis.curves.compare import UNDETERMINED
from analysis.planned.plan import ALPHA
from analysis.power.check import Loss
from analysis.power.components import Components
from analysis.power.inflation import Inflated
from analysis.power.planned_tests import PlannedTest
from analysis.power.plans import Plan
from analysis.power.settings import PowerSettings, planned_per_cell
from analysis.power.smallest import CONVENTION
from analysis.power.tables import MOST_PER_CELL
from analysis.power.verdict_needs import verdict_sentence
from analysis.showing import Part, Shown
from experiments.study import Study
from experiments.templates import environment

if TYPE_CHECKING:
    from matplotlib.axes import Axes

DIFFERENCE = "difference between two means"
"""What d is of most tests; others are said in the sentence."""


@dataclass(frozen=True)
class Power(Shown):
    """A power analysis: all results are based on assumptions and simulated studies, not on data."""

    study: Study = field(repr=False)
    settings: PowerSettings
    """Complete settings (``PowerSettings.of``)."""
    loss: Loss
    """Loss of participants in the study as a whole, whichever outcomes they answered."""
    plans: tuple[Plan, ...] = field(repr=False)
    """The models whose power is computed."""
    left_out: tuple[str, ...]
    """Notes on tests and curves that are not in the tables."""
    inflated: tuple[Inflated, ...]
    tables: dict[str, pd.DataFrame] = field(repr=False)
    """power, primary, sensitivity, required, quality, curves, recovery, recovery_families, recovery_parameters, check."""
    key: str
    """Hash of study, settings and code."""
    made: str
    code_version: str
    alpha: float = ALPHA

    @property
    def planned(self) -> int:
        """Planned participants per cell, after exclusions."""
        return planned_per_cell(self.study, self.settings.mode)

    @property
    def cells(self) -> int:
        """Number of cells of the factors between participants."""
        return next((plan.world.lists.cells for plan in self.plans), 1)

    @property
    def tests(self) -> dict[str, PlannedTest]:
        """The tests in the tables, by name."""
        return {test.name: test for plan in self.plans for test in plan.tests}

    @property
    def components(self) -> dict[str, Components]:
        """Outcome -> variance components."""
        return {plan.model.outcome: plan.components for plan in self.plans}

    def rows(self, table: str, **values: Any) -> list[dict[str, Any]]:
        """Return the rows of a table with these values in their columns; missing values are None."""
        found = self.tables.get(table, pd.DataFrame())
        for name, value in values.items() if len(found) else ():
            found = found[found[name] == value]
        rows = found.astype(object).where(found.notna(), None).to_dict("records")
        return [{str(name): value for name, value in row.items()} for row in rows]

    @property
    def conventional(self) -> bool:
        """Whether numbers are computed for an effect of convention, as the study states no smallest one."""
        return any(test.smallest is None for test in self.tests.values())

    def table(self) -> pd.DataFrame:
        """Return the power of each test by participants per cell and effect (Cohen's d); other tables: ``tables``."""
        return self.tables["power"].copy()

    def plot(self, axes: Axes | None = None) -> Axes:
        """Draw the power of each test for the smallest effect of interest, by participants per cell."""
        from analysis.showing.axes import lines_plot

        table, lines = self.tables["power"], {}
        for name, test in self.tests.items():
            own = table[(table["test"] == name) & np.isclose(table["d"], test.effect)]
            own = own.sort_values("per_cell")
            lines[name] = (own["per_cell"].to_numpy(), own["power"].to_numpy())
        drawn = lines_plot(axes, lines)
        for target in self.settings.targets:
            drawn.axhline(target, linewidth=0.8, linestyle=":", color="grey")
        drawn.set_ylim(0, 1.02)
        drawn.set_xlabel("participants per cell, after exclusions")
        effect = "an effect of convention" if self.conventional else "the smallest effect"
        drawn.set_ylabel(f"power for {effect} (simulated)")
        return drawn

    def parts(self) -> Iterator[Part]:
        """Return the summary in sentences, and the notes."""
        title = f"Power of {self.study.study} {self.study.version}, mode {self.settings.mode}"
        yield Part(title, ("SIMULATED studies, no data.", *sentences(self)))
        if cautions := notes(self):
            yield Part("Notes", tuple(f"- {note}" for note in cautions))


def sentences(power: Power) -> list[str]:
    """Summarise the results in one or two sentences for each planned test and for model recovery."""
    tests = []
    for name, test in power.tests.items():
        at = power.rows("power", test=name, per_cell=power.planned)
        least = power.rows("sensitivity", test=name, per_cell=power.planned)
        tests.append(
            {
                "test": test,
                "effect": "" if test.meaning == DIFFERENCE else test.meaning,
                "at": next((row for row in at if row["d"] == test.effect), None),
                "none": next((row for row in at if row["d"] == 0), None),
                "required": power.rows("required", test=name, question="difference", d=test.effect),
                "least": next((row for row in least if row["d"] is not None), None),
            }
        )
    values = {
        "power": power,
        "tests": tests,
        "together": _together(power),
        "recovered": _recovered(power),
        "most": MOST_PER_CELL,
    }
    needs: dict[str, list[dict[str, Any]]] = {}
    for row in power.rows("verdict_needs"):
        needs.setdefault(str(row["hypothesis"]), []).append(row)
    verdicts = [
        verdict_sentence(name, power.planned, own, power.cells) for name, own in needs.items()
    ]
    return [*_lines("sentences.txt.j2", **values), *verdicts]


def _together(power: Power) -> list[dict[str, Any]]:
    """Return the power of several primary tests together at the planned size, one row for the effect of each model."""
    found = []
    for row in power.rows("primary", per_cell=power.planned):
        tests = [test for name, test in power.tests.items() if name in row["tests"].split(" and ")]
        if tests and row["d"] == tests[0].effect:
            found.append({**row, "count": len(tests)})
    return found


def _recovered(power: Power) -> list[dict[str, Any]]:
    """Return what model recovery says of the claim of each hypothesis."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in power.rows("recovery", part="claim"):
        right = row.get(row["true_family"]) or 0.0
        own = {**row, "undetermined": row[UNDETERMINED], "right": right}
        found.setdefault(str(row["hypothesis"]), []).append(own)
    none = {
        str(row["hypothesis"]): row
        for row in power.rows("recovery", part="rival")
        if row.get("different") is not None
    }
    return [
        {"hypothesis": name, "rows": own, "other": none.get(name)} for name, own in found.items()
    ]


def notes(power: Power) -> list[str]:
    """Return notes: tests that are not in the tables, and tests with an inflated Type I error rate."""
    return _lines("notes.txt.j2", power=power, convention=CONVENTION)


def _lines(template: str, **values: Any) -> list[str]:
    written = environment("analysis.power").get_template(template).render(values)
    return [line.strip() for line in written.splitlines() if line.strip()]
