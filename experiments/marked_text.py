"""The marks in a text that participants read: blank lines, ``# `` headings, ``> `` notes, ``**bold**`` and ``{places}``.

This is less than Markdown on purpose. By CommonMark's rule of flanking, ``**“重点”**的`` and ``**"הכול"**ואז`` are not
bold, single asterisks vanish, and a line that begins with a number becomes a list; and the browser shows the
same texts by the same one rule (``player/content.js``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from experiments.screen import Block

_BOLD = re.compile(r"\*\*(\S|\S.*?\S)\*\*", re.DOTALL)
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_KINDS = {"# ": "heading", "> ": "note"}


class TextFault(Exception):
    """A text that a language lacks, or with a place that nothing fills."""

    def __init__(self, key: str, found: str, remedy: str) -> None:
        self.key, self.found, self.remedy = key, found, remedy
        super().__init__(f"{key}: {found} {remedy}")


def split_paragraphs(text: str) -> list[str]:
    """Return the paragraphs of a text, which blank lines divide.

    >>> split_paragraphs("One.\\n\\nTwo,\\nthree.")
    ['One.', 'Two,\\nthree.']
    """
    return re.split(r"\n\s*\n", text.strip("\n"))


def blocks(text: str) -> tuple[Block, ...]:
    """Divide a text into content: a paragraph ``# ...`` is a heading, ``> ...`` a note, all else text.

    >>> [(block.type, block.text) for block in blocks("# Welcome\\n\\nRead **this**.\\n\\nAnd this.")]
    [('heading', 'Welcome'), ('text', 'Read **this**.\\n\\nAnd this.')]
    """
    made: list[Block] = []
    for paragraph in split_paragraphs(text.strip()):
        kind = _KINDS.get(paragraph[:2], "text")
        if kind != "text":
            made.append(Block(kind, paragraph[2:]))  # type: ignore[arg-type]
        elif made and made[-1].type == "text":
            made[-1] = Block("text", f"{made[-1].text}\n\n{paragraph}")
        else:
            made.append(Block("text", paragraph))
    return tuple(made)


def spans(text: str) -> tuple[str, list[tuple[int, int]]]:
    """Take ``**`` out of a text; return the plain text and (start, length) of what is bold.

    >>> spans("give **all** of it")
    ('give all of it', [(5, 3)])
    """
    plain, bold, last = "", [], 0
    for found in _BOLD.finditer(text):
        plain += text[last : found.start()]
        bold.append((len(plain), len(found[1])))
        plain += found[1]
        last = found.end()
    return plain + text[last:], bold


def placeholders(text: str) -> list[str]:
    """Return the placeholders ``{name}`` of a text, in order, with repeats.

    >>> placeholders("{count} children in {place}")
    ['count', 'place']
    """
    return _PLACEHOLDER.findall(text)


def fill(text: str, values: Mapping[str, str]) -> str:
    """Put values in for the placeholders; one without a value stays as it is.

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
