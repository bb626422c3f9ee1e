"""The figures of a report, inlined so that nothing is fetched."""

from __future__ import annotations

import base64

from matplotlib.figure import Figure

from analysis.analysing.results import InMode, Results
from analysis.figures import Stamp, curves, distributions, forest, means, svg, weights
from analysis.figures.forest import shown
from experiments.numbers import count


def stamp(results: Results, result: InMode) -> Stamp:
    """Return what every figure carries: study, mode, number of people, content, seed, code."""
    made = results.provenance
    text = (
        f"{made.study} {made.protocol_version} · mode {result.mode} · n = {count(result.analysed)}"
        f" · content {made.protocol_hash} · data {made.fingerprint} · seed {made.seed}"
        f" · compassion {made.code_version}"
    )
    return Stamp(text, results.simulated)


def plates(results: Results, result: InMode) -> dict[str, str]:
    """Return all figures of one mode that the results can fill: name -> data URI."""
    mark, contest = stamp(results, result), result.contest
    drawn: dict[str, Figure] = {
        f"distribution_{measure.name}": distributions(
            result, measure, mark, small=not measure.outcome
        )
        for measure in result.measures
    }
    if result.measures:
        drawn["means"] = means(result, mark)
    if len(contest.lines) and len(contest.cells):
        drawn["curves"] = curves(result, mark)
    if len(contest.families):
        drawn["weights"] = weights(result, mark)
    if len(shown(result.contrasts)):
        drawn["forest"] = forest(result, mark)
    return {
        name: f"data:image/svg+xml;base64,{base64.b64encode(svg(figure).encode()).decode()}"
        for name, figure in drawn.items()
    }
