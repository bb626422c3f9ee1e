"""The protocol: one YAML file with the whole description of a study, as frozen objects.

The JSON schema for editors (``protocols/protocol.schema.json``) is generated from these models. Checks across
sections are in ``experiments/protocol/checking.py``.
"""

from __future__ import annotations

import hashlib
import json
from functools import cached_property
from typing import Annotated, Any

from pydantic import Field

from experiments.design.declared import Slug
from experiments.files.reading import VERSION, Model
from experiments.protocol.exclusions import AnyExclusion
from experiments.protocol.plan import (
    Evidence,
    Hypotheses,
    PlannedAnalysis,
    PlannedModel,
    SampleSize,
    Sesoi,
)
from experiments.tasks import AnyStep
from experiments.tasks.step import Outline


class Ethics(Model):
    """Facts for the ethics committee; approval, contact and charity are under ``values``."""

    deception: bool = False
    """Whether participants are deceived; if so, the debriefing is compulsory."""


class Protocol(Outline):
    """One study."""

    study: Slug
    version: Annotated[str, Field(pattern=VERSION)]
    """Semantic version; increase it with every change made after the first participant."""
    title: str
    summary: str
    """What the study tests, in two or three sentences."""
    source: str
    """The publication on which the study is based."""
    evidence: Evidence
    minutes: Annotated[float, Field(gt=0)]
    """Duration of a session."""
    declares: dict[str, str] = {}
    """Design choices that readers must know about, such as the rule for pictures."""
    flow: Annotated[tuple[AnyStep, ...], Field(min_length=1)]
    hypotheses: Hypotheses
    analysis: PlannedAnalysis
    exclusions: tuple[AnyExclusion, ...] = ()
    sesoi: Sesoi
    sample: SampleSize
    ethics: Ethics = Ethics()

    @cached_property
    def hash(self) -> str:
        """First 16 hex digits of the SHA-256 of the content, without comments and layout."""
        # Without default values: a later version of the models must not change the hash of an old file.
        stated = self.model_dump(mode="json", exclude_unset=True)
        content = json.dumps(stated, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(content.encode()).hexdigest()[:16]

    @cached_property
    def primary_measure(self) -> str:
        """Name of the primary measure."""
        return self.hypotheses.outcome

    def stated(self, name: str) -> str:
        """Return a value in the first language; '' if it is missing or not filled in yet."""
        text = self.values.get(self.languages[0], {}).get(name, "")
        return "" if is_open(text) else text

    def planned_models(self, mode: str) -> list[PlannedModel]:
        """Return the models that are fitted in a mode."""
        return [m for m in self.analysis.models if not m.modes or mode in m.modes]


def is_open(text: str) -> bool:
    """Return whether a value must still be filled in: it is empty or in brackets."""
    return not text.strip() or text.startswith("[")


def schema() -> dict[str, Any]:
    """Return the JSON schema of a protocol, for editors."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **Protocol.model_json_schema(),
        "title": "compassion protocol",
    }
