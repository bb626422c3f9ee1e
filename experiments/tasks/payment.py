"""Payment: the receipt that ends the session. It says what the decision that counts has come to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal

from experiments.composing import Composer
from experiments.reading import Key, Model
from experiments.screen import Fill, Phase, Screen
from experiments.step import Step
from experiments.undeclared import Said, undeclared

if TYPE_CHECKING:
    from experiments.protocol import Protocol


class Pays(Model):
    """The decision that is paid."""

    step: str
    """Name of the step in which it is made."""
    measure: str
    """The ``give`` measure; where it is asked in several trials, the slot draws the one that counts."""


class Payment(Step):
    """Show the receipt, with the text for the stakes of the mode, and end the session."""

    task: Literal["payment"]
    phase: Phase = "payment"
    pays: Pays
    real: str = ""
    """Text key under real stakes; ``[[given]]`` and ``[[kept]]`` are the amounts."""
    drawn: str = ""
    """Text key under lottery stakes, for those drawn."""
    not_drawn: str = ""
    """Text key under lottery stakes, for those not drawn."""
    hypothetical: str = ""
    """Text key under hypothetical stakes."""

    def texts(self) -> Iterable[str]:
        return tuple(
            key for key in (self.real, self.drawn, self.not_drawn, self.hypothetical) if key
        )

    def _text(self, composer: Composer) -> str:
        match composer.protocol.modes[composer.mode].stakes.kind:
            case "real":
                return self.real
            case "lottery":
                return self.drawn if composer.slot.draws["implemented"] else self.not_drawn
            case "hypothetical":
                return self.hypothetical

    def faults(self, protocol: Protocol, key: Key) -> Said:
        pays, steps = self.pays, [step.name for step in protocol.flow]
        yield from undeclared((*key, "pays", "step"), "the step", [pays.step], steps)
        yield from undeclared(
            (*key, "pays", "measure"), "the measure", [pays.measure], protocol.measures
        )
        for kind in sorted({mode.stakes.kind for mode in protocol.modes.values()}):
            for name in ("drawn", "not_drawn") if kind == "lottery" else (kind,):
                if not getattr(self, name):
                    yield (
                        key,
                        f"the receipt has no text '{name}', which {kind} stakes need",
                        f"Add '{name}: TEXT_KEY'.",
                    )

    def screens(self, composer: Composer) -> Iterable[Screen]:
        stakes = composer.protocol.modes[composer.mode].stakes
        decision = self.decision(composer)
        money = stakes.money.written()
        yield Screen(
            id=self.name,
            kind="read",
            phase=self.phase,
            task=self.task,
            ends="complete",
            content=composer.blocks(composer.text(self._text(composer))),
            fills=(
                Fill("given", decision, self.pays.measure, "given", stakes.endowment, money),
                Fill("kept", decision, self.pays.measure, "kept", stakes.endowment, money),
            ),
            proceed=composer.interface.texts["finish"],
        )

    def decision(self, composer: Composer) -> str:
        """Return the id of the screen whose decision counts for this slot."""
        made = composer.composed.get(self.pays.step)
        if made is None:
            made = list(composer.protocol.step(self.pays.step).screens(composer))
        asked = [
            screen.id
            for screen in made
            if any(ask.measure == self.pays.measure for ask in screen.asks)
        ]
        return asked[int(composer.slot.draws["paid"] * len(asked))]
