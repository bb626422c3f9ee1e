"""Filters of the report templates: labels, and tables as rows."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import pandas as pd
from jinja2 import Environment
from markupsafe import Markup

from analysis.curves.catalogue import family_label
from analysis.curves.claims import contrast_label
from analysis.curves.compare import OneTest, Verdict
from analysis.curves.compare.flatness import SMALL
from analysis.curves.compare.tested import table_of_tests
from analysis.planned.claimed import finding
from analysis.planned.fitted import ModelResults
from analysis.planned.results import ModeResults
from analysis.report.wording import (
    amounts,
    by_level,
    condition,
    has_groups,
    short_condition,
    term,
    upper_first,
    worded,
)
from experiments.numbers import MINUS, count
from experiments.protocol.study_file import StudyFile
from experiments.templates import environment

GRADES = {
    "replicated": "Replicated: found in independent studies.",
    "mixed": "Mixed: studies disagree.",
    "weak": "Weak: few or small studies.",
    "contradicted": "Contradicted: the studies that tested it did not find it.",
    "untested": "Untested: no study has tested it.",
}
NBSP = "\u00a0"
Rows = pd.DataFrame | Sequence[Any]


@cache
def templates() -> Environment:
    """Return the templates of ``analysis`` with their filters."""
    jinja = environment("analysis")
    jinja.filters |= {
        "amounts": amounts,
        "attrition": attrition,
        "by_level": by_level,
        "by_kind": by_kind,
        "by_model": by_model,
        "checks": checks,
        "condition": condition,
        "contrast_label": contrast_label,
        "family": family_label,
        "finding": finding,
        "groups": groups,
        "half_can_be_given": half_can_be_given,
        "has_groups": has_groups,
        "has_interactions": lambda table: any("×" in contrast_label(c) for c in table["contrast"]),
        "headed": lambda table, labels: table.assign(heading=table["part"].map(labels)),
        "largest": lambda table, column: table.loc[table[column].abs().idxmax()].to_dict(),
        "lower_first": lambda text: text[:1].lower() + text[1:],
        "modes_within": lambda factor, study: [
            mode for mode in study.modes if factor.name in study.modes[mode].within
        ],
        "of_later_comparison": lambda plate: re.fullmatch(r"(curves|weights)_\d+", plate.name),
        "not_small": lambda table: table[~table["verdict"].isin(SMALL)],
        "numeric": lambda text: f"#{text}",
        "prefix": prefix,
        "prefix_of_primary": prefix_of_primary,
        "primary_beside": primary_beside,
        "product": math.prod,
        "quoted": lambda names: [f"'{name}'" for name in names],
        "records": records,
        "rule": lambda name: "Sessions started" if name == "sessions" else upper_first(name),
        "same_formula": lambda formula: formula.replace(" ", "").replace(".", "_"),
        "second_engine": second_engine,
        "short_condition": short_condition,
        "spread": spread,
        "stakes_in": StudyFile.stakes_in,
        "term": term,
        "text": text,
        "titled": titled,
        "type_name": lambda value: type(value).__name__,
        "unbroken": unbroken,
        "upper_first": upper_first,
        "worded": worded,
        "sensitivity": sensitivity,
    }
    jinja.globals |= {"inf": math.inf, "minus": MINUS}
    return jinja


def records(rows: Rows) -> list[Any]:
    """Return the rows of a table as mappings from column to value; return anything else unchanged."""
    return rows.to_dict("records") if isinstance(rows, pd.DataFrame) else list(rows)


def groups(rows: Rows, by: str) -> list[tuple[str, list[Any]]]:
    """Group rows by the value of a column, in order of first appearance."""
    found: dict[str, list[Any]] = {}
    for row in records(rows):
        found.setdefault(row[by] if by else "", []).append(row)
    return list(found.items())


def text(value: Any) -> str:
    """Return the text of a cell; a missing one is empty, and one that is escaped already stays so."""
    missing = value is None or (isinstance(value, float) and math.isnan(value))
    return "" if missing else value if isinstance(value, Markup) else str(value)


def unbroken(words: str) -> str:
    """Return a sentence in which no line ends within a statistic, its sign and its value."""
    return re.sub(r" (?=[=<>%] )|(?<= [=<>]) ", NBSP, str(words).strip())


def titled(table: pd.DataFrame, result: ModeResults) -> pd.DataFrame:
    """Add a column with the title of each measure."""
    titles = {m.name: m.title for m in result.measures}
    return table.assign(title=[titles.get(name, name) for name in table["measure"]])


def prefix(result: ModeResults, measure: str) -> str:
    """Return the sign of the currency that is written before the answers to a measure."""
    return next((m.prefix for m in result.measures if m.name == measure), "")


def primary_beside(result: ModeResults) -> Verdict:
    """Return the tests of the primary contrasts, but for those by which the verdict goes anyway."""
    primary, found = result.primary, result.comparison
    if found is None or found.verdict is None:
        return primary
    said = {_same(each) for each in found.verdict.of("contrast", "equivalence")}
    return replace(primary, tests=tuple(t for t in primary.tests if _same(t) not in said))


def _same(test: OneTest) -> tuple[object, ...]:
    """Return what the test of a contrast shares with that of the same contrast the other way round."""
    if test.decided == "failed":
        return (test.failed,)
    size = test.statistic if math.isnan(test.estimate) else test.estimate
    return test.by, test.what, abs(size), test.p


def prefix_of_primary(result: ModeResults) -> str:
    """Return the sign of the currency of the primary contrasts; none on another scale than that of the answers."""
    own = result.contrasts[result.contrasts["role"] == "primary"]
    if own.empty or own["family"].iloc[0] != "gaussian":
        return ""
    return prefix(result, str(own["measure"].iloc[0]))


def by_kind(verdict: Verdict, kinds: Mapping[str, str]) -> pd.DataFrame:
    """Return the tests of some kinds in a table, in this order, with the names of the kinds as headings.

    Where the verdict goes by contrasts, curves that would fit any means are left out.
    """
    found = [
        test
        for kind in kinds
        for test in verdict.tests
        if test.what == kind
        and not (verdict.contrasts and (kind, test.decided) == ("fit", "failed"))
    ]
    return table_of_tests(found).assign(heading=[kinds[test.what] for test in found])


def half_can_be_given(result: ModeResults) -> bool:
    """Return whether half the endowment is a whole number of steps, for a donation of this mode."""
    halves = [(m.high - m.low) / 2 / m.step for m in result.measures if m.gift and m.step > 0]
    return any(abs(steps - round(steps)) < 1e-9 for steps in halves)


def by_model(table: pd.DataFrame, with_role: bool) -> pd.DataFrame:
    """Add a column with the heading under which each contrast is listed."""
    role = " (" + table["role"] + ")" if with_role else ""
    return table.assign(heading=table["model"] + role)


def second_engine(model: ModelResults) -> dict[tuple[str, str], dict[str, Any]]:
    """Return the second engine's estimates by part and term.

    With items as fixed effects, the second intercept is that of one item, and is left out.
    """
    found = {(row["part"], row["term"]): row for row in records(model.second)}
    if len(model.second) > len(model.terms):
        found = {key: row for key, row in found.items() if key[1] != "Intercept"}
    return found


def spread(model: ModelResults) -> pd.DataFrame:
    """Combine random effects and shape parameters of a model in one table: part, what, value."""
    rows = [(r["part"], _random_name(r), r["sd"]) for r in records(model.random)]
    rows += [(r["part"], r["parameter"], r["estimate"]) for r in records(model.shape)]
    return pd.DataFrame(rows, columns=["part", "what", "value"])


def _random_name(row: Mapping[str, Any]) -> str:
    if row["group"] == "residual":
        return "residual"
    slope = "" if row["term"] in ("", "Intercept") else f", slope of {term(str(row['term']))}"
    return f"{row['group']}{slope}"


def attrition(result: ModeResults) -> pd.DataFrame:
    """Combine attrition and exclusions by condition in one table."""
    return result.dropout.table.merge(
        result.excluded.table, on="cell", suffixes=("", "_excluded"), how="left"
    )


def checks(result: ModeResults) -> dict[str, Any]:
    """Return the checks, with a column of correct answers per condition."""
    table = result.checks
    cells = list(dict.fromkeys(table["cell"]))
    planned = list(result.dropout.table["cell"])
    order = [name for name in planned if name in cells] if set(planned) <= set(cells) else cells
    wide = table.pivot_table("share", index=["measure", "sentence"], columns="cell")
    participants = table.groupby("measure", sort=False)["n"].sum()
    wide = wide.reset_index().assign(n=lambda found: found["measure"].map(participants))
    wide = wide.set_index("measure").loc[list(participants.index)].reset_index()
    return {"rows": wide, "conditions": order}


def sensitivity(table: pd.DataFrame) -> dict[str, Any]:
    """Combine the tests of the sensitivity analysis: one row each, the selections of sessions side by side."""
    names, keys = list(dict.fromkeys(table["sessions"])), ["model", "part", "kind", "contrast"]
    numbers = ["estimate", "ci_low", "ci_high", "statistic", "df_num", "df", "p", "test", "failed"]
    wide = by_model(table[table["sessions"] == names[0]], True)[[*keys, "label", "heading"]]
    heads = []
    for choice in names:
        own = table[table["sessions"] == choice]
        values = own.set_index(keys)[numbers].add_suffix(f" {choice}")
        wide = wide.merge(values, left_on=keys, right_index=True)
        heads += [f"#{choice} (n = {count(int(own['participants'].iloc[0]))})", "#p"]
    return {"rows": wide, "names": names, "heads": heads}
