"""Times, amounts of money, percentages and payments, with their units: ``500 ms``, ``5 USD``, ``10 %``, ``1 in 10``."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from experiments.language.phrases import Phrase, PhraseError, Token, written

Unit = Literal["frames", "ms", "s", "min", "h", "days"]

SECONDS: dict[Unit, Decimal | None] = {
    "frames": None,
    "ms": Decimal("0.001"),
    "s": Decimal(1),
    "min": Decimal(60),
    "h": Decimal(3600),
    "days": Decimal(86400),
}
"""Unit -> its length in seconds; that of a frame depends on the screen."""

_UNITS: dict[str, Unit] = {unit: unit for unit in SECONDS} | {"frame": "frames", "day": "days"}
_OTHER_SPELLINGS: dict[str, tuple[int, Unit]] = {
    **dict.fromkeys(("frame", "frames"), (1, "frames")),
    **dict.fromkeys(("ms", "msec", "msecs", "millisecond", "milliseconds"), (1, "ms")),
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), (1, "s")),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), (1, "min")),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), (1, "h")),
    **dict.fromkeys(("d", "day", "days"), (1, "days")),
    **dict.fromkeys(("w", "wk", "week", "weeks"), (7, "days")),
}
"""Spelling in small letters -> how many of which unit it is."""

_CURRENCIES = {
    **dict.fromkeys(("$", "usd", "dollar", "dollars"), "USD"),
    **dict.fromkeys(("€", "eur", "euro", "euros"), "EUR"),
    **dict.fromkeys(("£", "gbp", "pound", "pounds"), "GBP"),
    **dict.fromkeys(("₪", "ils", "nis", "shekel", "shekels"), "ILS"),
    **dict.fromkeys(("¥", "cny", "rmb", "yuan"), "CNY"),
}
"""Sign or word in small letters -> ISO 4217 code."""

_EVERYONE = {"everyone", "everybody", "all", "always", "yes"}
_NOBODY = {"nobody", "none", "no", "never", "noone"}


@dataclass(frozen=True)
class Duration:
    """A length of time with its unit, as it was written: ``500 ms``."""

    value: Decimal
    unit: Unit

    @property
    def seconds(self) -> Decimal | None:
        """The length in seconds; None for frames, whose length depends on the screen."""
        length = SECONDS[self.unit]
        return None if length is None else self.value * length

    def __str__(self) -> str:
        unit = self.unit.rstrip("s") if self.unit in {"days", "frames"} and self.value == 1 else ""
        return f"{written(self.value)} {unit or self.unit}"


@dataclass(frozen=True)
class Amount:
    """A sum of money with the ISO 4217 code of its currency: ``5 USD``."""

    value: Decimal
    currency: str

    def __str__(self) -> str:
        return f"{written(self.value)} {self.currency}"


@dataclass(frozen=True)
class Share:
    """A percentage from 0 to 100: ``10 %``."""

    percent: Decimal

    @property
    def fraction(self) -> Fraction:
        """The share of 1, exactly."""
        return Fraction(self.percent) / 100

    def __str__(self) -> str:
        return f"{written(self.percent)} %"


@dataclass(frozen=True)
class Pay:
    """How many participants are paid: ``everyone``, ``1 in 10`` or ``nobody``."""

    chance: Fraction
    """Probability that a participant is paid: 1, 1/N or 0."""

    def __str__(self) -> str:
        if self.chance in (0, 1):
            return "everyone" if self.chance else "nobody"
        return f"1 in {self.chance.denominator}"


def parse_duration(text: str) -> Duration:
    """Read a time with its unit.

    >>> str(parse_duration("1.50 s")), parse_duration("500ms").seconds
    ('1.5 s', Decimal('0.500'))

    Raises
    ------
    PhraseError
        If it is no number with a unit.
    """
    remedy = "Write one number and one unit, such as 90 s or 2 min."
    phrase = Phrase(text, {":": remedy})
    duration = read_duration(phrase)
    phrase.finish(remedy)
    return duration


def read_duration(phrase: Phrase) -> Duration:
    """Read a time with its unit at the current place of ``phrase``.

    Raises
    ------
    PhraseError
        If no number with a unit comes next.
    """
    first = phrase.next
    value = _not_negative(phrase, "Write a number and a unit, such as 5 s or 500 ms.")
    return read_unit(phrase, value, first)


def read_unit(phrase: Phrase, value: Decimal, first: Token) -> Duration:
    """Read the unit of time after the number ``value``, which begins at ``first``.

    Raises
    ------
    PhraseError
        If no unit comes next.
    """
    token = phrase.next
    if token.kind == "end":
        raise PhraseError(*without_unit(value), first.start)
    unit = _UNITS.get(token.text)
    if unit is None:
        times, meant = _OTHER_SPELLINGS.get(token.text.lower(), (0, "s"))
        remedy = "The units are frames, ms, s, min, h and days."
        raise phrase.error(f"Write '{Duration(value * times, meant)}'." if times else remedy)
    if unit == "frames" and value % 1:
        raise PhraseError(f"found '{written(value)} frames'", "Write a whole number.", first.start)
    phrase.take()
    return Duration(value, unit)


def without_unit(value: Decimal) -> tuple[str, str]:
    """Return what was found, and the remedy, for a time that is written without its unit."""
    number = written(value)
    units = f"{number} s, {number} ms, {number} min, {number} h or {number} days"
    return f"found '{number}' without a unit", f"Write the unit: {units}."


def parse_amount(text: str) -> Amount:
    """Read a sum of money with its currency.

    >>> parse_amount("0.50 USD")
    Amount(value=Decimal('0.50'), currency='USD')

    Raises
    ------
    PhraseError
        If it is no number with three capital letters.
    """
    example = "Write a number and the three letters of the currency, such as 5 USD."
    phrase = Phrase(text)
    first = phrase.next
    if first.text.lower() in _CURRENCIES and phrase.ahead(1).kind == "number":
        code, number = _CURRENCIES[first.text.lower()], phrase.ahead(1).text
        raise phrase.error(f"Write the number first: {number} {code}.")
    value = _not_negative(phrase, example)
    token = phrase.next
    if token.kind == "end":
        remedy = f"Write the currency in three capital letters: {written(value)} USD."
        found = f"found '{written(value)}' without a currency"
        raise PhraseError(found, remedy, first.start)
    if not (len(token.text) == 3 and token.text.isascii() and token.text.isalpha()) or (
        not token.text.isupper()
    ):
        code = _CURRENCIES.get(token.text.lower(), "")
        raise phrase.error(f"Write '{written(value)} {code}'." if code else example)
    phrase.take()
    phrase.finish(example)
    return Amount(value, token.text)


def parse_share(text: str) -> Share:
    """Read a percentage.

    >>> str(parse_share("12.50%"))
    '12.5 %'

    Raises
    ------
    PhraseError
        If it is no number with ``%`` between 0 and 100.
    """
    phrase = Phrase(text)
    first = phrase.next
    value = _not_negative(phrase, "Write a percentage, such as 10 %.")
    share = read_share(phrase, value, first)
    phrase.finish("Write one percentage, such as 10 %.")
    return share


def read_share(phrase: Phrase, value: Decimal, first: Token) -> Share:
    """Read the sign ``%`` after the number ``value``, which begins at ``first``.

    Raises
    ------
    PhraseError
        If no ``%`` comes next, or the number is not between 0 and 100.
    """
    meant = value * 100 if 0 < value < 1 and phrase.next.kind == "end" else value
    phrase.expect("%", f"Write '{written(meant)} %'.")
    if not 0 <= value <= 100:
        found = f"found '{written(value)} %'"
        raise PhraseError(found, "Write a percentage between 0 % and 100 %.", first.start)
    return Share(value)


def parse_pay(text: str) -> Pay:
    """Read who is paid.

    >>> parse_pay("1 in 10"), str(parse_pay("everyone"))
    (Pay(chance=Fraction(1, 10)), 'everyone')

    Raises
    ------
    PhraseError
        If it is not ``everyone``, ``nobody`` or ``1 in N``.
    """
    remedy = "Write 'everyone', '1 in 10' (any whole number) or 'nobody'."
    phrase = Phrase(text)
    token = phrase.take()
    if token.text in {"everyone", "nobody"}:
        phrase.finish(remedy)
        return Pay(Fraction(int(token.text == "everyone")))
    if token.text.lower() in _EVERYONE | _NOBODY:
        meant = "everyone" if token.text.lower() in _EVERYONE else "nobody"
        raise phrase.error(f"Write '{meant}'.", token)
    if (
        phrase.next.text == "%"
        and token.kind == "number"
        and int(token.text.partition(".")[0] or 0)
    ):
        people = 100 / Fraction(token.text)
        exact = f"Write '1 in {people}'." if people.denominator == 1 else remedy
        raise PhraseError(f"found '{text.strip()}'", exact, token.start)
    if token.text != "1":
        raise phrase.error(remedy, token)
    if phrase.next.text in {"of", "out", "/"}:
        raise phrase.error("Write '1 in 10'.")
    phrase.expect("in", remedy)
    people_token = phrase.next
    if not people_token.text.isdecimal() or int(people_token.text) < 1:
        raise phrase.error("Write a whole number of participants: 1 in 10.")
    phrase.take()
    phrase.finish(remedy)
    return Pay(Fraction(1, int(people_token.text)))


def parse_number(text: str) -> Decimal:
    """Read a number without a unit, exactly.

    >>> parse_number("1.10"), parse_number("-3")
    (Decimal('1.10'), Decimal('-3'))

    Raises
    ------
    PhraseError
        If it is no number.
    """
    remedy = "Write a number in digits, such as 7 or 0.5."
    phrase = Phrase(text)
    number = phrase.number(remedy)
    if phrase.next.kind != "end" and phrase.next.text.startswith("_"):
        raise phrase.error("Write the digits without '_' between them.")
    phrase.finish("Write the number alone, without a unit.")
    return number


def _not_negative(phrase: Phrase, remedy: str) -> Decimal:
    first = phrase.next
    value = phrase.number(remedy)
    if value < 0:
        raise PhraseError(f"found '{written(value)}'", "Write it without the minus.", first.start)
    return value
