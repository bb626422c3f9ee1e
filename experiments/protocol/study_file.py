"""The study file: everything that a psychologist writes about one study, as frozen objects."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from experiments.files.faults import Key, ValueFault
from experiments.files.model import LANGUAGE, VERSION, Model
from experiments.files.scalars import Name, Number, Text, Words
from experiments.files.shorthand import Shorthand
from experiments.language.by import Varied
from experiments.protocol.design_sections import Factors, Mode, Session, Stakes
from experiments.protocol.screen_steps import Step
from experiments.protocol.sections import Column, Evidence, Exclude, Hypothesis, Planned, Sample
from experiments.protocol.steps import AnyStep
from experiments.questions.stakes import Stakes as StakesOfMode


def _named(key: str) -> Any:
    """Return a validator that gives the name '' to the only entry of a section."""

    def named(given: Any) -> Any:
        return (
            {"": given}
            if isinstance(given, str) or (isinstance(given, dict) and key in given)
            else given
        )

    return BeforeValidator(named)


_LANGUAGES = (
    "Write the language of this file only, such as 'language: en'. The others are those of the PO files beside it; "
    "`compassion translate STUDY de` makes one."
)


def _one_language(given: Any) -> Any:
    if isinstance(given, list):
        raise ValueFault("found several languages", _LANGUAGES)
    return given


Flow = Annotated[tuple[AnyStep, ...], Field(min_length=1)]


def _with_sessions(flow: Any) -> Any:
    return {"": flow} if isinstance(flow, list) else flow


def _only_entry(whole: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of the only entry of a section, which needs no name."""
    entry: dict[str, Any] = whole["additionalProperties"]
    return entry


def entry_key(section: str, name: str) -> Key:
    """Return the place of an entry of a section; '' is the only one, which needs no name."""
    return (section, name) if name else (section,)


def pays(stakes: Any, declares: Any) -> bool:
    """Return whether a study pays participants for taking part: it has stakes, or it declares a payment."""
    return stakes is not None or (isinstance(declares, dict) and "payment" in declares)


class StudyFile(Model):
    """One study."""

    elsewhere = {"languages": _LANGUAGES}

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
    language: Annotated[str, Field(pattern=LANGUAGE), BeforeValidator(_one_language)] = "en"
    """Language of the texts in this file."""
    minutes: Varied[Number] | None = None
    """Duration of a session for the consent form (default: what simulated participants need)."""
    evidence: Evidence | None = None
    """The existing evidence for the claim."""
    declares: dict[Words, Words] = {}
    """Choices that readers must know; ``deception`` demands a debriefing that offers withdrawal, and ``payment`` says
    what participants are paid for taking part."""
    factors: Factors = Factors()
    """What is varied."""
    stakes: Stakes | None = None
    """What participants decide about; without it no decision is paid."""
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

    @property
    def pays(self) -> bool:
        """Whether participants are paid for taking part."""
        return pays(self.stakes, self.declares)

    def stakes_in(self, mode: str) -> StakesOfMode | None:
        """Return the stakes of a mode; None if the study has none."""
        if self.stakes is None:
            return None
        pay = self.modes[mode].paid or self.stakes.paid
        chance = Fraction(0) if pay is None else Fraction(pay.chance)
        kind: Literal["real", "lottery", "hypothetical"] = "lottery"
        if chance in (0, 1):
            kind = "real" if chance else "hypothetical"
        endowment, step = self.stakes.endowment, self.stakes.step
        smallest = float(step.value) if step else 1.0
        return StakesOfMode(kind, endowment.currency, float(endowment.value), smallest, chance)


def all_steps(study: StudyFile) -> Iterator[tuple[Key, Step]]:
    """Yield all steps, also those inside loops and parts, with their keys."""

    def walk(listed: Sequence[Step], key: Key) -> Iterator[tuple[Key, Step]]:
        for index, step in enumerate(listed):
            yield (*key, index), step
            yield from walk(getattr(step, "flow", None) or (), (*key, index, "flow"))

    for session, listed in study.flow.items():
        yield from walk(listed, entry_key("flow", session))
