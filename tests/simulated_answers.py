"""A participant for the tests of sessions: answers every screen at random, from a seed."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field

from experiments.measures import KINDS
from experiments.screen import Answer, Ask, Response, Screen


@dataclass
class Answering:
    """One question being answered (a ``measures.Respondent``)."""

    rng: random.Random
    right: float = 1.0
    right_key: float = 1.0

    def unread(self, count: int, draw: str) -> int | None:
        return None

    def latent(self, count: int) -> int:
        return self.rng.randrange(count)

    def below(self, count: int, draw: str) -> int:
        return self.rng.randrange(count)

    def uniform(self, draw: str) -> float:
        return self.rng.random()

    def normal(self, draw: str) -> float:
        return self.rng.gauss()


@dataclass
class Somebody:
    """A participant who takes part and is of age, with some answers given beforehand."""

    given: Mapping[str, Answer] = field(default_factory=dict)
    """Address -> answer, or None to skip."""
    seed: int = 1
    leaves_at: str = ""
    """Screen on which the participant leaves; '' for none."""
    seen: list[Screen] = field(default_factory=list)

    def respond(self, screen: Screen, drafts: Mapping[str, Answer]) -> Response:
        """Answer a screen."""
        self.seen.append(screen)
        if screen.id == self.leaves_at and screen not in self.seen[:-1]:
            return Response({}, {}, 0.0, "test", way="leave")
        answers = {ask.measure: self.answer(screen, ask) for ask in screen.asks}
        return Response(answers, dict.fromkeys(answers, 1.0), 0.0, "test")

    def answer(self, screen: Screen, ask: Ask) -> Answer:
        """Return the answer to a question."""
        usual: dict[str, Answer] = {"consent.agree": "yes", "consent.age": 30}
        if ask.measure in {**usual, **self.given}:
            return {**usual, **self.given}[ask.measure]
        answering = Answering(random.Random(f"{self.seed} {screen.id} {ask.measure}"))
        return KINDS[screen.kind].answer(ask, answering)
