"""The experimenter's dialog: participant, session and language. The condition is never shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from unicodedata import category

from experiments.codes import as_typed, mistyped
from experiments.interface import interface, languages

#: Maximum number of characters of a code.
MAX_LENGTH = 100


@dataclass(frozen=True)
class Answers:
    """The experimenter's entries in the dialog."""

    participant: str
    session: str
    language: str


def faults_of(answers: Answers, known: Sequence[str]) -> list[str]:
    """Return the faults of the entries (or of the command-line options), as one sentence each."""
    faults = []
    for field, code in (("participant code", answers.participant), ("session", answers.session)):
        if not code:
            faults.append(f"The {field} is empty.")
        elif len(code) > MAX_LENGTH:
            faults.append(f"The {field} has {len(code)} characters; the maximum is {MAX_LENGTH}.")
        elif any(category(letter) in {"Cc", "Cs"} for letter in code):
            faults.append(f"The {field} contains invisible characters.")
    if why := mistyped(answers.participant):
        faults.append(f"The participant code {why}")
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
    """Show the dialog until the answers are valid; return None if it is cancelled.

    Parameters
    ----------
    title
        Title of the study.
    known
        Languages of the protocol; the first is the default.
    session, language, participant
        Initial contents of the fields.
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
    """Show the dialog once; return the answers, or None if it is cancelled."""
    from psychopy import gui

    # PsychoPy's dialog uses an existing application, and would otherwise create a second one.
    from experiments.lab.application import application

    application()
    dialog: Any = gui.Dlg(title=title)
    dialog.addText("Use a random code, never a name.")
    for fault in faults:
        dialog.addText(fault, color="#9A4A1E")
    code = dialog.addField(
        "participant", given.participant, label="Participant code*", required=True
    )
    # What is typed replaces the proposed code.
    code.selectAll()
    dialog.addField("session", given.session, label="Session*", required=True)
    names = {_name(code): code for code in sorted(known, key=lambda code: code != given.language)}
    dialog.addField("language", choices=list(names), label="Language")
    dialog.show()
    if not dialog.OK:
        return None
    data = dialog.data
    return Answers(
        as_typed(str(data["participant"]).strip()),
        str(data["session"]).strip(),
        names[data["language"]],
    )


def _name(code: str) -> str:
    return f"{interface(code).name} ({code})" if code in languages() else code
