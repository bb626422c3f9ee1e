"""compassion data failure."""

from __future__ import annotations

from typing import Annotated

import typer

from compassion.commands.console import say
from compassion.commands.data.options import Folder, Participant, Session


def failure(
    data: Folder,
    participant: Participant,
    what: Annotated[str, typer.Argument(help="What failed; nothing about the person.")],
    session: Session = "1",
) -> None:
    """Note that a device failed during a session, for the exclusion rule 'device_failure'; the answers are kept.

    Note it before you look at the answers. Like everything in a journal, the note cannot be removed.

    Example: compassion data failure data/identified_victim/1.0.0/collected p3f9a "the monitor went dark"
    """
    from experiments.session.session import note_failure

    say(f"Noted in {note_failure(data, participant, session, what)}.")
