"""compassion data failure."""

from __future__ import annotations

from typing import Annotated

import typer

from compassion.commands.console import say
from compassion.commands.data.options import (
    Folder,
    Participant,
    Session,
)


def failure(
    data: Folder,
    participant: Participant,
    what: Annotated[str, typer.Argument(help="What failed, without anything about the person.")],
    session: Session = "1",
) -> None:
    """Note that a device failed in a session. Its answers stay; the exclusion rule 'device_failure' goes by it.

    Note it before you look at the answers. There is no way to take it back, as with everything in a journal.

    Example: compassion data failure data/identified_victim/1.0.0/collected p3f9a "the monitor went dark"
    """
    from experiments.session.session import note_failure

    say(f"Noted in {note_failure(data, participant, session, what)}.")
