"""A participant of ``going_back`` who has second thoughts: goes back where it is said, and answers otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from simulated_answers import Somebody

from experiments.screen import Answer, Ask, Response, Screen


@dataclass
class SecondThoughts(Somebody):
    """Answers as ``Somebody``, but at some visits of some screens as ``plan`` says; ``None``: goes back."""

    plan: Mapping[str, list[Mapping[str, Answer] | None]] = field(default_factory=dict)
    drafts: list[tuple[str, Mapping[str, Answer]]] = field(default_factory=list)
    """Screen and the answers that were filled in, where there were some."""

    def respond(self, screen: Screen, drafts: Mapping[str, Answer]) -> Response:
        """Answer a screen, or go back from it."""
        if drafts:
            self.drafts.append((screen.id, dict(drafts)))
        response = super().respond(screen, drafts)
        if self._planned(screen) is not None or not self._is_planned(screen):
            return response
        return Response({}, {}, 0.0, "test", way="back")

    def answer(self, screen: Screen, ask: Ask) -> Answer:
        """Return the answer to a question."""
        planned = self._planned(screen) or {}
        return planned[ask.measure] if ask.measure in planned else super().answer(screen, ask)

    def _visit(self, screen: Screen) -> int:
        return sum(each.id == screen.id for each in self.seen)

    def _is_planned(self, screen: Screen) -> bool:
        return self._visit(screen) <= len(self.plan.get(screen.id, ()))

    def _planned(self, screen: Screen) -> Mapping[str, Answer] | None:
        planned = self.plan.get(screen.id, ())
        return planned[self._visit(screen) - 1] if self._is_planned(screen) else None
