"""Storage of a power analysis: tables, figures, a report, and ``power.json`` for the preregistration."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from analysis.errors import AnalysisError
from analysis.power.result import DIFFERENCE, Power, notes, sentences
from analysis.power.tables import MOST_PER_CELL
from experiments.templates import environment

FORMAT = "compassion power 4"
FIGURES = {
    "power_by_size": "Power by number of participants. Bands: 95 % Monte Carlo intervals, if studies were simulated;"
    " dashed grey lines: the targets; dotted vertical line: the planned size.",
    "power_by_effect": "Power for a difference and for equivalence at the planned size, by true effect.",
    "recovery": "Model recovery: the verdict if each curve in turn is true. Framed: the right one.",
    "recovery_parameters": "Parameter recovery: estimates of the shape of a true curve, and coverage of 95 % profile"
    " intervals.",
}


def default_folder(study: str, version: str, mode: str) -> Path:
    """Return the default folder of a power analysis."""
    return Path("reports") / study / version / f"power-{mode}"


def write_power(power: Power, folder: Path) -> Path:
    """Write a power analysis; return the report.

    Raises
    ------
    AnalysisError
        If the folder cannot be written.
    """
    # matplotlib is slow to import, and commands import this module to read results.
    from analysis.power.figures import draw_all

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
            "Choose another folder with --to; finished work is kept in the cache.",
        ) from error
    return page


def read_power(path: Path) -> dict[str, Any]:
    """Read ``power.json`` (or that of a folder) as plain data.

    Raises
    ------
    AnalysisError
        If there is none, or this version cannot read it.
    """
    file = path / "power.json" if path.is_dir() else path
    try:
        stored = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise AnalysisError(
            f"{file} cannot be read as a power analysis ({error}).",
            "Run: compassion power STUDY",
        ) from error
    if not isinstance(stored, dict) or stored.get("format") != FORMAT:
        raise AnalysisError(
            f"{file} is not a power analysis that this version can read.",
            "Run: compassion power STUDY",
        )
    return stored


def _json(power: Power) -> str:
    study, settings = power.study, power.settings
    content: dict[str, Any] = {
        "format": FORMAT,
        "study": study.study,
        "title": study.title,
        "protocol_version": study.version,
        "protocol_hash": study.hash,
        "mode": settings.mode,
        "planned": power.planned,
        "smallest": {name: test.smallest for name, test in power.tests.items()},
        "effect": {name: test.effect for name, test in power.tests.items()},
        "alpha": power.alpha,
        "targets": settings.targets,
        "seed": settings.seed,
        "studies": settings.studies,
        "formulas": {plan.model.name: str(plan.model.formula) for plan in power.plans},
        "components": {
            m: {**own.shares, "source": own.cited} for m, own in power.components.items()
        },
        "made": power.made,
        "code_version": power.code_version,
        "key": power.key,
        "simulated": True,
        "loss": asdict(power.loss),
        "tables": {n: json.loads(t.to_json(orient="records")) for n, t in power.tables.items()},
        "sentences": sentences(power),
        "notes": notes(power),
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _page(power: Power, figures: list[str]) -> str:
    meanings = dict.fromkeys(test.meaning for test in power.tests.values())
    page = environment("analysis.power").get_template("page.html.j2")
    return page.render(
        power=power,
        sentences=sentences(power),
        notes=notes(power),
        figures=[(name, FIGURES[name]) for name in figures],
        required=power.rows("required", asked=True),
        meanings=[meaning for meaning in meanings if meaning != DIFFERENCE],
        together=power.rows("primary", per_cell=power.planned),
        quality=power.rows("quality", per_cell=power.planned),
        check=power.rows("check"),
        verdicts=power.rows("check_verdicts"),
        most=MOST_PER_CELL,
    )
