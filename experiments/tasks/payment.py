"""Payment: the receipt at the end of the session, which states the amounts of the decision that is paid."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from experiments.files.reading import Findings, Key, Model, nearest
from experiments.files.references import MeasureName, StepName, TextKey
from experiments.screen import Fill, Phase, Screen
from experiments.tasks.step import Composer, Outline, Step


class PaidDecision(Model):
    """The decision that is paid."""

    step: StepName
    """Name of the step with the decision."""
    measure: MeasureName
    """The ``give`` measure; if several trials ask it, the slot determines the one that is paid."""


class Payment(Step):
    """Show the receipt, with the text for the mode's stakes, and end the session."""

    task: Literal["payment"]
    phase: Phase = "payment"
    pays: PaidDecision
    real: TextKey = ""
    """Text key under real stakes; ``[[given]]`` and ``[[kept]]`` are the amounts."""
    drawn: TextKey = ""
    """Text key under lottery stakes, for participants who were drawn."""
    not_drawn: TextKey = ""
    """Text key under lottery stakes, for participants who were not drawn."""
    hypothetical: TextKey = ""
    """Text key under hypothetical stakes."""

    def _text(self, composer: Composer) -> str:
        match composer.protocol.modes[composer.slot.mode].stakes.kind:
            case "real":
                return self.real
            case "lottery":
                return self.drawn if composer.slot.draws["implemented"] else self.not_drawn
            case "hypothetical":
                return self.hypothetical

    def faults(self, protocol: Outline, key: Key) -> Findings:
        asked = {
            name
            for step in protocol.flow
            if step.name == self.pays.step
            for name in step.measures()
        }
        decision = protocol.measures.get(self.pays.measure)
        if asked and decision and self.pays.measure not in asked:
            found = f"the step '{self.pays.step}' does not ask '{self.pays.measure}'"
            yield (*key, "pays", "measure"), found, nearest(self.pays.measure, sorted(asked))
        elif decision and not decision.divides:
            found = f"'{self.pays.measure}' is of the kind '{decision.kind}', which does not divide an amount"
            yield (*key, "pays", "measure"), found, "Name a measure of the kind 'give'."
        for kind in sorted({mode.stakes.kind for mode in protocol.modes.values()}):
            for name in ("drawn", "not_drawn") if kind == "lottery" else (kind,):
                if not getattr(self, name):
                    yield (
                        key,
                        f"the receipt has no text '{name}', which {kind} stakes need",
                        f"Add '{name}: TEXT_KEY'.",
                    )

    def screens(self, composer: Composer) -> Iterable[Screen]:
        stakes = composer.protocol.modes[composer.slot.mode].stakes
        decision = self.decision(composer)
        money = stakes.money.format()
        yield composer.page(
            self,
            "",
            self._text(composer),
            ends="complete",
            fills=(
                Fill("given", decision, self.pays.measure, "given", stakes.endowment, money),
                Fill("kept", decision, self.pays.measure, "kept", stakes.endowment, money),
            ),
            proceed=composer.interface.texts["finish"],
        )

    def decision(self, composer: Composer) -> str:
        """Return the id of the screen with the decision that is paid in this slot."""
        screens = composer.composed.get(self.pays.step)
        if screens is None:
            screens = list(composer.protocol.step(self.pays.step).screens(composer))
        decisions = [
            screen.id
            for screen in screens
            if any(ask.measure == self.pays.measure for ask in screen.asks)
        ]
        return decisions[int(composer.slot.draws["paid"] * len(decisions))]
