"""Planned models on small layouts of stimuli, for the tests of power."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.planned.plan import Planned
from analysis.power.components import SHARES, Components
from analysis.power.lists import Lists
from analysis.power.worlds import World, world_of
from experiments.protocol.plan import Contrast, PlannedModel

CONTRAST = Contrast(name="a against b", factor="c", higher="a", lower="b")


def components(*shares: float) -> Components:
    """Variance components in their order: participant, by level, stimulus, by level, residual."""
    return Components(**dict(zip(SHARES, map(float, shares), strict=True)))


def model(formula: str) -> PlannedModel:
    """A planned model with one contrast."""
    return PlannedModel(name="m", measure="y", formula=formula, contrasts=(CONTRAST,))


def latin(stimuli: int) -> Lists:
    """Two lists: each participant sees all stimuli, half under each condition."""
    rows = tuple(
        tuple((f"s{i}", ("ab"[(i + turn) % 2],)) for i in range(stimuli)) for turn in (0, 1)
    )
    return Lists(("c",), rows, 1, ((0, 1),))


def mixed(stimuli: int) -> Lists:
    """Two factors: g varies between participants, c within, as in ``latin``; every stimulus has all four conditions."""
    rows = tuple(
        tuple((f"s{i}", (g, "ab"[(i + turn) % 2])) for i in range(stimuli))
        for g in "xy"
        for turn in (0, 1)
    )
    return Lists(("g", "c"), rows, 2, ((0, 1), (2, 3)))


def between(stimuli: int) -> Lists:
    """One answer per participant, about one of the stimuli; the condition varies between participants."""
    rows = tuple(((f"s{i}", (level,)),) for level in "ab" for i in range(stimuli))
    turns = tuple(tuple(range(k * stimuli, (k + 1) * stimuli)) for k in (0, 1))
    return Lists(("c",), rows, 2, turns)


def nested(stimuli: int) -> Lists:
    """One list: half of the stimuli always under a, half under b."""
    return Lists(("c",), (tuple((f"s{i}", ("ab"[i % 2],)) for i in range(stimuli)),), 1, ((0,),))


def groups() -> Lists:
    """One answer per participant, without a known stimulus."""
    return Lists(("c",), ((("", ("a",)),), (("", ("b",)),)), 2, ((0,), (1,)))


class Uneven(Lists):
    """Lists with fixed numbers of participants."""

    given: tuple[float, ...]

    @classmethod
    def of(cls, lists: Lists, people: Sequence[float]) -> Uneven:
        """Return the lists with these numbers of participants."""
        made = cls(lists.factors, lists.rows, lists.cells, (tuple(range(len(lists.rows))),))
        object.__setattr__(made, "given", tuple(people))
        return made

    def people(self, per_cell: int) -> tuple[int, ...]:
        """The given numbers, as often as asked for."""
        return tuple(round(n) * per_cell for n in self.given)

    def evenly(self, per_cell: int) -> tuple[float, ...]:
        """The given numbers, as often as asked for."""
        return tuple(n * per_cell for n in self.given)


def world(lists: Lists, formula: str, parts: Components) -> World:
    """The planned model of a formula, with assumed parameters."""
    return world_of(lists, Planned(model(formula)), parts)
