"""Planned models on small layouts of items, for the tests of power."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from analysis.models import parse_random
from analysis.models.formula import Formula
from analysis.planned.plan import Planned
from analysis.power.components import SHARES, Components
from analysis.power.lists import Lists
from analysis.power.worlds import World, world_of
from experiments.language.formulas import parse_formula
from experiments.protocol.planned_contrast import PlannedContrast
from experiments.protocol.sections import PlannedModel


def difference(factor: str, higher: str, lower: str) -> PlannedContrast:
    """The contrast of two levels."""
    weights = {higher: Fraction(1), lower: Fraction(-1)}
    return PlannedContrast(f"{higher} - {lower}", {factor: weights}, {})


CONTRAST = difference("c", "a", "b")


def components(*shares: float) -> Components:
    """Variance components in their order: participant, by level, item, by level, residual."""
    return Components(**dict(zip(SHARES, map(float, shares), strict=True)))


def model(formula: str, *contrasts: PlannedContrast, primary: bool = False) -> Planned:
    """A planned model of y with its random terms in the notation of R, by default with one contrast."""
    fixed, random = formula, ""
    if "(" in formula:
        at = formula.index("(")
        fixed, random = formula[:at].rstrip(" +"), formula[at:]
    written = parse_formula(f"y ~ {fixed}")
    effects = [":".join(effect) for effect in written.effects]
    found = Formula.of("y", effects, parse_random(random))
    tested = contrasts or (CONTRAST,)
    names = tuple(contrast.name for contrast in tested) if primary else ()
    return Planned("m", PlannedModel(formula=written), "y", found, tested, primary=names)


def latin(items: int) -> Lists:
    """Two lists: each participant sees all items, half under each condition."""
    rows = tuple(tuple((f"s{i}", ("ab"[(i + turn) % 2],)) for i in range(items)) for turn in (0, 1))
    return Lists(("c",), rows, 1, ((0, 1),))


def mixed(items: int) -> Lists:
    """Two factors: g varies between participants, c within, as in ``latin``; every item has all four conditions."""
    rows = tuple(
        tuple((f"s{i}", (g, "ab"[(i + turn) % 2])) for i in range(items))
        for g in "xy"
        for turn in (0, 1)
    )
    return Lists(("g", "c"), rows, 2, ((0, 1), (2, 3)))


def between(items: int) -> Lists:
    """One answer per participant, about one of the items; the condition varies between participants."""
    rows = tuple(((f"s{i}", (level,)),) for level in "ab" for i in range(items))
    turns = tuple(tuple(range(k * items, (k + 1) * items)) for k in (0, 1))
    return Lists(("c",), rows, 2, turns)


def nested(items: int) -> Lists:
    """One list: half of the items always under a, half under b."""
    return Lists(("c",), (tuple((f"s{i}", ("ab"[i % 2],)) for i in range(items)),), 1, ((0,),))


def groups() -> Lists:
    """One answer per participant, without a known item."""
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
    return world_of(lists, model(formula), parts)
