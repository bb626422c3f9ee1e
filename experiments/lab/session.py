"""A session in the lab: the dialog, the window, the slot, the journal, in the order that loses nothing."""

from __future__ import annotations

import platform
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from experiments.errors import UserError
from experiments.lab.dialog import Answers, ask_participant, faults_of
from experiments.lab.markers import Marker, open_markers
from experiments.lab.person import Decision, WindowPerson
from experiments.lab.respond import Interrupted, LabResponder
from experiments.lab.window import LabWindow, open_window
from experiments.screen import Screen
from experiments.session.collection import default_folder, open_collection
from experiments.session.session import Session, begin, resume
from experiments.study import Study
from experiments.timeline.session_run import Participant


class SettingError(UserError):
    """A setting that cannot be used; the message says what to do."""


@dataclass(frozen=True)
class Settings:
    """How a session is to be run; empty where the protocol or the dialog decides."""

    participant: str = ""
    session: str = "1"
    language: str = ""
    mode: str = ""
    folder: Path | None = None
    resume: bool = False
    window: str = ""
    screen: int = 0
    markers: tuple[str, ...] = ()


def run_in_lab(study: Study, settings: Settings) -> tuple[Session, str] | None:
    """Run one participant at the window.

    Returns
    -------
    tuple or None
        The session and how it ended; None if the dialog was cancelled.

    Raises
    ------
    UserError
        If a setting, the folder or the display cannot be used; no session is begun then.
    """
    mode = study.mode(settings.mode)
    who = _who(study, settings)
    if who is None:
        return None
    person = Participant(who.participant, who.session, False, "lab")
    markers = open_markers(settings.markers)
    # The window comes first: if it does not open, no folder is made and no slot is taken.
    with open_window(size_of(settings.window), settings.screen) as window:
        folder = settings.folder or default_folder(study.protocol, simulated=False)
        collection = open_collection(folder, study.protocol, simulated=False)
        session = (
            resume(study, collection, person)
            if settings.resume
            else begin(study, collection, mode, person, who.language, facts(window))
        )
        return session, at_window(session, window, markers)


def at_window(
    session: Session,
    window: LabWindow,
    markers: Sequence[Marker] = (),
    decide: Callable[[Screen], Decision] | None = None,
) -> str:
    """Run a session at an open window; return how it ended, or "interrupted".

    Parameters
    ----------
    decide
        What a simulated participant does on a screen (default: wait for a real one).
    """
    responder = LabResponder(
        window,
        session.progress.timeline,
        on_draft=session.answered,
        on_frames=session.journal.frames,
        on_event=session.journal.event,
        markers=markers,
        simulated=session.person.simulated,
        participant=session.person.participant,
    )
    if decide is not None:
        WindowPerson(responder, decide)
    try:
        return session.run(responder)
    except (Interrupted, KeyboardInterrupt):
        return "interrupted"
    finally:
        session.journal.close()


def _who(study: Study, settings: Settings) -> Answers | None:
    """Return who takes part, by the settings or the dialog, which take the same codes."""
    languages, language = study.protocol.languages, study.language(settings.language)
    if settings.participant:
        given = Answers(settings.participant.strip(), settings.session.strip(), language)
        if faults := faults_of(given, languages):
            raise SettingError(f"{' '.join(faults)} Give another with --participant or --session.")
        return given
    # A random code is suggested, so that nobody is tempted to type a name.
    return ask_participant(
        study.protocol.title,
        languages,
        settings.session,
        language,
        participant=f"p{secrets.token_hex(4)}",
    )


def facts(window: LabWindow) -> dict[str, object]:
    """Return what is worth knowing of the machine."""
    return {
        "system": platform.platform(terse=True),
        "psychopy": version("psychopy"),
        "window": list(window.size),
        "refresh": round(window.refresh, 3),
        "synchronised": window.synchronised,
    }


def size_of(text: str) -> tuple[int, int] | None:
    """Return a size written as ``1280x720``; None (full screen) for nothing.

    >>> size_of("1280x720")
    (1280, 720)
    """
    if not text:
        return None
    wide, _, high = text.lower().partition("x")
    if not (wide.isdigit() and high.isdigit()):
        raise SettingError(f"'{text}' is not a window size; write it as 1280x720.")
    return int(wide), int(high)
