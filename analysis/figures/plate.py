"""A plate: a figure of the report with its name, title and caption."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from functools import cached_property

from matplotlib.figure import Figure

from analysis.showing.style import svg


@dataclass(frozen=True)
class Plate:
    """A figure as the report shows it."""

    name: str
    """Anchor of the figure in the page; no two figures of a mode share one."""
    title: str
    caption: str
    figure: Figure = field(repr=False)
    further: bool = False
    """Whether it is shown with the descriptive statistics, below the first figures."""

    @cached_property
    def image(self) -> str:
        """The figure as a data URI."""
        return f"data:image/svg+xml;base64,{base64.b64encode(svg(self.figure).encode()).decode()}"
