"""The page: results put into the template, everything inlined."""

from __future__ import annotations

from importlib.resources import files

from analysis.analysing.contest import contestants
from analysis.analysing.results import Contest, Results
from analysis.compare import Rule
from analysis.report.plates import plates
from analysis.report.words import GRADES, TAGS, templates


def page(results: Results) -> str:
    """Return the report as one HTML page that asks nothing of the network."""
    named = contestants(results.protocol)
    return (
        templates()
        .get_template("report/page.html.j2")
        .render(
            results=results,
            protocol=results.protocol,
            contestants=named,
            labels={one.curve.id: one.label for one in named},
            figures={result.mode: plates(results, result) for result in results.modes},
            provenance=_provenance(results),
            rule=Rule(),
            grades=GRADES,
            tags=TAGS,
            css=(files("analysis.report") / "style.css").read_text(encoding="utf-8"),
        )
    )


def verdict_sentence(contest: Contest) -> str:
    """Return the verdict of a comparison in one sentence."""
    said = templates().get_template("report/contest.j2").module
    return str(said.verdict(contest))  # type: ignore[attr-defined]


def _provenance(results: Results) -> list[tuple[str, str]]:
    made = results.provenance
    return [
        ("Study", f"{made.study} {made.protocol_version}, content {made.protocol_hash}"),
        ("Data", ", ".join(made.sources)),
        ("Data's fingerprint (SHA-256, first 16 digits)", made.fingerprint),
        ("Simulated", "yes" if made.simulated else "no"),
        ("Collected with", ", ".join(f"compassion {v}" for v in made.collected_with) or "–"),
        ("Analysed with", f"compassion {made.code_version}"),
        ("Seed", str(made.seed)),
        ("Analysed at (UTC)", made.made),
        *made.versions.items(),
    ]
