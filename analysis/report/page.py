"""The HTML page of a report; figures and style sheet are part of it, so that nothing is loaded from elsewhere."""

from __future__ import annotations

import base64
from importlib.resources import files

from matplotlib.figure import Figure

from analysis.curves.catalogue.parameter import TAGS
from analysis.curves.compare import Rule
from analysis.figures import Stamp, curves, distributions, forest, means, svg, weights
from analysis.planned.model_comparison import candidates
from analysis.planned.results import ModeResults, Results
from analysis.report.filters import GRADES, templates
from experiments.numbers import count


def page(results: Results) -> str:
    """Render the report as one HTML page, without external resources."""
    curves_compared = candidates(results.protocol)
    return (
        templates()
        .get_template("report/page.html.j2")
        .render(
            results=results,
            protocol=results.protocol,
            candidates=curves_compared,
            labels={one.curve.id: one.label for one in curves_compared},
            figures={result.mode: plates(results, result) for result in results.modes},
            rule=Rule(),
            grades=GRADES,
            tags=TAGS,
            css=(files("analysis.report") / "style.css").read_text(encoding="utf-8"),
        )
    )


def in_brief(result: ModeResults) -> str:
    """Return the verdict of a mode in plain text, with a caution if a fit did not converge."""
    say = templates().get_template("report/model_comparison.j2").module
    parts = (say.unconverged(result), say.verdict(result.comparison))  # type: ignore[attr-defined]
    return " ".join(str(part) for part in parts if str(part))


def stamp(results: Results, result: ModeResults) -> Stamp:
    """Return the stamp of the figures: study, mode, number of sessions, hashes of protocol and data, seed, version."""
    origin, protocol = results.provenance, results.protocol
    text = (
        f"{protocol.study} {protocol.version} · mode {result.mode} · n = {count(result.analysed)}"
        f" · hash {protocol.hash} · data {origin.fingerprint} · seed {origin.seed}"
        f" · compassion {origin.code_version}"
    )
    return Stamp(text, results.simulated)


def plates(results: Results, result: ModeResults) -> dict[str, str]:
    """Return all figures of one mode for which there are results: name -> data URI."""
    mark, comparison = stamp(results, result), result.comparison
    drawn: dict[str, Figure] = {
        f"distribution_{measure.name}": distributions(
            result, measure, mark, small=not measure.outcome
        )
        for measure in result.measures
    }
    if result.measures:
        drawn["means"] = means(result, mark)
    if len(comparison.lines) and len(comparison.cells):
        drawn["curves"] = curves(result, mark)
    if len(comparison.families):
        drawn["weights"] = weights(result, mark)
    if result.contrasts["d"].notna().any():
        drawn["forest"] = forest(result, mark)
    return {
        name: f"data:image/svg+xml;base64,{base64.b64encode(svg(figure).encode()).decode()}"
        for name, figure in drawn.items()
    }
