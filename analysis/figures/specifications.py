"""The declared specification curve: primary contrasts in all planned models and selections of sessions."""

from __future__ import annotations

from matplotlib.axes import Axes

from analysis.figures.plate import Plate
from analysis.planned.results import ModeResults
from analysis.showing.axes import intervals
from analysis.showing.style import Stamp, drawn, new_figure
from experiments.numbers import count


@drawn
def specifications(result: ModeResults, stamp: Stamp) -> list[Plate]:
    """Draw one figure for each contrast that has several specifications: estimates with intervals, in order of size."""
    plates = []
    for number, (contrast, own) in enumerate(
        result.specifications.groupby("contrast", sort=False), 1
    ):
        table = own.sort_values("estimate", ascending=False)
        figure = new_figure(1.2 + 0.36 * len(table), stamp)
        axes: Axes = figure.subplots()
        labels = [
            f"{model}, {sessions} (n\u00a0=\u00a0{count(n)})"
            for model, sessions, n in table[["model", "sessions", "participants"]].to_numpy()
        ]
        title = result.label(str(contrast))
        intervals(axes, labels, table, f"{title}, in units of the answers (95 % interval)")
        plates.append(
            Plate(
                f"specifications_{number}" if number > 1 else "specifications",
                f"{title} in all planned specifications",
                "Each model of the primary outcome that the study plans, with and without its exclusions, in order of the"
                " estimate. Only the specification “as planned” of the primary model is the primary test.",
                figure,
            )
        )
    return plates
