"""The step: one entry of a protocol's flow. Each task is a kind of step and composes its screens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from experiments.reading import Key, Model
from experiments.screen import Phase

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from experiments.composing import Composer
    from experiments.measures import Measure
    from experiments.protocol import Protocol
    from experiments.screen import Screen
    from experiments.undeclared import Said


class Step(Model):
    """What all entries of a flow share."""

    task: str
    """Which task this step is."""
    id: str = ""
    """Name of the step, if the task stands more than once in the flow (default: the task's name)."""
    phase: Phase
    """Part of the session it belongs to."""
    modes: tuple[str, ...] = ()
    """Modes in which the step is shown (default: all)."""
    when: dict[str, tuple[str | int, ...]] = {}
    """Between-factors and the levels at which the step is shown (default: always)."""

    @property
    def name(self) -> str:
        """Prefix of the ids of this step's screens."""
        return self.id or self.task

    def texts(self) -> Iterable[str]:
        """Return the text keys this step needs."""
        return ()

    def measures(self) -> Iterable[str]:
        """Return the declared measures this step asks."""
        return ()

    def own_measures(self) -> Mapping[str, Measure]:
        """Return the measures this step adds by itself."""
        return {}

    def screens(self, composer: Composer) -> Iterable[Screen]:
        """Compose the screens of this step for one slot."""
        raise NotImplementedError

    def faults(self, protocol: Protocol, key: Key) -> Said:
        """Check what this task names of the protocol; ``key`` is the place of the step in the file."""
        return iter(())


def faults_of_pages(pages: Iterable[Sequence[str]], protocol: Protocol, key: Key) -> Said:
    """Check that the measures of each page can be asked together."""
    for number, page in enumerate(pages):
        asked = [protocol.measures[name] for name in page if name in protocol.measures]
        kinds = {measure.kind for measure in asked}
        place: Key = (*key, "asks", number)
        if len(kinds) > 1:
            yield (
                place,
                f"the page asks measures of the kinds {', '.join(sorted(kinds))}",
                "Split it into pages of one kind each.",
            )
        elif len(page) > 1 and not all(measure.shares_page for measure in asked):
            yield (
                place,
                f"the page asks {len(page)} measures of the kind '{kinds.pop()}'",
                "Put each on a page of its own.",
            )
