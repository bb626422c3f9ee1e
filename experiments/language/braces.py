"""Names in braces inside texts for participants: ``How much of your {endowment} do you give?``

``{{`` and ``}}`` are braces themselves, and ``{file: consent.md}`` is replaced by the text of a file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from experiments.language.phrases import PhraseError, distinct

_PIECE = re.compile(r"\{\{|\}\}|\{[^{}]*\}|[{}]|[^{}]+")
_NAME = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*")


@dataclass(frozen=True)
class Literal:
    """A text as participants see it."""

    text: str

    def __str__(self) -> str:
        return self.text.replace("{", "{{").replace("}", "}}")


@dataclass(frozen=True)
class Fill:
    """``{name}``: a factor's words, an item's field, an earlier answer or a value."""

    name: str

    def __str__(self) -> str:
        return f"{{{self.name}}}"


@dataclass(frozen=True)
class FromFile:
    """``{file: consent.md}``: the text of a file beside the study."""

    path: str

    def __str__(self) -> str:
        return f"{{file: {self.path}}}"


Piece = Literal | Fill | FromFile


@dataclass(frozen=True)
class FilledText:
    """A text in pieces; no two literals are neighbours."""

    pieces: tuple[Piece, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names in braces, each once."""
        return distinct([piece.name for piece in self.pieces if isinstance(piece, Fill)])

    @property
    def files(self) -> tuple[str, ...]:
        """The files whose text is inserted, each once."""
        return distinct([piece.path for piece in self.pieces if isinstance(piece, FromFile)])

    def __str__(self) -> str:
        return "".join(map(str, self.pieces))


def parse_text(text: str) -> FilledText:
    """Divide a text into what is shown unchanged and the names in braces.

    >>> parse_text("You have {endowment}.").pieces
    (Literal(text='You have '), Fill(name='endowment'), Literal(text='.'))

    Raises
    ------
    PhraseError
        If a brace is not closed, or holds no name.
    """
    pieces: list[Piece] = []
    literal = ""
    for match in _PIECE.finditer(text):
        written = match[0]
        if written in {"{{", "}}"}:
            literal += written[0]
        elif written in {"{", "}"}:
            raise _alone(written, match.start())
        elif written[0] == "{":
            pieces += [Literal(literal)] if literal else []
            pieces.append(_filled(written, match.start()))
            literal = ""
        else:
            literal += written
    pieces += [Literal(literal)] if literal else []
    return FilledText(tuple(pieces))


def _alone(brace: str, at: int) -> PhraseError:
    other = "}" if brace == "{" else "{"
    remedy = f"Write {{NAME}}, or '{brace * 2}' for a brace that participants see."
    return PhraseError(f"found '{brace}' without '{other}'", remedy, at)


def _filled(written: str, at: int) -> Fill | FromFile:
    """Read the content of one pair of braces."""
    inside = written[1:-1]
    key, colon, path = (piece.strip() for piece in inside.partition(":"))
    if colon and key == "file":
        if not path:
            remedy = "Write the name of the file: {file: consent.md}."
            raise PhraseError("found '{file:}' without a file", remedy, at)
        return FromFile(path)
    name = inside.strip()
    if not _NAME.fullmatch(name):
        shown = written if len(written) <= 40 else f"{written[:37]}..."
        remedy = "Write one name in the braces, or '{{' and '}}' for braces that participants see."
        raise PhraseError(f"found '{' '.join(shown.split())}'", remedy, at)
    return Fill(name)
