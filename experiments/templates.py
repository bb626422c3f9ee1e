"""Documents for readers: Jinja templates over plain objects, with every number written by ``numbers``."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markdown_it import MarkdownIt

from experiments.numbers import FORMATS


@cache
def environment(package: str) -> Environment:
    """Return the templates that are in a package's folder.

    Names ending in ``.html`` or ``.html.j2`` escape what is put into them; all others do not. A name
    that the context lacks is an error. The formats of :mod:`experiments.numbers` are filters, and
    ``cell`` makes any text fit for a cell of a Markdown table.
    """
    made = Environment(
        loader=PackageLoader(package, "."),
        autoescape=lambda name: name is not None and name.endswith((".html", ".html.j2")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters |= {**FORMATS, "cell": _cell}
    return made


def as_html(markdown: str) -> str:
    """Return Markdown (CommonMark with tables) as HTML; HTML inside it is shown, not obeyed."""
    return str(MarkdownIt("commonmark", {"html": False}).enable("table").render(markdown))


def _cell(text: object) -> str:
    return " ".join(str(text).split()).replace("|", r"\|")
