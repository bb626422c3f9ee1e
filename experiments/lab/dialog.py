"""The experimenter's dialog: who takes part, which session, which language. The condition is never shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from unicodedata import category

from experiments.interface import interface, languages

#: Characters that a code may have at most.
LONGEST = 100


@dataclass(frozen=True)
class Answers:
    """What was entered in the dialog."""

    participant: str
    session: str
    language: str


def faults_of(answers: Answers, known: Sequence[str]) -> list[str]:
    """Return what is wrong with the answers (or the options in their place), in words; empty if nothing is."""
    faults = []
    for what, code in (("participant code", answers.participant), ("session", answers.session)):
        if not code:
            faults.append(f"The {what} is empty.")
        elif len(code) > LONGEST:
            faults.append(f"The {what} has {len(code)} characters; {LONGEST} is the most.")
        elif any(category(letter) in {"Cc", "Cs"} for letter in code):
            faults.append(f"The {what} holds characters that cannot be seen.")
    if answers.language not in known:
        faults.append(f"The language must be one of {', '.join(known)}.")
    return faults


def ask_participant(
    title: str,
    known: Sequence[str],
    session: str = "1",
    language: str = "",
    participant: str = "",
) -> Answers | None:
    """Ask until nothing is wrong with the answers; return None if the dialog is cancelled.

    Parameters
    ----------
    title
        Title of the study.
    known
        Languages that the protocol has texts in, the first being the default.
    session, language, participant
        What the fields hold at first.
    """
    given = Answers(participant, session, language or known[0])
    faults: list[str] = []
    while answered := _show(title, known, given, faults):
        given, faults = answered, faults_of(answered, known)
        if not faults:
            return given
    return None


def _show(
    title: str, known: Sequence[str], given: Answers, faults: Sequence[str]
) -> Answers | None:
    """Show the dialog once."""
    from psychopy import gui

    # The dialog of PsychoPy finds the application and keeps it; without it, it would make a second.
    from experiments.lab.application import application

    application()
    dialog: Any = gui.Dlg(title=title)
    dialog.addText("Random code, never a name.")
    for fault in faults:
        dialog.addText(fault, color="#9A4A1E")
    dialog.addField("participant", given.participant, label="Participant code*", required=True)
    dialog.addField("session", given.session, label="Session*", required=True)
    names = {_name(code): code for code in sorted(known, key=lambda code: code != given.language)}
    dialog.addField("language", choices=list(names), label="Language")
    dialog.show()
    if not dialog.OK:
        return None
    data = dialog.data
    return Answers(
        str(data["participant"]).strip(), str(data["session"]).strip(), names[data["language"]]
    )


def _name(code: str) -> str:
    return f"{interface(code).name} ({code})" if code in languages() else code
