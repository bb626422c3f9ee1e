"""A power analysis as a folder: tables, figures, a page to read, and ``power.json`` for the preregistration."""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined

from analysis.errors import AnalysisError
from analysis.power.figures import draw_all
from analysis.power.power import Power
from analysis.power.telling import between, sentences, share

FORMAT = "compassion power 1"
FIGURES = {
    "power_by_size": "Power by number of people; bands are 95 % Monte Carlo intervals, dashed grey lines the"
    " targets, the dotted vertical line the planned size.",
    "power_by_effect": "Power and equivalence at the planned size.",
    "recovery": "What the contest of curves would say if each curve in turn were true; framed: the right family.",
    "recovery_parameters": "Where the shape of a true curve comes out, and how often its 95 % profile interval"
    " holds the true value.",
}


def write_power(power: Power, folder: Path) -> Path:
    """Write a power analysis; returns the page.

    Raises
    ------
    AnalysisError
        If the folder cannot be written.
    """
    try:
        (folder / "tables").mkdir(parents=True, exist_ok=True)
        for name, table in power.tables.items():
            if not table.empty:
                table.to_csv(folder / "tables" / f"{name}.csv", index=False)
        (folder / "power.json").write_text(_json(power), encoding="utf-8")
        figures = draw_all(power, folder / "figures")
        page = folder / "power.html"
        page.write_text(_page(power, figures), encoding="utf-8")
    except OSError as error:
        raise AnalysisError(
            f"{folder} cannot be written ({error.strerror}).",
            "Choose another folder with --output; the simulated studies are kept in the cache.",
        ) from error
    return page


def read_power(path: Path) -> dict[str, Any]:
    """Read ``power.json`` (or the folder that holds it) as plain data.

    Raises
    ------
    AnalysisError
        If there is none, or it is of another version.
    """
    file = path / "power.json" if path.is_dir() else path
    try:
        said = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise AnalysisError(
            f"{file} cannot be read as a power analysis ({error}).",
            "Make it with: compassion power PROTOCOL",
        ) from error
    if not isinstance(said, dict) or said.get("format") != FORMAT:
        raise AnalysisError(
            f"{file} is no power analysis of this version.",
            "Make it with: compassion power PROTOCOL",
        )
    return said


def _json(power: Power) -> str:
    said: dict[str, Any] = {"format": FORMAT}
    for item in fields(power):
        value = getattr(power, item.name)
        if item.name == "tables":
            value = {
                name: json.loads(table.to_json(orient="records")) for name, table in value.items()
            }
        said[item.name] = asdict(value) if item.name == "loss" else value
    said["sentences"] = sentences(power)
    return json.dumps(said, ensure_ascii=False, indent=1) + "\n"


def _page(power: Power, figures: list[str]) -> str:
    environment = Environment(
        loader=PackageLoader("analysis.power", "."), autoescape=True, undefined=StrictUndefined
    )
    environment.filters["share"] = share
    return environment.get_template("page.html.j2").render(
        power=power,
        sentences=sentences(power),
        figures=[(name, FIGURES[name]) for name in figures],
        required=_required(power),
        quality=_quality(power),
        full=power.tables["full"].to_dict("records"),
        share=share,
        between=between,
    )


def _required(power: Power) -> list[dict[str, Any]]:
    table = power.tables["required"]
    if table.empty:
        return []
    own = table[((table["d"] - power.sesoi).abs() < 1e-9) | (table["question"] == "equivalence")]
    rows = [{str(name): value for name, value in row.items()} for row in own.to_dict("records")]
    return [
        {**row, "reached": pd.notna(row["per_cell"]), "checked": pd.notna(row["simulated_power"])}
        for row in rows
    ]


def _quality(power: Power) -> list[dict[str, Any]]:
    table = power.tables["quality"]
    rows = [] if table.empty else table[table["per_cell"] == power.planned].to_dict("records")
    return [{str(name): value for name, value in row.items()} for row in rows]
