"""Contrasts and claims: ``a - mean(b, c)``, ``{victims: 8 - 1, cost: asked}``, ``{dose: slope}``, ``ours > theirs``.

A contrast compares means of cells; parts for several names are multiplied. An order says which levels have the
higher means. A claim is a contrast that is above zero, an order, or the name of a curve.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, get_args

from experiments.language.phrases import Phrase, PhraseError

REMEDIES = {
    ">": "Write 'a - b'; '>' is for a claim.",
    "<": "Write 'a - b'; '>' is for a claim.",
    **dict.fromkeys(("=", "=="), "Write 'a - b'."),
    **dict.fromkeys(("vs", "versus", "against", "minus"), "Write a minus between blanks: a - b."),
    "+": "Write mean(a, b).",
    **dict.fromkeys(("/", "*"), "Write levels with one minus, and mean(a, b) for several of them."),
    "(": "Brackets belong to mean(a, b) only.",
    **dict.fromkeys(("and", "&"), "Write mean(a, b)."),
    "of": "Write 'slope', 'slope of log' or 'two lines'.",
    ",": "Write mean(a, b), or one contrast for each entry of the list.",
}
_ORDER_REMEDIES = {
    "<": "Write the higher level first: a > b.",
    **dict.fromkeys(("<=", ">=", "=<", "=>", "≥", "≤"), "Write '>' or '='."),
    **dict.fromkeys(("-", "and", ","), "Write levels with '>' and '=' between them."),
}

Kind = Literal["slope", "slope of log", "two lines"]
KINDS: tuple[Kind, ...] = get_args(Kind)
_OTHER_SPELLINGS: dict[str, Kind] = {
    "slope_of_log": "slope of log",
    "log_slope": "slope of log",
    "two_lines": "two lines",
    "twolines": "two lines",
}


@dataclass(frozen=True)
class Levels:
    """A level, ``a``, a difference, ``a - b``, or one with means of levels, ``a - mean(b, c)``."""

    plus: tuple[str, ...]
    minus: tuple[str, ...] = ()

    @property
    def weights(self) -> dict[str, Fraction]:
        """Level -> weight of its mean, exactly."""
        return {level: Fraction(1, len(self.plus)) for level in self.plus} | {
            level: -Fraction(1, len(self.minus)) for level in self.minus
        }

    def __str__(self) -> str:
        sides = [side for side in (self.plus, self.minus) if side]
        return " - ".join(s[0] if len(s) == 1 else f"mean({', '.join(s)})" for s in sides)


@dataclass(frozen=True)
class Line:
    """What is tested of a number: its slope, its slope over the logarithm, or two lines (Simonsohn, 2018)."""

    kind: Kind

    def __str__(self) -> str:
        return self.kind


Part = Levels | Line


@dataclass(frozen=True)
class Contrast:
    """Parts whose weights are multiplied, each with the name of its factor or number.

    A contrast without a name, ``a - b``, has one part, whose factor is the one that has these levels.
    """

    parts: tuple[tuple[str | None, Part], ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The factors and numbers that are named."""
        return tuple(name for name, _ in self.parts if name is not None)

    @property
    def as_map(self) -> str | dict[str, str]:
        """The contrast as it is written in a study file: a text or a map."""
        if self.parts[0][0] is None:
            return str(self.parts[0][1])
        return {str(name): str(part) for name, part in self.parts}

    def __str__(self) -> str:
        written = self.as_map
        if isinstance(written, str):
            return written
        return f"{{{', '.join(f'{name}: {part}' for name, part in written.items())}}}"


@dataclass(frozen=True)
class Order:
    """Levels in the order of their means, the highest first; those of one group have equal means."""

    groups: tuple[tuple[str, ...], ...]

    @property
    def levels(self) -> tuple[str, ...]:
        """All levels, in their order."""
        return tuple(level for group in self.groups for level in group)

    def __str__(self) -> str:
        return " > ".join(" = ".join(group) for group in self.groups)


@dataclass(frozen=True)
class CurveName:
    """The name of a curve of the catalogue."""

    name: str

    def __str__(self) -> str:
        return self.name


Claim = CurveName | Order | Contrast


def parse_contrast(written: str | Mapping[str, str]) -> Contrast:
    """Read a contrast: a text, or a map from names to texts.

    >>> contrast = parse_contrast({"victims": "8 - 1", "cost": "asked - mean(none, sure)"})
    >>> str(contrast), contrast.parts[1][1].weights["none"]
    ('{victims: 8 - 1, cost: asked - mean(none, sure)}', Fraction(-1, 2))

    Raises
    ------
    PhraseError
        If it is no contrast; its ``key`` says in which entry of a map.
    """
    if isinstance(written, str):
        if written.strip()[:1] == "{":
            return parse_contrast(_split_map(written.strip()))
        part = parse_part(written)
        if isinstance(part, Line):
            found = f"found '{part}' without a name"
            raise PhraseError(found, f"Write what it is of: {{NAME: {part}}}.")
        return Contrast(((None, part),))
    if not written:
        raise PhraseError("found an empty map", "Write {NAME: a - b}.")
    parts: list[tuple[str | None, Part]] = []
    for name, text in written.items():
        try:
            key = Phrase(name)
            address = key.name("Write the name of a factor or number before the colon.")
            key.finish("Write one name before the colon.")
            if not isinstance(text, str):
                raise PhraseError("found a list or keys", "Write what is compared: a - b.")
            parts.append((address, parse_part(text)))
        except PhraseError as error:
            raise PhraseError(error.found, error.remedy, error.at, name) from None
    return Contrast(tuple(parts))


def parse_part(text: str) -> Part:
    """Read a level, a difference, or what is tested of a number.

    Raises
    ------
    PhraseError
        If it is none of these.
    """
    phrase = Phrase(text, REMEDIES)
    for kind in KINDS:
        if text.split() == kind.split():
            return Line(kind)
    plus = _side(phrase)
    minus = _side(phrase) if _minus(phrase) else ()
    if phrase.next.text == "-":
        raise phrase.error("Write one minus; for several levels mean(a, b): a - mean(b, c).")
    if phrase.last.text == "mean" and phrase.next.kind in {"word", "number"}:
        raise phrase.error("Write the levels in brackets: mean(a, b).")
    phrase.finish("Write a minus between two levels: a - b.")
    for level in minus:
        if level in plus:
            found = f"found '{level}' on both sides of the minus"
            raise PhraseError(found, "Write different levels.", text.rfind(level))
    return Levels(plus, minus)


def parse_order(text: str) -> Order:
    """Read an order.

    >>> parse_order("in > none = out").groups
    (('in',), ('none', 'out'))

    Raises
    ------
    PhraseError
        If it is no order of at least two levels.
    """
    phrase = Phrase(text, _ORDER_REMEDIES)
    groups = [[phrase.level("Write a level: a > b.")]]
    while sign := phrase.accept(">", "="):
        level = phrase.level(f"Write a level after '{sign.text}'.")
        if any(level in group for group in groups):
            raise PhraseError(f"found '{level}' twice", "Write each level once.", phrase.last.start)
        if sign.text == "=":
            groups[-1].append(level)
        else:
            groups.append([level])
    phrase.finish("Write '>' or '=' between two levels.")
    order = Order(tuple(map(tuple, groups)))
    if len(order.levels) < 2:
        raise PhraseError(f"found '{order}' alone", "Write at least two levels: a > b.")
    return order


def parse_claim(written: str | Mapping[str, str]) -> Claim:
    """Read a claim: one word is the name of a curve, levels with ``>`` or ``=`` an order, all else a contrast.

    >>> type(parse_claim("inverted_u")), type(parse_claim("a > b")), type(parse_claim("a - b"))
    (<class 'experiments.language.contrasts.CurveName'>, <class 'experiments.language.contrasts.Order'>, \
<class 'experiments.language.contrasts.Contrast'>)

    Raises
    ------
    PhraseError
        If it is none of these.
    """
    if not isinstance(written, str) or written.strip()[:1] == "{":
        return parse_contrast(written)
    phrase = Phrase(written)
    if phrase.next.kind == "word" and phrase.ahead(1).kind == "end":
        return CurveName(phrase.name("Write the name of a curve."))
    if any(sign in written for sign in "<>=≥≤"):
        return parse_order(written)
    if phrase.next.kind == "word" and phrase.ahead(1).kind == "word":
        remedy = "Write the name of a curve, an order (a > b) or a contrast (a - b)."
        raise PhraseError(f"found '{' '.join(written.split())}'", remedy)
    return parse_contrast(written)


def _side(phrase: Phrase) -> tuple[str, ...]:
    remedy = "Write a level, or mean(a, b) for several."
    if not (phrase.next.text == "mean" and phrase.ahead(1).text == "("):
        token = phrase.next
        level = phrase.level(remedy)
        if level in _OTHER_SPELLINGS and phrase.next.kind == "end":
            raise PhraseError(
                f"found '{level}'", f"Write '{_OTHER_SPELLINGS[level]}'.", token.start
            )
        if phrase.next.text == "(":
            remedy = "Write 'slope of log'." if level == "log" else "Only mean(a, b) has brackets."
            raise PhraseError(f"found '{level}(...)'", remedy, token.start)
        return (level,)
    phrase.take()
    phrase.take()
    levels = [phrase.level(remedy)]
    while phrase.accept(","):
        levels.append(phrase.level("Write a level after the comma."))
        if levels[-1] in levels[:-1]:
            found = f"found '{levels[-1]}' twice"
            raise PhraseError(found, "Write each level once.", phrase.last.start)
    if phrase.next.text != ")":
        raise phrase.error("Write commas between the levels and close the bracket: mean(a, b).")
    if len(levels) < 2:
        raise PhraseError(
            f"found the mean of one level, '{levels[0]}'",
            f"Write '{levels[0]}', or several levels: mean(a, b).",
            phrase.last.start,
        )
    phrase.take()
    return tuple(levels)


def _minus(phrase: Phrase) -> bool:
    token = phrase.next
    if token.text != "-":
        return False
    before, after = phrase.text[: token.start][-1:], phrase.text[token.end :][:1]
    if not (before.isspace() and after.isspace()) and after:
        found = "found a minus without blanks around it"
        raise PhraseError(found, "Write a blank on each side: a - b.", token.start)
    phrase.take()
    return True


def _split_map(text: str) -> dict[str, str]:
    """Divide ``{name: part, name: part}`` at the commas outside of brackets."""
    if not text.endswith("}"):
        raise PhraseError("found '{' without '}'", "Close the map with '}'.", len(text))
    entries, depth = [""], 0
    for letter in text[1:-1]:
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if letter == "," and depth == 0:
            entries.append("")
        else:
            entries[-1] += letter
    parts: dict[str, str] = {}
    for entry in entries:
        name, colon, part = (piece.strip() for piece in entry.partition(":"))
        if not colon or not name:
            found = f"found '{name}' without a colon" if name else "found an entry without a name"
            raise PhraseError(found, "Write {NAME: a - b}.")
        if name in parts:
            raise PhraseError(f"found '{name}' twice", "Write each name once.")
        parts[name] = part
    return parts
