"""The page: results put into the template, everything inlined."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files

import jinja2
import pandas as pd

from analysis.analysing.results import InMode, Plan, Results
from analysis.report.audit_tables import audit_grids
from analysis.report.contest_tables import contest_grids
from analysis.report.grids import Column, Grid, grid, text
from analysis.report.model_tables import (
    ModelView,
    beside_grid,
    contrast_grid,
    failures,
    model_view,
)
from analysis.report.plates import Plate, plates
from analysis.report.reading import how_to_read
from analysis.report.verdict_words import figures_of_merit, headline, plain_words, what_data
from analysis.report.wording import GRADES, TAGS
from experiments.numbers import estimate

SECTIONS = (
    *("Figures", "Descriptives", "Contrasts", "Models", "Contest", "Left out"),
    *("Evidence", "How to read", "Reproduce"),
)


@dataclass(frozen=True)
class ModeView:
    """One mode as the template shows it."""

    result: InMode
    prefix: str
    headline: str
    plain: list[str]
    merit: list[tuple[str, str]]
    first: list[Plate]
    other: list[Plate]
    contrasts: Grid
    beside: Grid
    failures: list[str]
    models: list[ModelView]
    contest: dict[str, Grid]
    audit: dict[str, Grid]


def page(results: Results) -> str:
    """Return the report as one HTML page that asks nothing of the network."""
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    here = files("analysis.report")
    template = environment.from_string((here / "page.html").read_text(encoding="utf-8"))
    made, plan = results.provenance, results.plan
    said = "SIMULATED · " if results.simulated else ""
    foot = f"{said}{made.study} {made.protocol_version} · content {made.protocol_hash} · data {made.fingerprint}"
    return template.render(
        css=(here / "style.css").read_text(encoding="utf-8"),
        foot=foot,
        made=made,
        plan=plan,
        what_data=what_data(results),
        modes=[mode_view(results, result) for result in results.modes],
        grade_words=GRADES.get(plan.grade, ""),
        findings=_findings(plan),
        reading=how_to_read(plan),
        sesoi=_sesoi(plan),
        glance=_glance(plan),
        sections=SECTIONS,
        own_sections=SECTIONS.index("Evidence"),
        versions=_versions(results),
    )


def mode_view(results: Results, result: InMode) -> ModeView:
    """Prepare one mode for the template."""
    drawn = plates(results, result)
    outcome = f"distribution_{result.contest.outcome}"
    first = [outcome, "means", "curves", "weights", "forest"]
    return ModeView(
        result=result,
        prefix=f"{result.mode}-",
        headline=headline(result),
        plain=plain_words(results, result),
        merit=figures_of_merit(result),
        first=[drawn[name] for name in first if name in drawn],
        other=[plate for name, plate in drawn.items() if name not in first],
        contrasts=contrast_grid(result, results.plan.correction),
        beside=beside_grid(result),
        failures=failures(result),
        models=[model_view(model) for model in result.models],
        contest=contest_grids(result.contest, results.plan),
        audit=audit_grids(result),
    )


def _glance(plan: Plan) -> list[tuple[str, str]]:
    """What was tested, against what, what was known of it, and how many people it needs."""
    own = [claim for claim in plan.claims if claim.part != "rival"]
    rivals = [claim.label for claim in plan.claims if claim.part == "rival"]
    told = [
        ("Claim", "; or ".join(claim.label for claim in own)),
        ("Source", plan.source),
        ("Evidence so far", GRADES.get(plan.grade, plan.grade)),
        ("Rivals", "; ".join(rivals)),
        ("People needed", f"{plan.per_cell:,} per cell. {plan.sample_why}"),
    ]
    return [(what, words) for what, words in told if words]


def _findings(plan: Plan) -> Grid:
    table = pd.DataFrame(
        [{"source": f.source, "found": f.found, "tag": f.tag} for f in plan.findings],
        columns=["source", "found", "tag"],
    )
    columns = [
        Column("Source", text("source"), False),
        Column("What was found", text("found"), False),
        Column("Tag", text("tag"), False),
    ]
    tags = [tag for tag in TAGS if tag in set(table["tag"])]
    note = "; ".join(f"{tag}: {TAGS[tag]}" for tag in tags) + "." if tags else ""
    return grid(table, columns, "Published findings that the protocol names", note)


def _sesoi(plan: Plan) -> str:
    in_sds = f"{estimate(plan.sesoi_d, 2)} standard deviations within conditions"
    return (
        in_sds if plan.sesoi_raw is None else f"{estimate(plan.sesoi_raw, 2)} units of the outcome"
    )


def _versions(results: Results) -> Grid:
    made = results.provenance
    lines = [
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
    table = pd.DataFrame(lines, columns=["what", "value"])
    columns = [Column("", text("what"), False), Column("", text("value"), False)]
    return grid(table, columns, "Sources, versions, seeds, hashes")
