"""The study file: everything that a psychologist writes about one study, as frozen objects."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from experiments.files.faults import Key
from experiments.files.model import VERSION, Model
from experiments.files.scalars import Name, Number, Text, Words
from experiments.files.shorthand import Shorthand
from experiments.language.by import Varied
from experiments.protocol.screen_steps import Step
from experiments.protocol.sections import (
    Column,
    Evidence,
    Exclude,
    Factors,
    Hypothesis,
    Mode,
    Planned,
    Sample,
    Session,
    Stakes,
)
from experiments.protocol.steps import AnyStep


def _named(key: str) -> Any:
    """Return a validator that gives the name '' to the only entry of a section."""

    def named(given: Any) -> Any:
        return (
            {"": given}
            if isinstance(given, str) or (isinstance(given, dict) and key in given)
            else given
        )

    return BeforeValidator(named)


Flow = Annotated[tuple[AnyStep, ...], Field(min_length=1)]


def _with_sessions(flow: Any) -> Any:
    return {"": flow} if isinstance(flow, list) else flow


def _only_entry(whole: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of the only entry of a section, which needs no name."""
    entry: dict[str, Any] = whole["additionalProperties"]
    return entry


def flow_key(session: str) -> Key:
    """Return the place of the steps of a session; '' is the only session of a study."""
    return ("flow", session) if session else ("flow",)


class StudyFile(Model):
    """One study."""

    study: Name
    """Name of the study, and of its file."""
    version: Annotated[str, Field(pattern=VERSION)] = "1.0.0"
    """Semantic version; increase it with every change after the first participant."""
    title: Text
    """Title, as participants see it."""
    summary: Words = ""
    """What the study asks, in one or two sentences."""
    source: Words = ""
    """Publications on which the study is based."""
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z]+)?$")] = "en"
    """Language of the texts in this file."""
    minutes: Varied[Number] | None = None
    """Duration of a session for the consent form (default: what simulated participants need)."""
    evidence: Evidence | None = None
    """The existing evidence for the claim."""
    declares: dict[Words, Words] = {}
    """Choices that readers must know; ``deception`` demands a debriefing that offers withdrawal."""
    factors: Factors = Factors()
    """What is varied."""
    stakes: Stakes | None = None
    """What participants decide about; without it nobody is paid."""
    modes: Annotated[dict[Name, Mode], Field(min_length=1)] = {"main": Mode()}
    """Variants of the study, never pooled; the first is the primary one."""
    sessions: dict[Name, Session] = {}
    """Sessions, if there are several."""
    values: dict[Name, Text] = {}
    """Texts that a laboratory sets, such as ``contact``; also in ``lab.yaml``."""
    flow: Annotated[dict[str, Flow], BeforeValidator(_with_sessions), Shorthand(_only_entry)]
    """The steps, or the steps of each session."""
    columns: dict[Name, Column] = {}
    """Computed variables."""
    hypothesis: Annotated[dict[str, Hypothesis], _named("outcome"), Shorthand(_only_entry)] = {}
    """The claim, or name -> claim; the first holds the primary test."""
    analysis: Annotated[
        dict[str, Planned], Field(min_length=1), _named("formula"), Shorthand(_only_entry)
    ]
    """A formula, or name -> model."""
    exclude: Exclude = Exclude()
    """Who and what is left out of the analysis."""
    sample: Sample
    """The planned sample."""
    files: dict[Words, Words] = {}
    """File, stimulus set or instrument -> hash of its content; an expansion has them, a study needs none."""


def all_steps(study: StudyFile) -> Iterator[tuple[Key, Step]]:
    """Yield all steps, also those inside loops and parts, with their keys."""

    def walk(listed: Sequence[Step], key: Key) -> Iterator[tuple[Key, Step]]:
        for index, step in enumerate(listed):
            yield (*key, index), step
            yield from walk(getattr(step, "flow", None) or (), (*key, index, "flow"))

    for session, listed in study.flow.items():
        yield from walk(listed, flow_key(session))
