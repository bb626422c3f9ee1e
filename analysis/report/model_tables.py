"""Model tables in the field's format: estimates, random effects, sizes, the second opinion."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.analysing.fitting import AMOUNT, LINKS, WHETHER
from analysis.analysing.results import Fitted, InMode
from analysis.report.grids import Column, Grid, grid, grouped, text
from analysis.report.wording import term, upper
from experiments.numbers import bayes_factor, count, degrees, estimate, interval, p_value


@dataclass(frozen=True)
class ModelView:
    """One planned model as the report shows it."""

    name: str
    role: str
    planned: str
    fitted: str
    changed: bool
    method: str
    sizes: str
    tables: tuple[Grid, ...]
    opinion: str
    notes: tuple[str, ...]
    failed: str


def model_view(model: Fitted) -> ModelView:
    """Show one planned model."""
    sizes = [
        count(model.n, "answer", "answers"),
        count(model.persons, "participant", "participants"),
    ]
    sizes += [
        count(n, "stimulus", "stimuli") if group == "stimulus" else f"{n:,} levels of {group}"
        for group, n in model.groups.items()
        if group != "participant"
    ]
    tables = []
    if not model.failed:
        tables = [
            _terms(model),
            *([_random(model)] if len(model.random) or len(model.shape) else []),
        ]
    state = [] if model.converged else ["The optimiser did NOT converge: do not use these numbers."]
    return ModelView(
        name=model.name,
        role=model.role,
        planned=model.planned,
        fitted=model.fitted,
        changed=bool(model.fitted) and _bare(model.fitted) != _bare(model.planned),
        method=f"{upper(model.method)}; {model.engine}." if model.method else "",
        sizes=" · ".join(sizes),
        tables=tuple(tables),
        opinion=model.opinion,
        notes=(*state, *model.notes),
        failed=model.failed,
    )


def _bare(formula: str) -> str:
    return formula.replace(" ", "").replace(".", "_")


def _terms(model: Fitted) -> Grid:
    second = model.second.set_index(["part", "term"]) if len(model.second) else None
    statistic = "z" if not (model.terms["df"] < float("inf")).any() else "t"

    # With stimuli as fixed effects the second intercept is that of one stimulus.
    other_model = second is not None and len(second) > len(model.terms)

    def checked(row: Any) -> str:
        if second is None or (row["part"], row["term"]) not in second.index:
            return "–"
        if other_model and row["term"] == "Intercept":
            return "–"
        other = second.loc[(row["part"], row["term"])]
        return f"{estimate(other['estimate'])} ({estimate(other['se'])})"

    columns = [
        Column("Term", lambda row: term(str(row["term"])), False),
        Column("Estimate", lambda row: estimate(row["estimate"])),
        Column("SE", lambda row: estimate(row["se"])),
        Column("df", lambda row: degrees(row["df"])),
        Column(statistic, lambda row: estimate(row["statistic"], 2)),
        Column("p", lambda row: p_value(row["p"])),
        Column("95 % interval", lambda row: interval(row["ci_low"], row["ci_high"])),
        Column("Second engine (SE)", checked),
    ]
    scale = LINKS.get(model.family)
    caption = "Fixed effects" + (f" ({scale})" if scale else "")
    if (model.terms["part"] != "").any():
        return grouped(model.terms, "part", _part_heading, columns, caption)
    return grid(model.terms, columns, caption)


def _part_heading(row: Any) -> str:
    told = {WHETHER: "Whether anything was given", AMOUNT: "How much was given, by those who gave"}
    return told.get(row["part"], str(row["part"]))


def _random(model: Fitted) -> Grid:
    rows = [
        {"part": r["part"], "what": _random_name(r), "value": estimate(r["sd"])}
        for _, r in model.random.iterrows()
    ]
    rows += [
        {"part": r["part"], "what": str(r["parameter"]), "value": estimate(r["estimate"])}
        for _, r in model.shape.iterrows()
    ]
    table = pd.DataFrame(rows)
    columns = [
        Column("Random effect", text("what"), False),
        Column("SD", text("value")),
    ]
    if (table["part"] != "").any():
        return grouped(table, "part", _part_heading, columns, "Random effects and spread")
    return grid(table, columns, "Random effects and spread")


def _random_name(row: Any) -> str:
    if row["group"] == "residual":
        return "residual"
    slope = "" if row["term"] in ("", "Intercept") else f", slope of {term(str(row['term']))}"
    return f"{row['group']}{slope}"


def contrast_grid(result: InMode, correction: str) -> Grid:
    """All planned contrasts with everything that is told of each."""
    table = result.contrasts
    shown = table[table["failed"] == ""]
    columns = [
        Column("Contrast", lambda r: f"{r['contrast']}{_part(r)}", False),
        Column("Estimate", lambda r: estimate(r["estimate"])),
        Column("SE", lambda r: estimate(r["se"])),
        Column("df", lambda r: degrees(r["df"])),
        Column("t", lambda r: estimate(r["statistic"], 2)),
        Column("p", lambda r: p_value(r["p"])),
        Column("p (Holm)", lambda r: p_value(r["p_holm"]) if r["role"] == "secondary" else "–"),
        Column("95 % interval", lambda r: interval(r["ci_low"], r["ci_high"])),
        Column("In SDs", lambda r: estimate(r["d"], 2)),
    ]
    note = (
        "Primary contrasts are not corrected; secondary ones by Holm's method over all of them."
        if correction == "holm"
        else "No correction for several tests, as the protocol says."
    )
    return grouped(
        shown,
        "model",
        lambda r: f"{r['model']} ({r['role']})",
        columns,
        "Estimates and tests",
        note,
    )


def beside_grid(result: InMode) -> Grid:
    """Equivalence, effect sizes and Bayes factors of the contrasts that have them."""
    table = result.contrasts
    shown = table[(table["failed"] == "") & table["sesoi"].notna()]
    columns = [
        Column("Contrast", lambda r: str(r["contrast"]), False),
        Column("Bounds", lambda r: f"±{estimate(r['sesoi'])}"),
        Column("90 % interval", lambda r: interval(r["tost_low"], r["tost_high"])),
        Column("p (TOST)", lambda r: p_value(r["tost_p"])),
        Column("Verdict", text("tost"), False),
        Column("Effect of persons' means", _effect, False),
        Column("BF₁₀", lambda r: bayes_factor(r["bf10"])),
    ]
    note = (
        "Bounds: the smallest effect of interest in units of the measure. Effect sizes and Bayes factors"
        " (pingouin; JZS prior, scale .707) compare persons' means: paired (dz) where the same people"
        " met both levels, else Cohen's d with the pooled SD. BF₁₀ above 1 speaks for a difference,"
        " below 1 against one; between 1/3 and 3 it says little."
    )
    return grouped(
        shown, "model", lambda r: str(r["model"]), columns,
        "Too small to matter? Effect sizes and Bayes factors", note,
    )  # fmt: skip


def _part(row: Any) -> str:
    return f" ({row['part']})" if row["part"] else ""


def _effect(row: Any) -> str:
    if pd.isna(row["effect"]):
        return "–"
    kind = "dz" if str(row["effect_kind"]).startswith("dz") else "d"
    n = f"n = {int(row['persons_higher'])}/{int(row['persons_lower'])}"
    return f"{kind} = {estimate(row['effect'], 2)} {interval(row['effect_low'], row['effect_high'], 2)}, {n}"


def failures(result: InMode) -> list[str]:
    """Contrasts that could not be estimated, each with its reason."""
    table = result.contrasts[result.contrasts["failed"] != ""]
    return [f"{r['model']}, {r['contrast']}: {r['failed']}" for _, r in table.iterrows()]
