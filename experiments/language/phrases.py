"""The words of a phrase, read one after another, and the error for a phrase that cannot be read.

=======  =====================================================  ==========================
kind     what it is                                             example
=======  =====================================================  ==========================
word     a name, with dots between its parts, or a level        ``before.distress``
number   digits, with a decimal point                           ``0.5``
sign     everything else                                        ``<=``
end      what comes after the last word                         (empty)
=======  =====================================================  ==========================
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from experiments.errors import UserError
from experiments.files.faults import ValueFault

MAX_LENGTH = 2_000
"""Greatest number of characters of a phrase."""
MAX_WORDS = 300
"""Greatest number of words, numbers and signs of a phrase."""

JOINING = frozenset({"and", "or", "not", "where"})
"""Words that cannot be names or levels."""

_TOKEN = re.compile(
    r"(?P<number>[0-9]+(?:\.[0-9]+)*|\.[0-9]+)"
    r"|(?P<word>[^\W\d]\w*(?:\.[^\W\d]\w*)*)"
    r"|(?P<sign>={2,3}|!=|<=|>=|=<|=>|<>|&&|\|\||\*\*|\S)"
)

REMEDIES: Mapping[str, str] = {
    **dict.fromkeys(("==", "===", "is", "equals"), "Write '='."),
    **dict.fromkeys(("<>", "≠", "!", "not"), "Write '!=' for 'is not'."),
    **dict.fromkeys(("=<", "≤"), "Write '<='."),
    **dict.fromkeys(("=>", "≥"), "Write '>='."),
    **dict.fromkeys(("&", "&&"), "Write 'and'."),
    **dict.fromkeys(("|", "||"), "Write 'or'."),
    **dict.fromkeys('"“”„', "Leave out the quotation marks inside the phrase."),
    **dict.fromkeys("'‘’`", "Leave out the quotation marks inside the phrase."),
    **dict.fromkeys("−–—", "Write the minus of the keyboard: '-'."),
    **dict.fromkeys("×·", "Write '*'."),
    **dict.fromkeys("÷", "Write '/'."),
    **dict.fromkeys(("^", "**"), "Write the product: x * x."),
    **dict.fromkeys("()[]{}", "Leave out the brackets."),
    "~": "'~' belongs in a formula only.",
}
"""Sign or word -> what to write in its place, wherever it is not expected."""


class PhraseError(UserError, ValueFault):
    """A phrase of a study file that cannot be read.

    It is also a fault of a value, so that validators can raise it.

    Attributes
    ----------
    found
        What is wrong, as a clause: "found '=='".
    remedy
        What to write instead, as a sentence.
    at
        Number of characters before the place of the fault.
    key
        Key of the entry that the phrase belongs to, if the text was a map of several.
    """

    def __init__(self, found: str, remedy: str, at: int = 0, key: str = "") -> None:
        ValueFault.__init__(self, found, remedy, at, key)

    def __str__(self) -> str:
        return f"{self.found}. {self.remedy}"

    def __reduce__(self) -> tuple[type[PhraseError], tuple[str, str, int, str]]:
        return type(self), (self.found, self.remedy, self.at, self.key)


@dataclass(frozen=True)
class Token:
    """A word, number or sign of a phrase, with the number of characters before it and before its end."""

    kind: Literal["word", "number", "sign", "end"]
    text: str
    start: int
    end: int


class Phrase:
    """A phrase that is read from left to right.

    Parameters
    ----------
    text
        The phrase.
    remedies
        Signs and words that have another remedy in this kind of phrase than in :data:`REMEDIES`.

    Raises
    ------
    PhraseError
        If the phrase is empty or too long.
    """

    def __init__(self, text: str, remedies: Mapping[str, str] | None = None) -> None:
        self.text = text
        self.remedies = {**REMEDIES, **(remedies or {})}
        if not text.strip():
            raise PhraseError("found an empty text", "Write something here, or remove the key.")
        tokens = [
            Token(match.lastgroup, match[0], match.start(), match.end())  # type: ignore[arg-type]
            for match in _TOKEN.finditer(text[: MAX_LENGTH + 1])
        ]
        if len(text) > MAX_LENGTH or len(tokens) > MAX_WORDS:
            raise PhraseError("this phrase is too long to be read", "Divide it into shorter ones.")
        self._tokens = [*tokens, Token("end", "", len(text), len(text))]
        self.position = 0

    @property
    def next(self) -> Token:
        """The token that is read next."""
        return self.ahead(0)

    @property
    def last(self) -> Token:
        """The token that was read last, or the first one."""
        return self._tokens[max(self.position - 1, 0)]

    def ahead(self, count: int) -> Token:
        """Return the token that comes ``count`` tokens after the next one."""
        return self._tokens[min(self.position + count, len(self._tokens) - 1)]

    def take(self) -> Token:
        """Read one token."""
        token = self.next
        self.position += 1
        return token

    def accept(self, *texts: str) -> Token | None:
        """Read the next token if it is one of ``texts``."""
        return self.take() if self.next.text in texts and self.next.kind != "end" else None

    def expect(self, text: str, remedy: str) -> Token:
        """Read the token ``text``.

        Raises
        ------
        PhraseError
            If something else comes next.
        """
        token = self.accept(text)
        if token is None:
            raise self.error(remedy)
        return token

    def finish(self, remedy: str) -> None:
        """Raise a :class:`PhraseError` unless the phrase has been read to its end."""
        if self.next.kind != "end":
            raise self.error(remedy)

    def touches(self) -> bool:
        """Return whether the next token follows the last one without a blank."""
        return self.position > 0 and self.next.start == self.last.end and self.next.kind != "end"

    def error(self, remedy: str, at: Token | None = None) -> PhraseError:
        """Return the error for a token that is not expected, which is the next one unless it is given.

        ``remedy`` is what the phrase should have here; typical mistakes have a remedy of their own.
        """
        token = at or self.next
        if token.kind == "end":
            after = f"nothing after '{self.last.text}'" if self.position else "nothing"
            return PhraseError(f"found {after}", remedy, token.start)
        if not token.text.isprintable():
            found = f"found an invisible character (U+{ord(token.text[0]):04X})"
            return PhraseError(found, "Delete it.", token.start)
        if self._decimal_comma(token):
            return PhraseError(
                f"found a comma in the number '{self._around(token)}'",
                "Write a decimal point, as in 0.5, and no comma between thousands, as in 1000.",
                token.start,
            )
        small = token.text.lower()
        if small in JOINING - {"not"} and small != token.text:
            return PhraseError(
                f"found '{token.text}'", f"Write '{small}' in small letters.", token.start
            )
        typical = self.remedies.get(token.text.lower())
        return PhraseError(f"found '{token.text}'", typical or remedy, token.start)

    def _decimal_comma(self, token: Token) -> bool:
        return bool(
            token.text == ","
            and self.text[token.start - 1 : token.start].isdigit()
            and self.text[token.end : token.end + 1].isdigit()
        )

    def _around(self, token: Token) -> str:
        before = re.search(r"[0-9.,]*$", self.text[: token.start])
        after = re.match(r"[0-9.,]*", self.text[token.start :])
        return (before[0] if before else "") + (after[0] if after else "")

    def name(self, remedy: str) -> str:
        """Read a name, with dots between its parts: ``session.step.question``.

        Raises
        ------
        PhraseError
            If no name comes next.
        """
        token = self.next
        if token.kind != "word" or token.text.lower() in JOINING:
            raise self.error(remedy)
        self._check_letters(token)
        return self.take().text

    def level(self, remedy: str) -> str:
        """Read a level: a word, or a number as it is written.

        Raises
        ------
        PhraseError
            If no level comes next.
        """
        minus = self.next if self.next.text == "-" and self.ahead(1).kind == "number" else None
        if minus and self.ahead(1).start == minus.end:
            self.take()
        token = self.next
        if token.kind not in {"word", "number"} or token.text.lower() in JOINING:
            raise self.error(remedy)
        if token.kind == "word" and "." in token.text:
            found = f"found '{token.text}'"
            raise PhraseError(found, "A level is one word without dots.", token.start)
        self._check_letters(token)
        text = ("-" if minus else "") + self.take().text
        # A level of a table can begin with a digit: 01a.
        if token.kind == "number" and self.next.kind == "word" and self.touches():
            self._check_letters(self.next)
            if "." in self.next.text:
                raise self.error("A level is one word without dots.")
            text += self.take().text
        return text

    def number(self, remedy: str) -> Decimal:
        """Read a number, which may have a minus before it.

        Raises
        ------
        PhraseError
            If no number comes next.
        """
        minus = self.accept("-")
        token = self.next
        if token.kind != "number":
            raise self.error(remedy)
        if token.text.count(".") > 1:
            found = f"found '{token.text}'"
            raise PhraseError(found, "Write a number with one decimal point.", token.start)
        self.take()
        if self._decimal_comma(self.next):
            raise self.error(remedy)
        return Decimal(("-" if minus else "") + token.text)

    def _check_letters(self, token: Token) -> None:
        if token.kind == "word" and not all(part.isidentifier() for part in token.text.split(".")):
            found = f"found '{token.text}'"
            raise PhraseError(found, "Use letters, digits and _ only.", token.start)


def written(number: Decimal) -> str:
    """Write a number exactly, without zeros that say nothing.

    >>> [written(Decimal(text)) for text in ("1.10", "100", "-0.0", ".5")]
    ['1.1', '100', '0', '0.5']
    """
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def distinct(names: list[str] | tuple[str, ...]) -> tuple[str, ...]:
    """Return the names in their order, each once."""
    return tuple(dict.fromkeys(names))
