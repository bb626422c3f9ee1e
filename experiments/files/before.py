"""What the parser read before the place where it could not go on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import yaml


class Before(NamedTuple):
    """The value that ends before a problem."""

    line: int
    column: int
    style: str
    """``plain`` for a text without quotes, the quotation mark for one in quotes, nothing for all else."""
    several_lines: bool
    """Whether it is a text on several lines."""
    open_brackets: str
    """The brackets that are not closed, in order."""


def value_before(lines: Sequence[str], start: int, problem: tuple[int, int]) -> Before:
    """Return the value before a problem.

    Parameters
    ----------
    start
        Index of the line in which the text begins.
    problem
        Line and column of the problem, counted from 0.
    """
    text = "\n".join(lines[start:])
    last: Any = None
    opened: list[Any] = []
    try:
        for token in yaml.scan(text, yaml.CSafeLoader):
            mark = token.start_mark
            if (start + mark.line, mark.column) >= problem:
                break
            last = token
            if isinstance(token, (yaml.FlowMappingStartToken, yaml.FlowSequenceStartToken)):
                opened.append(token)
            elif isinstance(token, (yaml.FlowMappingEndToken, yaml.FlowSequenceEndToken)):
                last = opened.pop() if opened else token
    except yaml.YAMLError:
        # The parser could not go on here either.
        pass
    if last is None:
        return Before(*problem, "", False, "")
    mark, scalar = last.start_mark, isinstance(last, yaml.ScalarToken)
    style = (last.style or "plain") if scalar else ""
    several = scalar and mark.line < last.end_mark.line
    brackets = "".join(text[token.start_mark.index] for token in opened)
    return Before(start + mark.line, mark.column, style, several, brackets)
