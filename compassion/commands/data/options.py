"""Arguments that several commands of ``compassion data`` share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from experiments.codes import as_typed

if TYPE_CHECKING:
    from experiments.study import Study

Folder = Annotated[Path, typer.Argument(help="Folder with sessions.")]
Participant = Annotated[str, typer.Argument(help="Participant code.", callback=as_typed)]


def study_of(protocol: Path | None, data: Path) -> Study:
    """Open the protocol given, or the copy beside the data."""
    from experiments.study import open_collected, open_study

    return open_study(protocol) if protocol else open_collected(data / "protocol.yaml")
