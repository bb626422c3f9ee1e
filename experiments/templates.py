"""Jinja templates for documents, in which every number is formatted by :mod:`experiments.numbers`."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markdown_it import MarkdownIt

from experiments.numbers import FORMATS, places


@cache
def environment(package: str) -> Environment:
    """Return the Jinja environment with the templates of a package.

    Values are escaped in templates whose names end in ``.html`` or ``.html.j2``, and in no others. Using a name that
    is not defined is an error. The functions of :mod:`experiments.numbers` are available as filters, and ``cell``
    formats a text for a cell of a Markdown table.
    """
    templates = Environment(
        loader=PackageLoader(package, "."),
        autoescape=lambda name: name is not None and name.endswith((".html", ".html.j2")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    templates.filters |= {**FORMATS, "cell": _cell, "places": places}
    return templates


def as_html(markdown: str) -> str:
    """Convert Markdown (CommonMark with tables) to HTML; HTML tags inside it are shown as text."""
    return str(MarkdownIt("commonmark", {"html": False}).enable("table").render(markdown))


def _cell(text: object) -> str:
    return " ".join(str(text).split()).replace("|", r"\|")
