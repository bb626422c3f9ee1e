"""Style of all figures: colours that colour-blind readers can distinguish, type, stamp and watermark.

Palette of Okabe & Ito (2008), in an order in which neighbours differ clearly. The typeface is DejaVu Sans, which comes
with matplotlib, so that a figure looks the same on every machine; letters that it lacks are taken from the fonts of the
lab's screens.
"""

from __future__ import annotations

import io
import textwrap
import unicodedata
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from experiments.look import FONTS

P = ParamSpec("P")
R = TypeVar("R")

BLUE, VERMILION, GREEN, PINK = "#0072b2", "#d55e00", "#009e73", "#cc79a7"
ORANGE, SKY = "#e69f00", "#56b4e9"
COLOURS = (BLUE, VERMILION, GREEN, PINK, ORANGE, SKY)
INK, SOFT, LINE, PALE = "#22262b", "#5d6670", "#d9dde2", "#b9c0c8"
WIDTH = 7.2
"""Width of a figure in inches: the text column of the report."""
_INSTALLED = set(font_manager.get_font_names())
SETTINGS: Any = {
    "font.family": [
        "DejaVu Sans",
        *dict.fromkeys(name for names in FONTS.values() for name in names if name in _INSTALLED),
    ],
    "font.size": 8.5,
    "axes.edgecolor": PALE,
    "axes.labelcolor": INK,
    "axes.titlecolor": INK,
    "axes.titlesize": 9,
    "axes.titleweight": "bold",
    "axes.labelsize": 8.5,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.facecolor": "none",
    "xtick.color": SOFT,
    "ytick.color": SOFT,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.labelsize": 8,
    "ytick.labelsize": 8,
    "legend.frameon": False,
    "legend.fontsize": 8,
    "text.color": INK,
    "text.parse_math": False,
    "figure.facecolor": "white",
    "svg.fonttype": "path",
    "svg.hashsalt": "compassion",
    "path.simplify": True,
}


@dataclass(frozen=True)
class Stamp:
    """The line of text at the foot of every figure."""

    text: str
    simulated: bool


def new_figure(height: float, stamp: Stamp) -> Figure:
    """Create an empty figure with the stamp and, for simulated data, the watermark."""
    with mpl.rc_context(SETTINGS):
        figure = Figure(figsize=(WIDTH, height), layout="constrained")
        # Space at the foot for the stamp.
        foot = 0.26 / height
        engine: Any = figure.get_layout_engine()
        engine.set(rect=(0, foot, 1, 1 - foot))
        words = f"{stamp.text} · SIMULATED" if stamp.simulated else stamp.text
        figure.text(0.008, 0.06 / height, words, fontsize=5.8, color=SOFT, va="bottom")
        if stamp.simulated:
            figure.text(
                0.5, 0.52, "SIMULATED", fontsize=min(62.0, 22.0 * height), color=VERMILION,
                alpha=0.10, rotation=18 if height > 2 else 8, ha="center", va="center",
                weight="bold", zorder=-5,
            )  # fmt: skip
    return figure


def svg(figure: Figure) -> str:
    """Return the figure as SVG text, which is identical for identical figures."""
    FigureCanvasSVG(figure)
    stream = io.StringIO()
    with mpl.rc_context(SETTINGS), warnings.catch_warnings():
        # Whether a layout is squeezed is judged by eye; the warning would not help the user.
        warnings.filterwarnings("ignore", message=".*constrained_layout not applied.*")
        # The ticks depend on the size of the axes, and the layout on the labels of the ticks: the second one fits.
        figure.draw_without_rendering()
        figure.savefig(
            stream, format="svg", dpi=200, metadata={"Date": None, "Creator": "compassion"}
        )
    return stream.getvalue()


def dress(axes: Axes, *, grid: str = "y") -> None:
    """Add a light grid along one axis, and remove the tick marks."""
    axes.grid(axis=grid, color=LINE, linewidth=0.6)  # type: ignore[arg-type]
    axes.tick_params(length=0)


def wrapped(label: str, letters: float) -> str:
    """Break a label into lines of at most so many letters; Chinese characters count twice.

    >>> wrapped("one identified victim", 12)
    'one\\nidentified\\nvictim'
    """
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in label)
    most = max(6, int(letters / (2 if wide * 2 > len(label) else 1)))
    return "\n".join(textwrap.wrap(label, most)) or label


def drawn(function: Callable[P, R]) -> Callable[P, R]:
    """Draw with our settings, not those of the process."""

    @wraps(function)
    def inside(*args: P.args, **kwargs: P.kwargs) -> R:
        with mpl.rc_context(SETTINGS):
            return function(*args, **kwargs)

    return inside
