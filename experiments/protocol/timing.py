"""How long something is shown: a duration, limits, or one of several durations by chance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

from pydantic import Discriminator, Field, Tag

from experiments.files.model import Model
from experiments.files.scalars import YesNo
from experiments.language.typed import DurationPhrase


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
