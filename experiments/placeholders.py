"""Placeholders in stimulus texts: ``{name}`` stands for a value that is put in later."""

from __future__ import annotations

import re
from collections.abc import Mapping

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def names(text: str) -> list[str]:
    """Return the placeholders of a text, in order, with repeats.

    >>> names("{count} children in {place}")
    ['count', 'place']
    """
    return _PLACEHOLDER.findall(text)


def fill(text: str, values: Mapping[str, str]) -> str:
    """Put values in; a placeholder without a value stays as it is.

    >>> fill("{count} children in {place}", {"count": "8"})
    '8 children in {place}'
    """
    return _PLACEHOLDER.sub(lambda match: values.get(match[1], match[0]), text)


def without(text: str) -> str:
    """Return a text without its placeholders.

    >>> without("{count} children")
    ' children'
    """
    return _PLACEHOLDER.sub("", text)
