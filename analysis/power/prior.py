"""Where variance components come from: assumptions, a YAML file of published numbers, stored results, or data."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Self

import pandas as pd
from pydantic import ConfigDict, Field, model_validator

from analysis.data.conditions import with_conditions
from analysis.data.frames import Frames
from analysis.data.load import load
from analysis.data.names import column_of
from analysis.errors import AnalysisError
from analysis.models import Formula, RandomTerm, fit
from analysis.planned import read_results
from analysis.planned.fitted import ModelResults
from analysis.planned.plan import Planned, planned_models
from analysis.power.components import Components, assumed_components
from analysis.simulate import Assumptions
from experiments.files.model import Model
from experiments.files.parsing import parse
from experiments.files.reading import read
from experiments.files.scalars import Note
from experiments.protocol.planned import same_measure
from experiments.study import Study


class Published(Model):
    """A file of variance components by measure, in any unit of variance."""

    model_config = ConfigDict(extra="ignore")
    source: Note = ""
    tag: Note = ""
    components: Annotated[dict[Note, Components], Field(min_length=1)]

    @model_validator(mode="after")
    def _has_sources(self) -> Self:
        for measure, parts in self.components.items():
            if not (parts.source or self.source):
                raise ValueError(
                    f"the source of the components of {measure} is missing; add 'source' (of the numbers)"
                    " and 'tag' (V, V2, M+, M, C or convention)"
                )
        return self


def components_of(
    study: Study, mode: str, assumed: Assumptions, prior: Path | None = None
) -> dict[str, Components]:
    """Return the variance components of the outcomes of a mode's planned models, as the formulas name them.

    Parameters
    ----------
    assumed
        Assumptions for components that the prior does not give.
    prior
        A YAML file, ``results.json`` (or its folder) of an analysis, or a folder of data. Components that the models of
        an analysis do not have remain as assumed.

    Raises
    ------
    AnalysisError, InvalidFileError
        If the prior is none of these, or has no components of the outcomes of the mode.
    """
    known = assumed_components(study, mode, assumed)
    if prior is None:
        return known
    published = prior.is_file() and prior.suffix in (".yaml", ".yml")
    if published:
        found = _of_file(prior)
    elif prior.name == "results.json" or (prior / "results.json").is_file():
        found = _of_results(prior, mode, known)
    elif prior.is_dir():
        found = _of_data(prior, study, mode)
    else:
        problem = "is none of the three kinds of prior" if prior.exists() else "does not exist"
        raise AnalysisError(
            f"{prior} {problem}.",
            "Give a YAML file of variance components, results.json of an analysis, or a folder of data.",
        )
    given = {
        name: next((c for n, c in found.items() if same_measure(study.names, n, name)), None)
        for name in known
    }
    unknown = [
        name for name in sorted(found) if not any(same_measure(study.names, name, n) for n in known)
    ]
    if not any(given.values()) or (unknown and published):
        raise AnalysisError(
            f"{prior} has variance components of {', '.join(unknown) or 'no measure'}, but no planned model of the"
            f" mode {mode!r} is about {'these' if len(unknown) > 1 else 'this'}.",
            f"Outcomes of the planned models: {', '.join(known)}.",
        )
    return {name: given[name] or parts for name, parts in known.items()}


def _of_file(path: Path) -> dict[str, Components]:
    published = parse(Published, read(path))
    found = {}
    for measure, parts in published.components.items():
        cited = {"source": parts.source or published.source, "tag": parts.tag or published.tag}
        found[measure] = parts.model_copy(update=cited).scaled()
    return found


def _of_results(path: Path, mode: str, assumed: Mapping[str, Components]) -> dict[str, Components]:
    results = read_results(path)
    own = [result for result in results.modes if result.mode == mode] or list(results.modes)
    what = "SIMULATED data" if results.simulated else "collected data"
    source = f"{path}, study {results.study.study}, mode {own[0].mode}, {what} [C]"
    found: dict[str, Components] = {}
    for model in own[0].models:
        if model.family == "gaussian" and len(model.random) and model.outcome in assumed:
            found.setdefault(model.outcome, _of_model(model, assumed[model.outcome], source))
    return found


def _of_model(model: ModelResults, assumed: Components, source: str) -> Components:
    """Return the components of a fitted model; those that it does not estimate keep their assumed proportion."""
    variance = _variances(model.random)
    known = {"residual": variance.get("residual", 0.0)}
    kept = {}
    for name, group in (("person", "participant"), ("stimulus", "item")):
        known[name] = variance.get(group, 0.0)
        by_level = [v for other, v in variance.items() if other.startswith(f"{group}:")]
        if by_level:
            known[f"{name}_by_level"] = sum(by_level)
        else:
            kept[f"{name}_by_level"] = assumed.shares[f"{name}_by_level"]
    total = sum(known.values())
    if not total > 0:
        raise AnalysisError(f"The model {model.name!r} of {source} has no variance.")
    parts = {name: value / total * (1 - sum(kept.values())) for name, value in known.items()}
    if kept:
        names = {"person_by_level": "participants", "stimulus_by_level": "items"}
        which = " and ".join(names[name] for name in kept)
        source += f"; {which} by condition as assumed (not in the fitted model)"
    return Components.model_validate({**parts, **kept, "source": source})


def _of_data(path: Path, study: Study, mode: str) -> dict[str, Components]:
    """Estimate all components that the data can identify, for the outcome of each planned Gaussian model."""
    loaded = load(path)
    data = with_conditions(loaded.in_mode(mode if mode in loaded.modes else loaded.modes[0]), study)
    frames = Frames.of(data, study, mode)
    what = "SIMULATED data" if data.simulated else "collected data"
    found: dict[str, Components] = {}
    for planned in planned_models(study, mode):
        if planned.family != "gaussian" or planned.outcome in found:
            continue
        frame = frames.answered(planned.outcome)
        if frame.empty:
            continue
        source = f"{path}, {frame['participant'].nunique()} participants, {what} [C]"
        if (parts := _estimated(frame, study, planned, source)) is not None:
            found[planned.outcome] = parts
    return found


def _estimated(
    frame: pd.DataFrame, study: Study, planned: Planned, source: str
) -> Components | None:
    """Estimate the components of one outcome; None if one answer per participant about one item identifies none."""
    factors = [
        column_of(name)
        for name in planned.model.formula.predictors
        if name in study.names.factors or name in ("session", "step")
    ]
    if missing := [name for name in factors if name not in frame.columns]:
        raise AnalysisError(
            f"The data ({source}) have no factor {missing[0]!r}, so that differences between conditions"
            " cannot be separated from differences between participants.",
            "Give the components in a YAML file.",
        )
    rows = frame.reset_index(drop=True)
    rows["condition"] = rows[factors].astype(str).agg(", ".join, axis=1) if factors else ""
    items = "item" in rows and len(rows["item"].unique()) > 1

    def crossed(group: str) -> bool:
        return bool(rows.groupby(group)["condition"].nunique().max() > 1)

    identified = {
        "participant": rows["participant"].duplicated().any(),
        "participant:condition": crossed("participant")
        and rows.duplicated(["participant", "condition"]).any(),
        "item": items,
        "item:condition": items and crossed("item"),
    }
    terms = [RandomTerm("1", group) for group, possible in identified.items() if possible]
    if not terms:
        return None
    several = len(rows["condition"].unique()) > 1
    formula = Formula.of(planned.formula.response, ["C(condition)"] if several else [], terms)
    variance = _variances(fit(rows, formula).random_sd)
    return Components(
        person=variance.get("participant", 0.0),
        person_by_level=variance.get("participant:condition", 0.0),
        stimulus=variance.get("item", 0.0),
        stimulus_by_level=variance.get("item:condition", 0.0),
        residual=variance["residual"],
        source=f"{source}; fitted: {formula}",
    ).scaled()


def _variances(random: pd.DataFrame) -> dict[str, float]:
    """Return the variance of the first column (the intercept) of each random term."""
    first = random.drop_duplicates("group")
    return {
        str(group).replace("Residual", "residual"): float(sd) ** 2
        for group, sd in zip(first["group"], first["sd"], strict=True)
    }
