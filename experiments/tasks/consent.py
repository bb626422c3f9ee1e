"""Informed consent: a versioned text, agreed to or declined. Declining ends the session without data."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from itertools import starmap
from typing import Literal

from experiments.composing import Composer
from experiments.measures import Measure
from experiments.measures.choose import Choose
from experiments.screen import Phase, Rule, Screen
from experiments.step import Step


class Consent(Step):
    """Show the consent form, whose version and hash are in the data, to agree or decline."""

    task: Literal["consent"]
    phase: Phase = "consent"
    version: str
    """Version of the consent text, as approved."""
    text: str
    """Text key of the consent form."""
    agree: str
    """Text key of the option that consents."""
    decline: str
    """Text key of the option that declines."""
    declined: str
    """Text key of the page shown to those who decline."""

    def texts(self) -> Iterable[str]:
        return (self.text, self.agree, self.decline, self.declined)

    def own_measures(self) -> Mapping[str, Measure]:
        asked = Choose(
            kind="choose",
            sentence="Consent to the form whose version and hash stand in `stimulus`.",
            prompt="",
            required=True,
            options={"agree": self.agree, "decline": self.decline},
        )
        return {"consent": asked}

    def screens(self, composer: Composer) -> Iterable[Screen]:
        form = composer.text(self.text)
        digest = hashlib.sha256(form.encode()).hexdigest()[:12]
        end = composer.ending(self, "declined", self.declined)
        yield Screen(
            id=self.name,
            kind="choose",
            phase=self.phase,
            task=self.task,
            content=composer.blocks(form),
            asks=tuple(starmap(composer.question, self.own_measures().items())),
            proceed=composer.interface.texts["continue"],
            after=(Rule(end, "consent", equals=("decline",)),),
            stimulus=f"consent@{self.version}#{digest}",
        )
