"""Informed consent: a versioned form to accept or decline. Declining ends the session without data."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Literal

from experiments.files.references import TextKey
from experiments.marked_text import blocks
from experiments.measures import Measure
from experiments.measures.choose import Choose
from experiments.screen import Phase, Rule, Screen
from experiments.tasks.step import Composer, Step


class Consent(Step):
    """Show the consent form, which is accepted or declined; its version and hash are stored with the data."""

    task: Literal["consent"]
    phase: Phase = "consent"
    version: str
    """Version of the consent text, as approved."""
    text: TextKey
    """Text key of the consent form."""
    agree: TextKey
    """Text key of the option to consent."""
    decline: TextKey
    """Text key of the option to decline."""
    declined: TextKey
    """Text key of the page for participants who decline."""

    def own_measures(self) -> Mapping[str, Measure]:
        consent = Choose(
            kind="choose",
            sentence="Consent to the form whose version and hash are in `stimulus`.",
            prompt="",
            required=True,
            options={"agree": self.agree, "decline": self.decline},
        )
        return {"consent": consent}

    def screens(self, composer: Composer) -> Iterable[Screen]:
        form = composer.text(self.text)
        digest = hashlib.sha256(form.encode()).hexdigest()[:12]
        end = composer.ending(self, "declined", self.declined)
        yield composer.screen(
            self,
            "",
            "choose",
            content=blocks(form),
            asks=composer.own_questions(self),
            after=(Rule(end, "consent", equals=("decline",)),),
            stimulus=f"consent@{self.version}#{digest}",
        )
