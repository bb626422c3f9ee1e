"""The picture, film or sound of a step."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from experiments.language.by import Varied
from experiments.protocol.media import Medium, filled
from experiments.protocol.screen_steps import ScreenStep, Step
from experiments.screen import Block, Clip, Screen
from experiments.steps.here import Here
from experiments.stimuli.clips import ClipError, ClipFacts, clip_facts

CLIPS: tuple[Literal["video", "audio"], ...] = ("video", "audio")
PLANNED = 60.0
"""Seconds of a clip that is not there yet, if its description does not say."""


def with_media(step: Step, content: tuple[Block, ...], here: Here) -> tuple[Block, ...]:
    """Return the content of a screen with the picture of its step under the heading, and the film or sound at the end.

    Where a file is not there yet, or cannot be played, there is a note with what it must show: previews and simulated
    participants do without it, and no session begins (``experiments/protocol/media_gaps.py``).
    """
    if not isinstance(step, ScreenStep):
        return content
    place = 1 if content and content[0].type == "heading" else 0
    if step.picture is not None:
        content = (*content[:place], _picture(step.picture, here), *content[place:])
    if step.audio is not None and step.page is None:
        # A sound alone would leave the screen empty.
        content = (*content, Block("text", here.session.interface.texts["listen"]))
    clips = (_clip(step, kind, here) for kind in CLIPS if getattr(step, kind) is not None)
    return (*content, *clips)


def without_clip(screen: Screen) -> Screen:
    """Return a screen without its film or sound, and without waiting for it."""
    content = tuple(block for block in screen.content if block.clip is None)
    return screen if content == screen.content else replace(screen, content=content, at_least=0.0)


def _picture(named: Varied[str], here: Here) -> Block:
    medium, language = medium_of("picture", named, here), here.session.language
    if medium is None or not medium.is_there:
        return _instead(medium, language)
    return Block("images", images=({"src": medium.src, "alt": medium.shows(language)},))


def _clip(step: ScreenStep, kind: Literal["video", "audio"], here: Here) -> Block:
    medium, language = medium_of(kind, getattr(step, kind), here), here.session.language
    facts = None if medium is None else _facts(medium)
    if medium is None or facts is None:
        return _instead(medium, language)
    clip = Clip(
        medium.src,
        medium.shows(language),
        facts.seconds,
        facts.width,
        facts.height,
        medium.captions(language) if step.captions else (),
        ends_with_clip(step),
    )
    return Block(kind, clip=clip)


def _instead(medium: Medium | None, language: str) -> Block:
    return Block("note", f"[{'...' if medium is None else medium.shows(language)}]")


def ends_with_clip(step: ScreenStep) -> bool:
    """Return whether a screen ends with its film or sound: nothing has to be read, answered or awaited."""
    return step.page is None and step.ask is None and step.time is None


def clip_seconds(step: Step, here: Here) -> float:
    """Return how long the film or sound of a step lasts; 0 if it has none."""
    for kind in CLIPS:
        named = getattr(step, kind, None)
        if named is None:
            continue
        medium = medium_of(kind, named, here)
        facts = None if medium is None else _facts(medium)
        if facts is not None:
            return facts.seconds
        planned = None if medium is None or medium.slot is None else medium.slot.seconds
        return PLANNED if planned is None else float(planned)
    return 0.0


def _facts(medium: Medium) -> ClipFacts | None:
    """Return what is known of a clip; None if it is not there or cannot be played."""
    if not medium.is_there:
        return None
    try:
        return clip_facts(medium.path)
    except ClipError:
        return None


def medium_of(kind: str, named: Varied[str], here: Here) -> Medium | None:
    """Return what a step names, with the fields of the item; None if there is no such medium."""
    own = {} if here.trial is None else {"item": here.trial.item, **here.trial.fields}
    name = filled(str(here.value(named)), own)
    return here.session.opened.media.get((name, kind))
