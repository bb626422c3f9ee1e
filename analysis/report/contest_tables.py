"""Tables of the contest: curves, their parameters, the specified checks, differences of cells."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.analysing.results import Contest, Plan
from analysis.compare.verdict import family_words
from analysis.report.grids import Column, Grid, grid, text
from analysis.report.wording import upper
from experiments.numbers import bayes_factor, degrees, estimate, interval, p_value, weight


def contest_grids(contest: Contest, plan: Plan) -> dict[str, Grid]:
    """All tables of a contest that have rows, by name."""
    found: dict[str, Grid] = {}
    if len(contest.families):
        found["families"] = _families(contest.families)
    if len(contest.curves):
        found["curves"] = _curves(contest.curves)
    if len(contest.specified):
        found["specified"] = _specified(contest.specified, plan)
    if len(contest.parameters):
        found["parameters"] = _parameters(contest.parameters)
    if len(contest.differences):
        found["differences"] = _differences(contest.differences)
    return found


def _families(table: pd.DataFrame) -> Grid:
    columns = [
        Column("Family", lambda r: upper(family_words(str(r["family"]))), False),
        Column("Curves", lambda r: str(int(r["curves"]))),
        Column("Best curve", text("best"), False),
        Column("Weight before", lambda r: weight(r["prior"])),
        Column("by BIC", lambda r: weight(r["weight_bic"])),
        Column("by AICc", lambda r: weight(r["weight_aicc"])),
    ]
    return grid(table, columns, "Families of curves")


def _curves(table: pd.DataFrame) -> Grid:
    columns = [
        Column("Curve", lambda r: f"{r['id']} {str(r['name']).replace('_', ' ')}", False),
        Column("Shape", lambda r: str(r["shape"]) or "–", False),
        Column("k", lambda r: str(int(r["k"])), title="adjustable numbers, variances included"),
        Column("log L", lambda r: estimate(r["loglik"], 1)),
        Column("ΔAICc", lambda r: estimate(r["delta_aicc"], 1)),
        Column("ΔBIC", lambda r: estimate(r["delta_bic"], 1)),
        Column("Best : this", lambda r: bayes_factor(r["bf_bic"]), title="Bayes factor from BIC"),
    ]
    note = (
        "Maximum likelihood, random effects as in the planned model. k: adjustable numbers, variances"
        " included; log L: how well the curve fits, higher is better; Δ: distance from the best curve after"
        " paying for k."
        " Best : this is the approximate Bayes factor exp(ΔBIC / 2)."
    )
    return grid(table, columns, "Curves, best first", note)


def _specified(table: pd.DataFrame, plan: Plan) -> Grid:
    labels = {claim.id: claim.label for claim in plan.claims}

    def name(row: Any) -> str:
        if row["curve"] == "flat":
            return "a flat line"
        return f"{row['check']}: {labels.get(str(row['check']), row['curve'])}"

    once = pd.concat(
        [table[table["curve"] != "flat"], table[table["curve"] == "flat"].head(1)],
        ignore_index=True,
    )
    columns = [
        Column("Curve", name, False),
        Column("F", lambda r: estimate(r["g2"] / r["df"], 2)),
        Column("df", lambda r: f"{int(r['df'])}, {degrees(r['df_error'])}"),
        Column("p", lambda r: p_value(r["p"])),
        Column("Distance", lambda r: estimate(r["distance"])),
    ]
    note = (
        "Only the scale is fitted (and a constant where the measure has no true zero). F: how far the means"
        " are from the curve, on it about 1; a small p says that they do not lie on it. Distance: root mean"
        " squared distance of means and curve, in units of the measure."
    )
    return grid(once, columns, "Fully specified curves against the means", note)


def _parameters(table: pd.DataFrame) -> Grid:
    columns = [
        Column("Curve", text("curve"), False),
        Column("Parameter", text("name"), False),
        Column("Kind", text("kind"), False),
        Column("Estimate", lambda r: estimate(r["estimate"])),
        Column("95 % interval", lambda r: interval(r["ci_low"], r["ci_high"])),
        Column("Interval by", text("interval"), False),
    ]
    note = (
        "Letters as in the equations under “What was claimed”. Shape parameters bend a curve, linear ones move"
        " and stretch it. Profile: all values that the likelihood does not exclude; Wald: estimate ± 1.96"
        " standard errors."
    )
    return grid(table, columns, "Parameters of the curves", note)


def _differences(table: pd.DataFrame) -> Grid:
    columns = [
        Column("Difference", text("label"), False),
        Column("Estimate", lambda r: estimate(r["estimate"])),
        Column("SE", lambda r: estimate(r["se"])),
        Column("90 % interval", lambda r: interval(r["ci_low"], r["ci_high"])),
        Column("p (TOST)", lambda r: p_value(r["p"])),
        Column("Verdict", text("verdict"), False),
    ]
    return grid(
        table, columns, "Is it flat? Every pair of cells against the smallest effect of interest"
    )
