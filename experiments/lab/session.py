"""A session in the lab: dialog, window, slot and journal, in an order that cannot lose data."""

from __future__ import annotations

import platform
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from experiments.codes import as_typed, new_participant
from experiments.errors import UserError
from experiments.lab.dialog import Answers, ask_participant, faults_of
from experiments.lab.markers import Marker, open_markers
from experiments.lab.responder import LabResponder, WindowClosedError
from experiments.lab.simulated_participant import Decision, WindowParticipant
from experiments.lab.sound import demand_sound
from experiments.lab.window import LabWindow, open_window
from experiments.protocol.media_gaps import plays_sound
from experiments.screen import Screen
from experiments.session.collection import default_folder, open_collection
from experiments.session.secret import allocated
from experiments.session.session import Session, begin, resume
from experiments.study import Study
from experiments.timeline.session_run import SessionIdentity


class SettingError(UserError):
    """A setting is invalid; the message states the remedy."""


@dataclass(frozen=True)
class Settings:
    """Settings of a session; an empty setting is taken from the protocol or the dialog."""

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
    """Run a session of one participant in a window.

    Returns
    -------
    tuple or None
        The session and its outcome; None if the dialog was cancelled.

    Raises
    ------
    UserError
        If a setting, the folder or the display cannot be used; no session is begun in that case.
    """
    mode = study.mode(settings.mode)
    if plays_sound(study.opened, mode):
        demand_sound()
    answers = _identify(study, settings)
    if answers is None:
        return None
    identity = SessionIdentity(answers.participant, answers.session, False, "lab")
    markers = open_markers(settings.markers)
    # The window is opened first: if this fails, no folder is created and no slot is taken.
    with open_window(size_of(settings.window), settings.screen) as window:
        folder = settings.folder or default_folder(study, simulated=False)
        collection = open_collection(folder, study, simulated=False)
        study = allocated(study, collection)
        session = (
            resume(study, collection, identity)
            if settings.resume
            else begin(study, collection, mode, identity, answers.language, facts(window))
        )
        return session, at_window(session, window, markers)


def at_window(
    session: Session,
    window: LabWindow,
    markers: Sequence[Marker] = (),
    decide: Callable[[Screen], Decision] | None = None,
) -> str:
    """Run a session in an open window; return its outcome, or "interrupted".

    Parameters
    ----------
    decide
        Function that returns a simulated participant's decision on a screen (default: wait for a participant).
    """
    responder = LabResponder(
        window,
        session.progress.timeline,
        on_draft=session.save_draft,
        on_frames=session.journal.frames,
        on_event=session.note,
        markers=markers,
        simulated=session.identity.simulated,
        participant=session.identity.participant,
    )
    if decide is not None:
        WindowParticipant(responder, decide)
    try:
        return session.run(responder)
    except (WindowClosedError, KeyboardInterrupt):
        return "interrupted"
    finally:
        session.journal.close()


def _identify(study: Study, settings: Settings) -> Answers | None:
    """Return participant, session and language from the settings or the dialog, with the same checks."""
    languages, language = study.languages, study.language(settings.language)
    if settings.participant:
        given = Answers(as_typed(settings.participant.strip()), settings.session.strip(), language)
        if faults := faults_of(given, languages):
            raise SettingError(f"{' '.join(faults)} Correct --participant or --session.")
        return given
    # A random code is suggested, so that nobody types a name.
    return ask_participant(
        study.title,
        languages,
        settings.session,
        language,
        participant=new_participant(),
    )


def facts(window: LabWindow) -> dict[str, object]:
    """Return facts about the computer for the journal."""
    return {
        "system": platform.platform(terse=True),
        "psychopy": version("psychopy"),
        "window": list(window.size),
        "refresh": round(window.refresh, 3),
        "synchronised": window.synchronised,
    }


def size_of(text: str) -> tuple[int, int] | None:
    """Convert a window size such as ``1280x720``; an empty text gives None (full screen).

    >>> size_of("1280x720")
    (1280, 720)
    """
    if not text:
        return None
    wide, _, high = text.lower().partition("x")
    if not (wide.isdigit() and high.isdigit()):
        raise SettingError(f"'{text}' is not a window size. Write it as 1280x720.")
    return int(wide), int(high)
