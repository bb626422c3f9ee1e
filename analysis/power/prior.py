"""Variance components of the measures that a mode analyses: assumed, or from outside.

From outside they are a YAML file of published numbers, stored results, or imported data.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import yaml

from analysis.analysing import read_results
from analysis.analysing.results import Fitted
from analysis.errors import AnalysisError
from analysis.load import load
from analysis.models import fit as fit_model
from analysis.power.components import (
    Components,
    of_outcome,
    of_related,
    of_scale,
    read_components,
)
from analysis.power.lists import model_factors
from analysis.power.plan import planned_models
from analysis.score import explained, score
from analysis.simulate import Assumptions
from experiments.building import Study


def components_of(
    study: Study, mode: str, assumed: Assumptions, prior: Path | None = None
) -> dict[str, Components]:
    """Return the variance components of the measures of a mode's planned models.

    Raises
    ------
    AnalysisError
        If the prior cannot be used.
    """
    found: dict[str, Components] = {}
    for model in planned_models(study.protocol, mode):
        scale, _, subscale = model.measure.partition(".")
        if model.measure == study.protocol.primary_measure:
            found[model.measure] = of_outcome(assumed)
        elif scale in study.scales:
            subscales = study.scales[scale].subscales
            chosen = subscales[subscale] if subscale else next(iter(subscales.values()))
            found[model.measure] = of_scale(assumed, len(chosen.items))
        else:
            found[model.measure] = of_related(assumed)
    return found if prior is None else {**found, **read_prior(prior, study, mode, found)}


def read_prior(
    path: Path, study: Study, mode: str, assumed: Mapping[str, Components]
) -> dict[str, Components]:
    """Read variance components by measure.

    Parameters
    ----------
    path
        A YAML file; ``results.json`` (or its folder) of an analysis; or a folder of data.
    assumed
        Components by measure where nothing else is said; results of models without random effects of
        stimuli or conditions take the missing shares from here.

    Raises
    ------
    AnalysisError
        If it is none of these, or says nothing of the measures of the mode.
    """
    if path.is_file() and path.suffix in (".yaml", ".yml"):
        found = _of_yaml(path)
    elif path.name == "results.json" or (path / "results.json").is_file():
        found = _of_results(path, mode, assumed)
    elif path.is_dir():
        found = _of_data(path, study, mode)
    else:
        what = (
            "is no file or folder" if not path.exists() else "is none of the three kinds of prior"
        )
        raise AnalysisError(
            f"{path} {what}.",
            "Give a YAML file of variance components, results.json of an analysis, or a folder of data.",
        )
    unknown = sorted(set(found) - set(assumed))
    known = {name: parts for name, parts in found.items() if name in assumed}
    if not known or (unknown and path.suffix in (".yaml", ".yml")):
        raise AnalysisError(
            f"{path} has variance components of {', '.join(unknown) or 'no measure'}, which the mode"
            f" {mode!r} does not analyse.",
            f"Analysed are: {', '.join(assumed)}.",
        )
    return known


def _of_yaml(path: Path) -> dict[str, Components]:
    try:
        said = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError, UnicodeDecodeError) as error:
        raise AnalysisError(f"{path} cannot be read as YAML ({error}).", "") from error
    parts = said.get("components") if isinstance(said, dict) else None
    if not isinstance(parts, dict) or not all(isinstance(own, dict) for own in parts.values()):
        raise AnalysisError(
            f"{path} has no section 'components' with a list of variance components for each measure.",
            "Write: components: {donation: {person: 0.6, stimulus: 0.05, residual: 0.35, source: ..., tag: C}}.",
        )
    shared = {name: said[name] for name in ("source", "tag") if name in said}
    return {
        str(measure): read_components({**shared, **own}, f"{path}: components: {measure}")
        for measure, own in parts.items()
    }


def _of_results(path: Path, mode: str, assumed: Mapping[str, Components]) -> dict[str, Components]:
    results = read_results(path)
    own = [result for result in results.modes if result.mode == mode] or list(results.modes)
    what = "SIMULATED people" if results.simulated else "collected data"
    source = f"{path}, study {results.protocol.study}, mode {own[0].mode}, {what} [C]"
    found: dict[str, Components] = {}
    for model in own[0].models:
        plan = model.plan
        if plan.family == "gaussian" and len(model.random) and plan.measure in assumed:
            found.setdefault(plan.measure, _of_model(model, assumed[plan.measure], source))
    return found


def _of_model(model: Fitted, assumed: Components, source: str) -> Components:
    """Components of a fitted model; what it does not hold keeps its assumed share of the variance."""
    variance = {
        str(group): float((own["sd"] ** 2).iloc[0]) for group, own in model.random.groupby("group")
    }
    known = {"residual": variance.get("Residual", variance.get("residual", 0.0))}
    for name, group in (("person", "participant"), ("stimulus", "stimulus")):
        known[name] = variance.get(group, 0.0)
        by_level = [v for other, v in variance.items() if other.startswith(f"{group}:")]
        if by_level:
            known[f"{name}_by_level"] = sum(by_level)
    total = sum(known.values())
    if not total > 0:
        raise AnalysisError(f"The model {model.plan.name!r} of {source} has no variance.", "")
    kept = {
        name: assumed.shares[name]
        for name in ("person_by_level", "stimulus_by_level")
        if name not in known
    }
    room = 1 - sum(kept.values())
    parts = {name: value / total * room for name, value in known.items()}
    if kept:
        names = {"person_by_level": "people", "stimulus_by_level": "stimuli"}
        who = " and ".join(names[name] for name in kept)
        source += f"; {who} by condition as assumed (the model does not estimate them)"
    return Components(**parts, **kept, source=source)


def _of_data(path: Path, study: Study, mode: str) -> dict[str, Components]:
    """Estimate all five components from data, on the formula of each planned Gaussian model."""
    data = load(path)
    data = data.in_mode(mode if mode in data.modes else data.modes[0])
    scores = score(data, study) if study.scales else None
    what = "SIMULATED people" if data.simulated else "collected data"
    found: dict[str, Components] = {}
    for model in planned_models(study.protocol, mode):
        if model.family != "gaussian" or model.measure in found:
            continue
        asked = data.rows.loc[data.rows["phase"] == model.phase, "measure"].str.split(".").str[0]
        if model.measure.split(".")[0] not in set(asked):
            continue
        frame = explained(data, study, model.measure, model.phase, scores)
        source = f"{path}, {frame['participant'].nunique()} people, {what} [C]"
        parts = _estimated(frame, model.measure, model_factors(model), source)
        if parts is not None:
            found[model.measure] = parts
    return found


def _estimated(
    frame: pd.DataFrame, measure: str, factors: tuple[str, ...], source: str
) -> Components | None:
    """Components of one measure; None where one answer a person about one stimulus identifies none."""
    if missing := [name for name in factors if name not in frame.columns]:
        raise AnalysisError(
            f"The data ({source}) have no factor {missing[0]!r}, so that differences between conditions"
            " cannot be separated from differences between people.",
            "Give the components in a YAML file.",
        )
    column = measure.replace(".", "_")
    rows = frame.rename(columns={measure: column}).reset_index(drop=True)
    rows["condition"] = rows[list(factors)].astype(str).agg(", ".join, axis=1)
    terms = _terms(rows)
    if not terms:
        return None
    formula = " + ".join([f"{column} ~ C(condition)", *terms])
    fit = fit_model(rows, formula)
    sds = fit.random_sd["sd"].to_numpy(dtype=float)
    lower = {
        str(name).lower(): float(sd) ** 2
        for name, sd in zip(fit.random_sd["group"], sds, strict=True)
    }
    return Components(
        lower.get("participant", 0.0),
        lower.get("participant:condition", 0.0),
        lower.get("stimulus", 0.0),
        lower.get("stimulus:condition", 0.0),
        lower["residual"],
        f"{source}; fitted: {formula}",
    ).scaled()


def _terms(rows: pd.DataFrame) -> list[str]:
    """Random terms that these rows can estimate."""
    people, conditions = rows["participant"], rows["condition"]
    several = people.duplicated().any()
    within = rows.groupby("participant")["condition"].nunique().max() > 1
    again = pd.Series(list(zip(people, conditions, strict=True))).duplicated().any()
    stimuli = "stimulus" in rows and len(rows["stimulus"].unique()) > 1
    crossed = stimuli and rows.groupby("stimulus")["condition"].nunique().max() > 1
    wanted = {
        "(1 | participant)": several,
        "(1 | participant:condition)": within and again,
        "(1 | stimulus)": stimuli,
        "(1 | stimulus:condition)": crossed,
    }
    return [term for term, possible in wanted.items() if possible]
