"""compassion data failure."""

from __future__ import annotations

from typing import Annotated

import typer

from compassion.commands.console import say
from compassion.commands.data.options import Folder, Participant
from compassion.commands.options import Session


def failure(
    data: Folder,
    participant: Participant,
    what: Annotated[str, typer.Argument(help="What failed; do not describe the participant.")],
    session: Session = "1",
) -> None:
    """Record that a device failed.

    The session is then left out of every analysis; its answers are kept. Record a failure before you look at the answers. Like everything in a journal, the record cannot be removed.

    Example: compassion data failure data/identified_victim/2.0.0/collected pc5hm72xw9dt "the monitor went dark"
    """
    from experiments.session.session import note_failure

    say(f"Recorded in {note_failure(data, participant, session, what)}.")
