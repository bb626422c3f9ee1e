"""Where the questions of a session have been asked so far, for texts, conditions and payments that use the answers."""

from __future__ import annotations

from dataclasses import dataclass, field

from experiments.screen import Ask


@dataclass(frozen=True)
class Asked:
    """One time that a question is asked."""

    screen: str
    ask: Ask
    item: str = ""
    """Item of the trial; '' outside loops."""
    practice: bool = False
    one_of_several: bool = False
    """Whether the screen is one of several, of which an earlier answer decides which is shown."""


@dataclass(frozen=True, slots=True)
class Lookup:
    """What was found of an earlier question."""

    address: str
    item: str
    panel: int
    found: Asked | None

    def again(self, record: Record) -> bool:
        """Return whether the same is found in a record."""
        found = record.last(self.address, self.item, self.panel)
        return found is self.found or found == self.found


@dataclass
class Record:
    """All questions of a session, in the order in which they are asked."""

    asked: dict[str, list[Asked]] = field(default_factory=dict)
    """Address -> each time that it is asked."""
    log: list[Asked] = field(default_factory=list)
    """The same, one after another."""
    lookups: list[Lookup] = field(default_factory=list)
    """What was looked up of earlier questions."""
    own: int = 0
    """Number of times that a step looked at what chance decides for the participant."""

    def add(self, asked: Asked) -> None:
        """Add a question."""
        self.asked.setdefault(asked.ask.address, []).append(asked)
        self.log.append(asked)

    def last(self, address: str, item: str = "", panel: int = 0) -> Asked | None:
        """Return the last time that a question was asked for an item, or else at all; None if it was not asked.

        Parameters
        ----------
        panel
            Number of the panel whose answer is meant, where several levels of the item are on one page.
        """
        times = self.asked.get(address, [])
        of_item = [each for each in times if item and each.item == item] or times
        of_panel = [each for each in of_item if each.ask.panel == panel]
        found = next(iter(reversed(of_panel or of_item)), None)
        self.lookups.append(Lookup(address, item, panel, found))
        return found
