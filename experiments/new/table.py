"""What the columns of a table of stimuli could be in a study: the text, the names of the items, factors."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from experiments.errors import UserError
from experiments.protocol.names import RESERVED
from experiments.stimuli.conditions_file import ITEM, ConditionsFile

MOST_LEVELS = 6
"""Largest number of different values of a column that is taken for a factor."""
LEAST_ROWS = 2
"""Smallest number of items at each level."""
LEAST_LETTERS = 12
"""Smallest average length of texts."""
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_FIELD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_LEVEL = re.compile(r"[A-Za-z0-9_.]+")
MADE_UP = "version"


@dataclass(frozen=True)
class Factor:
    """A factor of the first version of a study."""

    name: str
    levels: tuple[str, ...]
    heading: str = ""
    """Heading of its column; '' if the factor was made up."""


@dataclass(frozen=True)
class Table:
    """A table of stimuli, and what its columns could be."""

    file: str
    rows: int
    text: str
    """Name of the column with the texts, as in the study."""
    columns: Mapping[str, str]
    """Name in the study -> heading in the table, where they differ."""
    factors: tuple[Factor, ...]
    others: tuple[str, ...]
    """Headings that are not used."""
    crossed: bool
    """Whether there are items in every combination of the factors' levels."""

    @property
    def nested(self) -> bool:
        """Whether the factors are columns of the table."""
        return bool(self.factors[0].heading)

    @property
    def renamed(self) -> str:
        """The columns that have another name in the study, as a map of YAML; '' if there are none."""
        entries = [f"{name}: {json.dumps(heading)}" for name, heading in self.columns.items()]
        return f"{{{', '.join(entries)}}}" if entries else ""

    @property
    def formula(self) -> str:
        """The predictors of the planned model."""
        return (" * " if self.crossed else " + ").join(factor.name for factor in self.factors)

    @property
    def primary(self) -> str:
        """A first contrast: of the first two levels of the first factor."""
        name, (first, second, *_) = self.factors[0].name, self.factors[0].levels
        shared = [factor for factor in self.factors if {first, second} <= set(factor.levels)]
        return f"{first} - {second}" if len(shared) == 1 else f"{{{name}: {first} - {second}}}"


def understood(table: ConditionsFile) -> Table:
    """Return what the columns of a table could be.

    Raises
    ------
    UserError
        If no column has texts.
    """
    text = _text(table)
    item = _item(table, text)
    names: dict[str, str] = {}
    factors: list[Factor] = []
    others: list[str] = []
    for heading in table.columns:
        values = table.field(heading)
        if heading == text:
            names[heading] = heading if _FIELD.fullmatch(heading) else "story"
        elif heading == item:
            names[heading] = ITEM
        elif _is_factor(values) and not any(
            _same(values, table.field(factor.heading)) for factor in factors
        ):
            name = _name(heading, names.values())
            names[heading] = name
            factors.append(Factor(name, tuple(dict.fromkeys(values)), heading))
        else:
            others.append(heading)
    cells = {tuple(row[factor.heading] for factor in factors) for row in table.rows}
    possible = 1
    for factor in factors:
        possible *= len(factor.levels)
    return Table(
        table.path.name,
        len(table.rows),
        names[text],
        {name: heading for heading, name in names.items() if name != heading},
        tuple(factors) or (Factor(MADE_UP, ("one", "other")),),
        tuple(others),
        len(cells) == possible,
    )


def _text(table: ConditionsFile) -> str:
    if "text" in table.columns:
        return "text"
    lengths = {name: sum(map(len, table.field(name))) / len(table.rows) for name in table.columns}
    longest = max(lengths, key=lambda name: lengths[name])
    blanks = sum(" " in cell.strip() for cell in table.field(longest))
    if lengths[longest] < LEAST_LETTERS or blanks < len(table.rows) / 2:
        raise UserError(
            f"No column of {table.path} has texts (its columns: {', '.join(table.columns)})."
            " Add a column 'text' with what participants read, one row for each item."
        )
    return longest


def _item(table: ConditionsFile, text: str) -> str:
    """Return the heading of the column with the names of the items; '' if there is none."""
    if ITEM in table.columns:
        return ITEM
    for heading in table.columns:
        values = table.field(heading)
        if heading != text and all(values) and len(set(values)) == len(values):
            return heading
    return ""


def _is_factor(values: Sequence[str]) -> bool:
    count = Counter(values)
    return (
        2 <= len(count) <= MOST_LEVELS
        and min(count.values()) >= LEAST_ROWS
        and all(_LEVEL.fullmatch(value) and value not in ("by", "else") for value in count)
    )


def _same(one: Sequence[str], other: Sequence[str]) -> bool:
    """Return whether two columns divide the items in the same way."""
    pairs = set(zip(one, other, strict=True))
    return len(pairs) == len(set(one)) == len(set(other))


def _usable(name: str) -> bool:
    return bool(_NAME.fullmatch(name)) and name not in RESERVED and name != "compassion"


def _name(heading: str, taken: Iterable[str]) -> str:
    """Return a name for a factor that a study can use, as close to the heading as possible."""
    name = re.sub(r"[^a-z0-9]+", "_", heading.lower()).strip("_")
    if not _usable(name):
        name = f"factor_{name}".strip("_")
    used = list(taken)
    number = 2
    while name in used:
        name, number = f"{name.rstrip('0123456789')}{number}", number + 1
    return name
