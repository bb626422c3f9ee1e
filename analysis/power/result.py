"""The result of a power analysis, and its summary in sentences."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analysis.curves.catalogue import get
from analysis.curves.compare import UNDETERMINED
from analysis.power.check import Loss
from analysis.power.components import Components
from analysis.power.plan import PowerSettings
from analysis.power.tables import MOST_PER_CELL, Inflated
from analysis.showing import Part, Shown
from experiments.numbers import estimate
from experiments.protocol.protocol import Protocol
from experiments.templates import environment

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True)
class Power(Shown):
    """A power analysis: all results are based on assumptions and simulated studies, not on data."""

    protocol: Protocol = field(repr=False)
    settings: PowerSettings
    """Complete settings (``PowerSettings.of``)."""
    loss: Loss
    """Loss of participants in the study as a whole, whichever measures they answered."""
    formulas: dict[str, str]
    """Model -> its formula."""
    components: dict[str, Components]
    """Measure -> variance components."""
    left_out: tuple[str, ...]
    """Notes on tests and curves that are not in the tables."""
    inflated: tuple[Inflated, ...]
    tables: dict[str, pd.DataFrame] = field(repr=False)
    """power, sensitivity, required, quality, curves, recovery, recovery_families, recovery_parameters, check."""
    key: str
    """Hash of protocol, settings and code."""
    made: str
    code_version: str

    @property
    def planned(self) -> int:
        """Planned complete participants per cell."""
        return self.protocol.sample.per_cell

    @property
    def sesoi(self) -> float:
        """Smallest effect size of interest in SDs."""
        return round(self.protocol.sesoi.d, 6)

    def table(self) -> pd.DataFrame:
        """Return the power of each test by participants per cell and effect (Cohen's d); other tables: ``tables``."""
        return self.tables["power"].copy()

    def plot(self, axes: Axes | None = None) -> Axes:
        """Draw the power of each test for the smallest effect of interest, by participants per cell."""
        from analysis.showing.axes import lines_plot

        table = self.tables["power"]
        own = table[np.isclose(table["d"], self.sesoi)].sort_values("per_cell")
        lines = {
            str(test): (rows["per_cell"].to_numpy(), rows["power"].to_numpy())
            for test, rows in own.groupby("test", sort=False)
        }
        drawn = lines_plot(axes, lines)
        for target in self.settings.targets:
            drawn.axhline(target, linewidth=0.8, linestyle=":", color="grey")
        drawn.set_ylim(0, 1.02)
        drawn.set_xlabel("complete participants per cell")
        drawn.set_ylabel(f"power for d = {estimate(self.sesoi, 2)} (simulated)")
        return drawn

    def parts(self) -> Iterator[Part]:
        """Return the summary in sentences, and the notes."""
        title = f"Power of {self.protocol.study} {self.protocol.version}, mode {self.settings.mode}"
        yield Part(title, ("SIMULATED studies, no data.", *sentences(self)))
        if cautions := notes(self):
            yield Part("Notes", tuple(f"- {note}" for note in cautions))


def sentences(power: Power) -> list[str]:
    """Summarise the results in one or two sentences for each planned test and for model recovery."""
    table, required = power.tables["power"], power.tables["required"]
    smallest, recovery = power.tables["sensitivity"], power.tables.get("recovery", pd.DataFrame())
    predicted = get(power.protocol.hypotheses.predicted.hypothesis).name
    tests = []
    for test in dict.fromkeys(table["test"]) if len(table) else ():
        at = rows_of(table, test=test, per_cell=power.planned)
        least = [
            r for r in rows_of(smallest, test=test, per_cell=power.planned) if pd.notna(r["d"])
        ]
        model, _, contrast = test.partition(": ")
        tests.append(
            {
                "model": model,
                "contrast": contrast,
                "at": next((row for row in at if row["d"] == power.sesoi), None),
                "none": next((row for row in at if row["d"] == 0), None),
                "required": rows_of(required, test=test, question="difference", d=power.sesoi),
                "smallest": least[0]["d"] if least else None,
                "target": least[0]["target"] if least else None,
            }
        )
    recovered = [
        {
            "size": row["size"],
            "undetermined": row[UNDETERMINED],
            "right": row.get(row["true_family"], 0.0),
        }
        for row in (rows_of(recovery, true_curve=predicted) if len(recovery) else ())
    ]
    values = {"power": power, "tests": tests, "recovered": recovered, "most": MOST_PER_CELL}
    return _lines("sentences.txt.j2", **values)


def notes(power: Power) -> list[str]:
    """Return notes: tests that are not in the tables, and tests with an inflated Type I error rate."""
    return _lines("notes.txt.j2", power=power)


def _lines(template: str, **values: Any) -> list[str]:
    written = environment("analysis.power").get_template(template).render(values)
    return [line.strip() for line in written.splitlines() if line.strip()]


def rows_of(table: pd.DataFrame, **values: Any) -> list[dict[str, Any]]:
    """Return the rows with these values in their columns; missing values are None."""
    for name, value in values.items():
        table = table[table[name] == value]
    rows = table.astype(object).where(table.notna(), None).to_dict("records")
    return [{str(name): value for name, value in row.items()} for row in rows]
