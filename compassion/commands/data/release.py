"""compassion data release."""

from __future__ import annotations

from compassion.commands.console import say
from compassion.commands.data.options import Folder, Participant, study_of
from compassion.commands.options import Session


def release(data: Folder, participant: Participant, session: Session = "1") -> None:
    """Free the place in the allocation list of an abandoned session for another participant; its answers are kept.

    Example: compassion data release data/identified_victim/2.0.0/collected pc5hm72xw9dt
    """
    from experiments.session.session import give_up

    slot = give_up(study_of(None, data), data, participant, session)
    say(f"Place {slot} in the allocation list is free again.")
