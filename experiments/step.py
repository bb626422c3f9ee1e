"""The step: one entry of a protocol's flow. Each task is a kind of step and composes its screens."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from experiments.reading import Distinct, Key, Model
from experiments.references import Asked, Found, Levels, ModeName, Refers, every_level, references
from experiments.screen import Phase

if TYPE_CHECKING:
    from experiments.composing import Composer
    from experiments.measures import Measure
    from experiments.protocol import Protocol
    from experiments.screen import Screen


class Step(Model):
    """What all entries of a flow share."""

    task: str
    """Which task this step is."""
    id: str = ""
    """Name of the step, if the flow has the task more than once (default: the task's name)."""
    phase: Phase
    """Part of the session it belongs to."""
    modes: tuple[ModeName, ...] = ()
    """Modes in which the step is shown (default: all)."""
    when: Levels = {}
    """Between-factors and the levels at which the step is shown (default: always)."""

    @property
    def name(self) -> str:
        """Prefix of the ids of this step's screens."""
        return self.id or self.task

    def measures(self) -> list[str]:
        """Return the declared measures this step asks."""
        return [name for _, mark, name in references(self) if mark == Refers("measure", asked=True)]

    def own_measures(self) -> Mapping[str, Measure]:
        """Return the measures this step adds by itself."""
        return {}

    def screens(self, composer: Composer) -> Iterable[Screen]:
        """Compose the screens of this step for one slot."""
        raise NotImplementedError

    def faults(self, protocol: Protocol, key: Key) -> Found:
        """Check what the types of the keys do not say; ``key`` is the place of the step in the file."""
        for name, factor in self.by_level().items():
            if factor in protocol.factors:
                levels = self.when.get(factor, protocol.factors[factor].levels)
                yield from every_level((*key, name), getattr(self, name), levels)

    def by_level(self) -> Mapping[str, str]:
        """Return the keys that say something for each level of a factor: key -> factor."""
        return {}


class Asking(Step):
    """A step that asks pages of declared measures."""

    asks: Annotated[
        tuple[Annotated[tuple[Asked, ...], Field(min_length=1), Distinct], ...], Field(min_length=1)
    ]
    """Pages of measures; the measures of one page are of one kind."""

    def faults(self, protocol: Protocol, key: Key) -> Found:
        yield from super().faults(protocol, key)
        for number, page in enumerate(self.asks):
            asked = [protocol.measures[name] for name in page if name in protocol.measures]
            kinds = sorted({measure.kind for measure in asked})
            if len(kinds) > 1:
                found = f"the page asks measures of the kinds {', '.join(kinds)}"
                yield (*key, "asks", number), found, "Split it into pages of one kind each."
            elif len(page) > 1 and not all(measure.shares_page for measure in asked):
                found = f"the page asks {len(page)} measures of the kind '{kinds[0]}'"
                yield (*key, "asks", number), found, "Put each on a page of its own."
