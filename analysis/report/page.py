"""The HTML page of a report, with figures and style sheet inline so that nothing is loaded from elsewhere."""

from __future__ import annotations

from importlib.resources import files

from analysis.curves.catalogue.parameter import TAGS
from analysis.curves.compare import Rule
from analysis.figures import FIGURES, Plate, Stamp
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
    """Return the stamp of the figures: study, mode, number of participants, content, data, seed, code."""
    origin, protocol = results.provenance, results.protocol
    text = (
        f"{protocol.study} {protocol.version} · mode {result.mode} · n = {count(result.analysed)}"
        f" · content {protocol.hash} · data {origin.fingerprint} · seed {origin.seed}"
        f" · compassion {origin.code_version}"
    )
    return Stamp(text, results.simulated)


def plates(results: Results, result: ModeResults) -> list[Plate]:
    """Return all figures of one mode that the results can fill."""
    mark = stamp(results, result)
    return [plate for draw in FIGURES for plate in draw(result, mark)]
