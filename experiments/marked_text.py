"""Markup of the texts participants read: blank lines, ``# `` headings, ``> `` notes, ``**bold**`` and ``{placeholders}``.

This is deliberately less than Markdown. By the flanking rule of CommonMark, ``**“重点”**的`` and ``**"הכול"**ואז``
would not be bold, single asterisks would vanish, and a line starting with a number would become a list. The
browser follows the same rules (``player/content.js``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from experiments.screen import Block

_BOLD = re.compile(r"\*\*(\S|\S.*?\S)\*\*", re.DOTALL)
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_KINDS = {"# ": "heading", "> ": "note"}


class TextError(Exception):
    """A text is missing in a language, or has a placeholder without a value."""

    def __init__(self, key: str, found: str, remedy: str) -> None:
        self.key, self.found, self.remedy = key, found, remedy
        super().__init__(f"{key}: {found} {remedy}")


def split_paragraphs(text: str) -> list[str]:
    """Split a text into paragraphs at its blank lines.

    >>> split_paragraphs("One.\\n\\nTwo,\\nthree.")
    ['One.', 'Two,\\nthree.']
    """
    return re.split(r"\n\s*\n", text.strip("\n"))


def blocks(text: str) -> tuple[Block, ...]:
    """Convert a text to blocks: a line ``# ...`` is a heading, ``> ...`` a note, and any other paragraph is text.

    >>> [(block.type, block.text) for block in blocks("# Welcome\\nRead **this**.\\n\\nAnd this.")]
    [('heading', 'Welcome'), ('text', 'Read **this**.\\n\\nAnd this.')]
    """
    result: list[Block] = []
    paragraphs = split_paragraphs(text.strip())[::-1]
    while paragraphs:
        paragraph = paragraphs.pop()
        kind = _KINDS.get(paragraph[:2], "text")
        if kind == "heading":
            # A heading ends with its line.
            heading, _, rest = paragraph[2:].partition("\n")
            result.append(Block("heading", heading))
            paragraphs += [rest] if rest else []
        elif kind != "text":
            result.append(Block(kind, paragraph[2:]))  # type: ignore[arg-type]
        elif result and result[-1].type == "text":
            result[-1] = Block("text", f"{result[-1].text}\n\n{paragraph}")
        else:
            result.append(Block("text", paragraph))
    return tuple(result)


def spans(text: str) -> tuple[str, list[tuple[int, int]]]:
    """Remove ``**`` from a text; return the plain text and the (start, length) of each bold part.

    >>> spans("give **all** of it")
    ('give all of it', [(5, 3)])
    """
    plain, bold, last = "", [], 0
    for match in _BOLD.finditer(text):
        plain += text[last : match.start()]
        bold.append((len(plain), len(match[1])))
        plain += match[1]
        last = match.end()
    return plain + text[last:], bold


def placeholders(text: str) -> list[str]:
    """Return the names of all placeholders ``{name}`` in a text, in order and with repetitions.

    >>> placeholders("{count} children in {place}")
    ['count', 'place']
    """
    return _PLACEHOLDER.findall(text)


def fill(text: str, values: Mapping[str, str]) -> str:
    """Replace placeholders with their values; a placeholder without a value stays as it is.

    >>> fill("{count} children in {place}", {"count": "8"})
    '8 children in {place}'
    """
    return _PLACEHOLDER.sub(lambda match: values.get(match[1], match[0]), text)


def without_placeholders(text: str) -> str:
    """Return a text without its placeholders.

    >>> without_placeholders("{count} children")
    ' children'
    """
    return _PLACEHOLDER.sub("", text)
