"""How a simulated participant answers one question, whatever kind of screen asks it."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.simulate.assumptions import Assumptions
from analysis.simulate.draws import Draws
from analysis.simulate.latent import Latent
from analysis.simulate.taking_part import Style
from experiments.screen import Ask, Screen


@dataclass(frozen=True)
class Person:
    """What the answers of one simulated participant depend on."""

    assumed: Assumptions
    draws: Draws
    style: Style
    latent: Latent

    def asked(self, screen: Screen, ask: Ask) -> Answering:
        """Return the participant as they answer a question."""
        return Answering(self, screen, ask)


@dataclass(frozen=True)
class Answering:
    """A simulated participant answering one question (a ``measures.Respondent``)."""

    person: Person
    screen: Screen
    ask: Ask

    @property
    def right(self) -> float:
        return self.person.assumed.right

    @property
    def right_key(self) -> float:
        return self.person.assumed.right_key

    def unread(self, count: int, draw: str) -> int | None:
        reads = self.person.style.reads
        if reads == "straight line":
            return self.person.draws.below(count, "line")
        return self.below(count, draw) if reads == "at random" else None

    @property
    def follows(self) -> bool:
        return self.person.latent.follows(self.screen, self.ask)

    def latent(self, count: int) -> int:
        return self.person.latent.place(self.screen, self.ask, count)

    def below(self, count: int, draw: str) -> int:
        return self.person.draws.below(count, draw, self.screen.id, self.ask.measure)

    def uniform(self, draw: str) -> float:
        return self.person.draws.uniform(draw, self.screen.id, self.ask.measure)

    def normal(self, draw: str) -> float:
        return self.person.draws.normal(draw, self.screen.id, self.ask.measure)
