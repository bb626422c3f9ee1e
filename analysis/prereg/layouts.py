"""The two layouts: the short questions of AsPredicted, and the longer form of the OSF."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from analysis.prereg import telling
from analysis.prereg.blocks import Block, Section
from experiments.protocol import Protocol


@dataclass(frozen=True)
class Contents:
    """What a preregistration is written from."""

    protocol: Protocol
    power: Mapping[str, Any] | None
    existing: str
    """Whether data exist, in a sentence."""
    draft: tuple[Block, ...]
    """The analysis of simulated people."""
    lock: str
    """Hash over everything that is fixed."""


def as_predicted(c: Contents) -> list[Section]:
    """The questions of AsPredicted, in its order."""
    p = c.protocol
    return [
        Section("1. Data collected already?", (c.existing,)),
        Section("2. Main question and hypothesis", (p.summary, *telling.hypotheses(p))),
        Section("3. Dependent variables", telling.measures(p)),
        Section(
            "4. Conditions",
            (*telling.conditions(p), telling.stimuli(p), telling.randomisation(p)),
        ),
        Section("5. Analyses", (*telling.models(p), *telling.inference(p))),
        Section("6. Outliers and exclusions", telling.exclusions(p)),
        Section("7. Sample size", telling.sample(p, c.power)),
        Section("8. Anything else", (_lock(c),)),
        Section("Draft of the results, from SIMULATED people", c.draft),
    ]


def osf(c: Contents) -> list[Section]:
    """The sections of the OSF's preregistration form."""
    p = c.protocol
    deception = (
        "Participants are told something untrue, which the debriefing discloses."
        if p.ethics.deception
        else "Participants are told nothing untrue."
    )
    return [
        Section("Study information", level=1),
        Section("Title", (p.title,)),
        Section("Description", (p.summary, f"Follows: {p.source}", p.evidence.summary)),
        Section("Hypotheses", telling.hypotheses(p)),
        Section("Design plan", level=1),
        Section("Study type", ("Experiment: conditions are assigned at random.",)),
        Section(
            "Blinding",
            (
                "Participants are not told which conditions there are before the debriefing; conditions are"
                f" assigned by the program and shown on no screen of the experimenter. {deception}",
            ),
        ),
        Section("Study design", (*telling.conditions(p), telling.stimuli(p))),
        Section("Randomisation", (telling.randomisation(p),)),
        Section("Sampling plan", level=1),
        Section("Existing data", (c.existing,)),
        Section("Sample size, rationale and stopping rule", telling.sample(p, c.power)),
        Section("Variables", level=1),
        Section("Manipulated variables", telling.conditions(p)[:1]),
        Section("Measured variables and indices", telling.measures(p)),
        Section("Analysis plan", level=1),
        Section("Statistical models", telling.models(p)),
        Section("Inference criteria", telling.inference(p)),
        Section("Exclusions and missing data", telling.exclusions(p)),
        Section(
            "Exploratory analyses",
            ("Anything not named above is exploratory, and will be called so.",),
        ),
        Section("Other", level=1),
        Section("Lock", (_lock(c),)),
        Section("Draft of the results, from SIMULATED people", c.draft),
    ]


def _lock(c: Contents) -> str:
    return (
        f"Protocol {c.protocol.study} {c.protocol.version}, content {c.protocol.hash}. SHA-256 over model set, SESOI,"
        f" exclusions, planned models, inference, sample, allocation, design and protocol: {c.lock}."
        " `compassion analyse --prereg prereg.json` reports every deviation from it."
    )
