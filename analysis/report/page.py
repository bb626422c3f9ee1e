"""The HTML page of a report, with figures and style sheet inline so that nothing is loaded from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from analysis.curves.catalogue.parameter import TAGS
from analysis.curves.claims import contrast_label
from analysis.curves.compare import Rule
from analysis.figures import FIGURES, Plate, Stamp
from analysis.planned.plan import ALPHA
from analysis.planned.results import ModeResults, Results
from analysis.report.filters import GRADES, records, templates
from experiments.numbers import count


def page(results: Results) -> str:
    """Render the report as one HTML page, without external resources."""
    hypotheses = claimed(results)
    return (
        templates()
        .get_template("report/page.html.j2")
        .render(
            results=results,
            study=results.study,
            hash=results.hash,
            claimed=hypotheses,
            figures={result.mode: plates(results, result) for result in results.modes},
            alpha=ALPHA,
            rule=Rule(),
            grades=GRADES,
            tags=TAGS,
            css=(files("analysis.report") / "style.css").read_text(encoding="utf-8"),
        )
    )


def claimed(results: Results) -> dict[str, list[Mapping[str, Any]]]:
    """Return the curves of each hypothesis, those of an order or a contrast in words: rows of its predictions."""
    return {
        one.hypothesis: [_in_words(row) for row in records(one.predictions)]
        for one in results.modes[0].comparisons
        if not one.within and len(one.predictions)
    }


def _in_words(row: Mapping[str, Any]) -> Mapping[str, Any]:
    name = str(row["id"])
    if row["family"] != name:
        return {"citation": "", **row, "title": f"{name} · {row['label']}"}
    # An order or a contrast says itself what its equation would.
    label = contrast_label(name)
    claim = str(row["claim"]).replace(name, label)
    return {**row, "title": label, "claim": claim, "equation": "", "evidence": ""}


def in_brief(result: ModeResults) -> str:
    """Return the verdict of a mode in plain text, with a caution if a fit did not converge.

    Without a hypothesis, these are the primary contrasts.
    """
    say: Any = templates().get_template("report/model_comparison.j2").module
    parts = (str(part).strip() for part in (say.unconverged(result), say.verdict(result)))
    return " ".join(part for part in parts if part)


def in_numbers(result: ModeResults) -> str:
    """Return how many sessions of a mode were started, finished and analysed."""
    say: Any = templates().get_template("report/model_comparison.j2").module
    return str(say.counted(result)).strip()


def stamp(results: Results, result: ModeResults) -> Stamp:
    """Return the stamp of the figures: study, mode, number of participants, content, data, seed, code."""
    origin, study = results.provenance, results.study
    text = (
        f"{study.study} {study.version} · mode {result.mode} · n = {count(result.analysed)}"
        f" · hash {results.hash} · data {origin.fingerprint} · seed {origin.seed}"
        f" · compassion {origin.code_version}"
    )
    return Stamp(text, results.simulated)


def plates(results: Results, result: ModeResults) -> list[Plate]:
    """Return all figures of one mode that the results can fill."""
    mark = stamp(results, result)
    return [plate for draw in FIGURES for plate in draw(result, mark)]
