"""Tables on the data themselves: who was left out and why, both ways, drop-out, scales, checks, time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from analysis.analysing.results import InMode
from analysis.report.grids import Column, Grid, count, grid, grouped, text
from analysis.report.wording import cell, rule, short_cell
from experiments.numbers import estimate, interval, p_value, percent

LISTED = 40
"""Sessions named in the report; all of them are in the table beside it."""


def audit_grids(result: InMode) -> dict[str, Grid]:
    """All tables on the data that have rows, by name."""
    made: dict[str, Callable[[InMode], Grid]] = {
        "cells": _cells,
        "spikes": _spikes,
        "flow": _flow,
        "counts": _counts,
        "audit": _audit,
        "sensitivity": _sensitivity,
        "verdicts": _verdicts,
        "dropout": _dropout,
        "reliability": _reliability,
        "checks": _checks,
        "timing": _timing,
    }
    return {name: make(result) for name, make in made.items() if len(getattr(result, name))}


def _cells(result: InMode) -> Grid:
    titles = {m.name: m.title for m in result.measures}
    columns = [
        Column("Level", text("level"), False),
        Column("People", count("persons")),
        Column("Answers", count("n")),
        Column("Mean", lambda r: estimate(r["mean"], 2)),
        Column("SD", lambda r: estimate(r["sd"], 2)),
        Column("95 % interval", lambda r: interval(r["ci_low"], r["ci_high"], 2)),
    ]
    note = "Mean and interval over participants, each counting once; SD of the answers."
    return grouped(
        result.cells, "measure", lambda r: titles.get(r["measure"], r["measure"]), columns,
        "Means and standard deviations", note,
    )  # fmt: skip


def _spikes(result: InMode) -> Grid:
    titles = {m.name: m.title for m in result.measures}

    def part(name: str) -> Callable[[Any], str]:
        return lambda r: (
            f"{percent(r[name])} {interval(100 * r[f'{name}_low'], 100 * r[f'{name}_high'], 0)}"
        )

    columns = [
        Column("Level", text("level"), False),
        Column("Nothing", part("nothing")),
        *([Column("Half", part("half"))] if _half_can_be_given(result) else []),
        Column("All", part("all")),
        Column("Mean of gifts above zero", lambda r: estimate(r["amount_if_given"], 2)),
        Column("Gifts", count("n_gave")),
    ]
    note = (
        "Shares of answers with Wilson intervals in per cent (answers counted as independent). Who gives"
        " may differ between conditions, so that the amounts of givers compare different people."
    )
    return grouped(
        result.spikes, "measure", lambda r: titles.get(r["measure"], r["measure"]), columns,
        "Spikes: nothing, half, all", note,
    )  # fmt: skip


def _half_can_be_given(result: InMode) -> bool:
    """Whether half the endowment is a whole number of steps, for a gift of this mode."""
    halves = [(m.high - m.low) / 2 / m.step for m in result.measures if m.gift and m.step > 0]
    return any(abs(steps - round(steps)) < 1e-9 for steps in halves)


def _flow(result: InMode) -> Grid:
    table = result.flow
    cells = [name for name in table.columns if name not in ("step", "excluded", "left", "all")]
    columns = [
        Column("Step", lambda r: rule(str(r["step"])), False),
        Column("Excluded", lambda r: "" if r["step"] == "sessions" else f"{int(r['excluded']):,}"),
        Column("Left", count("left")),
        *(Column(short_cell(name), count(name)) for name in cells),
    ]
    note = (
        "Rules in the order of the protocol; a session counts at the first rule it falls under."
        + (" Columns on the right: sessions left in each condition." if cells else "")
    )
    return grid(table, columns, "From sessions begun to sessions analysed", note)


def _counts(result: InMode) -> Grid:
    table = result.counts
    cells = [n for n in table.columns if n not in ("rule", "applies", "all sessions", "all")]
    columns = [
        Column("Rule", lambda r: rule(str(r["rule"])), False),
        Column("Applies in", text("applies"), False),
        *(Column(short_cell(name), count(name)) for name in cells),
        Column("All", count("all sessions")),
    ]
    note = "Every session that falls under a rule, whatever other rules it falls under as well."
    return grid(table, columns, "Sessions under each rule, by condition", note)


def _audit(result: InMode) -> Grid:
    table = result.audit
    columns = [
        Column("Participant", text("participant"), False),
        Column("Session", text("session"), False),
        Column("Condition", lambda r: cell(str(r["cell"])), False),
        Column("Rule", lambda r: rule(str(r["rule"])), False),
        Column("Why", text("why"), False),
    ]
    more = len(table) - LISTED
    note = "Participants are random codes." + (
        f" {more:,} more lines stand in tables/audit.csv." if more > 0 else ""
    )
    return grid(table.head(LISTED), columns, "Who fell under a rule, and why", note)


def _sensitivity(result: InMode) -> Grid:
    table = result.sensitivity
    ways = list(dict.fromkeys(table["sessions"]))
    keys = ["model", "part", "contrast"]
    wide = table[table["sessions"] == ways[0]][[*keys, "role"]]
    for way in ways:
        own = table[table["sessions"] == way][[*keys, "estimate", "ci_low", "ci_high", "p"]]
        wide = wide.merge(own.rename(columns={c: f"{c} {way}" for c in own.columns[3:]}), on=keys)

    def told(way: str) -> Callable[[Any], str]:
        return lambda r: (
            f"{estimate(r[f'estimate {way}'])} {interval(r[f'ci_low {way}'], r[f'ci_high {way}'])}"
        )

    columns = [Column("Contrast", lambda r: f"{r['contrast']}{_part(r)}", False)]
    for way in ways:
        people = int(table.loc[table["sessions"] == way, "persons"].iloc[0])
        columns += [
            Column(f"{way} (n = {people:,})", told(way)),
            Column("p", lambda r, way=way: p_value(r[f"p {way}"])),  # type: ignore[misc]
        ]
    note = "Without exclusions: all sessions with consent, of age, and not a second one of the same person."
    if len(ways) == 1:
        note += " Here nobody else was excluded, so that there is one way only."
    return grouped(
        wide, "model", lambda r: f"{r['model']} ({r['role']})", columns, "Both ways", note
    )


def _part(row: Any) -> str:
    return f" ({row['part']})" if row["part"] else ""


def _verdicts(result: InMode) -> Grid:
    columns = [
        Column("Sessions", text("sessions"), False),
        Column("n", count("persons")),
        Column("Verdict", text("verdict"), False),
    ]
    return grid(result.verdicts, columns, "The verdict both ways")


def _dropout(result: InMode) -> Grid:
    both = result.dropout.merge(result.excluded, on="cell", suffixes=("", "_excluded"), how="left")
    columns = [
        Column("Condition", lambda r: cell(str(r["cell"])), False),
        Column("Began", count("began")),
        Column("Did not finish", count("gone")),
        Column("Share", lambda r: percent(r["share"])),
        Column("Excluded", count("gone_excluded")),
        Column("Share", lambda r: percent(r["share_excluded"])),
    ]
    return grid(both, columns, "Drop-out and exclusion by condition")


def _reliability(result: InMode) -> Grid:
    columns = [
        Column("Score", lambda r: str(r["score"]).replace("_", " "), False),
        Column("Items", count("items")),
        Column("People", count("persons")),
        Column("α", lambda r: estimate(r["alpha"], 2)),
        Column("95 % interval", lambda r: interval(r["alpha_low"], r["alpha_high"], 2)),
        Column("ω", lambda r: estimate(r["omega"], 2)),
        Column("95 % interval", lambda r: interval(r["omega_low"], r["omega_high"], 2)),
        Column("Note", text("note"), False),
    ]
    note = (
        "Cronbach's α and McDonald's ω (one factor): the share of a score's variance that is not noise of"
        " single items. Below .70 differences are blurred."
    )
    return grid(result.reliability, columns, "Reliability of the scales", note)


def _checks(result: InMode) -> Grid:
    cells = list(dict.fromkeys(result.checks["cell"]))
    if not all(name in cells for name in result.dropout["cell"]):
        order = cells
    else:
        order = [name for name in result.dropout["cell"] if name in cells]
    wide = result.checks.pivot_table("share", index=["measure", "sentence"], columns="cell")
    people = result.checks.groupby("measure", sort=False)["n"].sum()
    wide = wide.reset_index().assign(n=lambda table: table["measure"].map(people))
    wide = wide.set_index("measure").loc[list(people.index)].reset_index()
    columns = [
        Column("Check", text("sentence"), False),
        Column("People", count("n")),
        *(Column(short_cell(name), lambda r, name=name: percent(r[name])) for name in order),  # type: ignore[misc]
    ]
    note = (
        "Share of right answers in each condition; of a check asked again the last answer counts."
    )
    return grid(wide, columns, "Checks: comprehension, attention, manipulation", note)


def _timing(result: InMode) -> Grid:
    columns = [
        Column(
            "Drawn by",
            lambda r: {"none": "nothing (simulated)"}.get(r["renderer"], r["renderer"]),
            False,
        ),
        Column("Sessions", count("sessions")),
        Column("Median min", lambda r: estimate(r["median_minutes"], 1)),
        Column("Shortest", lambda r: estimate(r["shortest"], 1)),
        Column("Longest", lambda r: estimate(r["longest"], 1)),
        Column("Interrupted", count("interrupted")),
    ]
    if result.timing["frames"].sum() > 0:
        columns += [
            Column("Frames", count("frames")),
            Column("Dropped", count("dropped_frames")),
            Column(
                "Share",
                lambda r: "–" if pd.isna(r["share_dropped"]) else f"{r['share_dropped']:.3%}",
            ),
        ]
        note = "Times of complete sessions, in minutes. A dropped frame came later than the screen's refresh."
    else:
        note = "Times of complete sessions, in minutes. No frame times: nothing was drawn, or a browser drew."
    return grid(result.timing, columns, "Time and frames", note)
