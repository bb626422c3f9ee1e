"""compassion data reanalyse."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from compassion.commands.console import say


def reanalyse(
    folder: Annotated[
        Path, typer.Argument(help="Output folder of `compassion data import --map`.")
    ],
) -> None:
    """Reproduce the published numbers of an imported data set, with the analysis that its mapping file specifies.

    Example: compassion data reanalyse data/psa008
    """
    from analysis.foreign.reanalyse import reanalyse as again

    say(again(folder).text())
