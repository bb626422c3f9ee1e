"""compassion run: a participant in the lab, in the PsychoPy window."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from compassion.commands.console import console, say
from compassion.commands.options import Language, Mode, Protocol, Session

if TYPE_CHECKING:
    from experiments.lab.session import Settings


def run(
    protocol: Protocol,
    participant: Annotated[
        str,
        typer.Option("--participant", help="Participant code (default: asked for in a dialog)."),
    ] = "",
    session: Session = "1",
    language: Language = "",
    mode: Mode = "",
    data: Annotated[
        Path | None,
        typer.Option("--data", help="Folder of the data (default: data/STUDY/VERSION/collected)."),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Resume an interrupted session.")
    ] = False,
    window: Annotated[
        str,
        typer.Option("--window", help="Window size, such as 1280x720 (default: full screen)."),
    ] = "",
    screen: Annotated[
        int, typer.Option("--screen", help="Number of the monitor to use (0: the first).")
    ] = 0,
    marker: Annotated[
        list[str] | None,
        typer.Option(
            "--marker",
            help="Send a trigger at stimulus onset and response: serial:PORT, parallel:ADDRESS, lsl:NAME or"
            " photodiode; repeatable.",
        ),
    ] = None,
) -> None:
    """Run one participant in the lab.

    Asks for the participant code, takes the next free place in the allocation list (without showing the
    condition) and runs the session. Every answer is saved before the next screen appears.

    Example: compassion run protocols/identified_victim.yaml
    """
    from compassion.checked import open_for_participants
    from experiments.lab.session import Settings, run_in_lab
    from experiments.protocol.values import demand_values

    study = open_for_participants(protocol)
    chosen = study.mode(mode)
    study.demand_media(chosen, [study.language(language)] if language else ())
    if not resume:
        demand_values(study.opened)
    settings = Settings(
        participant=participant,
        session=session,
        language=language,
        mode=mode,
        folder=data,
        resume=resume,
        window=window,
        screen=screen,
        markers=tuple(marker or ()),
    )
    finished = run_in_lab(study, settings)
    if finished is None:
        console.print("Cancelled. No session was started.")
        raise typer.Exit(0)
    ended, outcome = finished
    console.print(f"The session ended: [bold]{outcome}[/]. Data: {ended.journal.path}")
    if outcome == "interrupted":
        command = resuming(protocol, ended.identity.participant, ended.identity.session, settings)
        say(f"Resume it with: {command}")
        raise typer.Exit(1)


def resuming(protocol: Path, participant: str, session: str, settings: Settings) -> str:
    """Return the command that resumes an interrupted session with the options it was started with."""
    words = ["compassion", "run", str(protocol), "--participant", participant]
    words += ["--session", session, "--resume"]
    words += ["--data", str(settings.folder)] if settings.folder else []
    words += ["--window", settings.window] if settings.window else []
    words += ["--screen", str(settings.screen)] if settings.screen else []
    words += [word for marker in settings.markers for word in ("--marker", marker)]
    return shlex.join(words)
