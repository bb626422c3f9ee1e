"""Steps that are one screen: a page, a picture, a film, a sound, questions, a stimulus of a timed trial; and its time."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias, get_args

from pydantic import Discriminator, Field, Tag

from experiments.files.model import Model
from experiments.files.scalars import Name, Text, Words, YesNo
from experiments.language.by import By, Varied
from experiments.language.typed import ConditionPhrase, DurationPhrase
from experiments.questions import AnyQuestion
from experiments.screen import Spot

Questions = Annotated[dict[Name, AnyQuestion], Field(min_length=1)]
"""Name -> question."""


NAMING = ("use", "part", "scale", "game", "each")
"""Keys whose value is the name of a step that has no other."""


class ShownPicture(Model):
    """A picture of a timed trial."""

    picture: Varied[Words]
    """Picture file."""


def _shown(given: Any) -> str:
    if isinstance(given, (ShownPicture, By)) or not isinstance(given, dict):
        return "picture" if isinstance(given, ShownPicture) else "text"
    if "by" in given:
        return "text"
    return "picture" if "picture" in given or not given.keys() & set(get_args(Spot)) else "places"


if TYPE_CHECKING:
    One: TypeAlias = Varied[str] | ShownPicture
    Shown: TypeAlias = One | dict[Spot, One]
else:
    _tagged = Annotated[Varied[Text], Tag("text")] | Annotated[ShownPicture, Tag("picture")]
    One = Annotated[_tagged, Discriminator(_shown)]
    Shown = Annotated[_tagged | Annotated[dict[Spot, One], Tag("places")], Discriminator(_shown)]


class Limits(Model):
    """How long a screen is shown."""

    least: DurationPhrase | None = None
    """Time before participants can go on."""
    most: DurationPhrase | None = None
    """Time after which the screen ends by itself."""
    countdown: YesNo = False
    """Whether the remaining time is shown."""


class ByChance(Model):
    """A duration that differs by chance from trial to trial."""

    one_of: Annotated[tuple[DurationPhrase, ...], Field(min_length=2, alias="one of")]
    """The possible durations."""


def _form(given: Any) -> str:
    if isinstance(given, ByChance) or (isinstance(given, dict) and "one of" in given):
        return "by chance"
    return "limits" if isinstance(given, (Limits, dict)) else "duration"


if TYPE_CHECKING:
    Time: TypeAlias = DurationPhrase | Limits | ByChance
else:
    Time = Annotated[
        Annotated[DurationPhrase, Tag("duration")]
        | Annotated[Limits, Tag("limits")]
        | Annotated[ByChance, Tag("by chance")],
        Discriminator(_form),
    ]


def short_name(value: str) -> str:
    """Return the name of a part without its version, or of a file without its ending."""
    return re.sub(r"(@\d+(\.\d+)*|\.(csv|tsv|xlsx))$", "", value)


class Step(Model):
    """Keys that all steps have in common."""

    name: Name | None = None
    """Name of the step in addresses (default: the value of ``use``, ``scale``, ``game`` or ``each``)."""
    when: ConditionPhrase | None = None
    """Condition under which the step is shown, such as ``mode = real or lottery``."""
    practice: YesNo = False
    """Whether its answers are never analysed."""
    period: Name | None = None
    """Name of its time for imported signals."""
    time: Time | None = None
    """How long it is shown: ``60 s``, or ``{least: 5 s, most: 60 s, countdown: yes}``."""

    @property
    def address(self) -> str:
        """Name of the step in addresses; '' if it has none."""
        named = (getattr(self, key) for key in NAMING if key in type(self).model_fields)
        return self.name or short_name(next(named, ""))


class ScreenStep(Step):
    """What all screens have in common: text, a picture, film or sound, and questions."""

    page: Varied[Text] | None = None
    """Text in paragraphs: `# ` before a heading, `> ` before a note, `**` before and after bold words."""
    picture: Varied[Words] | None = None
    """Picture file."""
    video: Varied[Words] | None = None
    """Film file."""
    audio: Varied[Words] | None = None
    """Sound file."""
    captions: YesNo = False
    """Whether the film has captions."""
    ask: Questions | None = None
    """The questions of the screen."""
    on_leaving: YesNo = False
    """Whether participants who leave the study early also see it, as they must see a debriefing."""
    back: YesNo = False
    """Whether each of its screens has a Back button to the screen before, where that can be shown again."""


class PageStep(ScreenStep):
    """A page of text with a button, and below it questions, if there are some."""

    page: Varied[Text]
    """Text in paragraphs: `# ` before a heading, `> ` before a note, `**` before and after bold words."""


class PictureStep(ScreenStep):
    """A picture."""

    picture: Varied[Words]
    """Picture file."""


class VideoStep(ScreenStep):
    """A film."""

    video: Varied[Words]
    """Film file."""


class AudioStep(ScreenStep):
    """A sound."""

    audio: Varied[Words]
    """Sound file."""


class AskStep(ScreenStep):
    """A screen of questions."""

    ask: Questions
    """The questions of the screen."""


class ShowStep(Step):
    """A stimulus of a timed trial: it begins on a flip, and nothing else is on the screen."""

    show: Shown
    """A text, ``{picture: FILE}``, or such for each place: left, right, up, down, centre, ``up left``, ``down right``."""
    at: Varied[Spot] = "centre"
    """Place on the screen."""
    ask: Questions | None = None
    """Questions answered with a key."""
