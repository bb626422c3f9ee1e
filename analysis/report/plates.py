"""The figures of a report with their titles and captions, inlined so that nothing is fetched."""

from __future__ import annotations

import base64
from dataclasses import dataclass

from matplotlib.figure import Figure

from analysis.analysing.results import InMode, Results
from analysis.compare.verdict import Rule
from analysis.figures import Stamp, curves, distributions, forest, means, svg, weights
from analysis.figures.forest import shown


@dataclass(frozen=True)
class Plate:
    """A figure as it stands in the report."""

    title: str
    caption: str
    source: str
    """Data URI."""
    name: str


def stamp(results: Results, result: InMode) -> Stamp:
    """What every figure carries: study, mode, number of people, content, seed, code."""
    made = results.provenance
    text = (
        f"{made.study} {made.protocol_version} · mode {result.mode} · n = {result.analysed:,}"
        f" · content {made.protocol_hash} · data {made.fingerprint} · seed {made.seed}"
        f" · compassion {made.code_version}"
    )
    return Stamp(text, results.simulated)


def plates(results: Results, result: InMode) -> dict[str, Plate]:
    """All figures of one mode that the results can fill, by name."""
    mark = stamp(results, result)
    predictor = results.plan.predictor
    made: dict[str, Plate] = {}

    def add(name: str, title: str, caption: str, figure: Figure) -> None:
        drawing = base64.b64encode(svg(figure).encode()).decode()
        made[name] = Plate(title, caption, f"data:image/svg+xml;base64,{drawing}", name)

    for measure in result.measures:
        words = (
            " Orange: nothing, half and all, where gifts pile up; a mean alone would hide that."
            if measure.gift
            else ""
        )
        add(
            f"distribution_{measure.name}",
            f"How the answers are distributed: {measure.title}",
            f"Share of all answers at each value, one panel per level of '{predictor}'.{words}",
            distributions(result, measure, mark, small=not measure.outcome),
        )
    if result.measures:
        add(
            "means",
            "Means with intervals",
            "Mean over participants (each counts once) with its 95 % interval. Grey dots: the answers"
            " themselves, the larger the more often given.",
            means(result, mark),
        )
    contest = result.contest
    if len(contest.lines) and len(contest.cells):
        add(
            "curves",
            "Predicted and fitted curves over the data",
            "Left: what was predicted in advance, with nothing fitted but its scale. Right: the best"
            " curve of each family, its shape fitted; the three with the highest weight in colour."
            " Black: means of the mixed model without any curve, 95 % interval.",
            curves(result, mark),
        )
    if len(contest.families):
        add(
            "weights",
            "Which family of curves do the data favour?",
            "All families begin with the same weight (dotted); the bars show what they hold after the"
            f" data. A family survives from {Rule().bic:.2f} on (dashed), if its curve also passes the"
            " other checks. Blue: the survivor, if there is one.",
            weights(result, mark),
        )
    if len(shown(result.contrasts)):
        add(
            "forest",
            "Planned contrasts against the smallest effect of interest",
            "Differences in standard deviations of the answers. Thin line: 95 % interval (does it"
            " exclude zero?); thick line: 90 % interval (does it lie within the green band? then"
            " the effect is too small to matter).",
            forest(result, mark),
        )
    return made
