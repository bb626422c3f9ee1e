"""The steps of a study. One key of a step says what it is (``page``, ``each``, ``scale``); the others qualify it."""

from __future__ import annotations

import re
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

from pydantic import (
    BeforeValidator,
    ConfigDict,
    Field,
    field_validator,
    model_validator,
)

from experiments.files.faults import Key, ValueFault, nearest
from experiments.files.model import Model
from experiments.files.scalars import (
    Name,
    Number,
    Range,
    Selection,
    Text,
    Whole,
    Words,
    YesNo,
)
from experiments.files.shorthand import Shorthand
from experiments.files.unions import one_of
from experiments.language.by import Varied
from experiments.language.conditions import Condition
from experiments.language.quantities import Duration
from experiments.language.typed import ConditionPhrase, SharePhrase
from experiments.protocol.screen_steps import (
    AskStep,
    AudioStep,
    PageStep,
    PictureStep,
    Questions,
    ShowStep,
    Step,
    VideoStep,
)


def _as_tuple(given: Any) -> Any:
    return (given,) if isinstance(given, str) else given


Names = Annotated[
    tuple[Name, ...], BeforeValidator(_as_tuple), Shorthand(lambda whole: whole["items"])
]


class Again(Model):
    """When practice is repeated."""

    below: SharePhrase
    """Share of correct answers below which it is repeated."""
    most: Annotated[Whole, Range(least=1)] = 3
    """Maximum number of times that it is shown."""


class Practice(Model):
    """Practice trials at the beginning of a loop."""

    where: ConditionPhrase
    """Which items; they are left out of the loop."""
    again: Again | None = None
    """When they are repeated."""
    page: Varied[Text] | None = None
    """The last screen of practice."""
    fill: dict[Words, Varied[Text]] = {}
    """Values for holes of the items' texts."""


class Break(Model):
    """A break within a loop."""

    every: Annotated[Whole, Range(least=1)]
    """Number of items after which it comes."""
    page: Varied[Text]
    """Its text."""


class LoopStep(Step):
    """A loop over the rows of a CSV file, the items of a stimulus set, or the levels of a within-factor."""

    each: Words
    """A CSV or Excel file of conditions beside the study, a set of ``stimuli/``, or a within-factor."""
    columns: dict[Words, Words] = {}
    """Our name -> heading in the file: ``{item: storyID, severity: sev}``."""
    where: ConditionPhrase | None = None
    """Which items can be drawn."""
    take: Varied[Whole] | None = None
    """Number of items for each participant (default: all)."""
    fresh: YesNo = False
    """Whether no item is one that this participant meets in another loop."""
    rotate: Names = ()
    """Within-factors whose levels rotate over the items: each item is met in one cell."""
    cross: Names = ()
    """Within-factors that are crossed with the items: each item is met in every cell."""
    together: Names = ()
    """Within-factor whose levels are shown together on one page (joint evaluation)."""
    times: Annotated[Whole, Range(least=1)] = 1
    """Number of times that each item comes."""
    uneven: YesNo = False
    """Whether cells can differ by one item."""
    order: Words = "random"
    """``random``, ``as written``, or ``blocks of NAME``."""
    first: Names = ()
    """Items that come first."""
    last: Names = ()
    """Items that come last."""
    runs: dict[Words, Annotated[Whole, Range(least=1)]] = {}
    """Factor or field -> how many of the same level can follow each other at most."""
    break_: Annotated[Break | None, Field(alias="break")] = None
    """Break within the loop."""
    practice: Practice | YesNo = False  # type: ignore[assignment]
    """Practice trials, or whether all of the loop is practice."""
    variant: Varied[Words] | None = None
    """Which text of the items ``{text}`` is."""
    pictures: Varied[Selection] | None = None
    """How many of the item's pictures are shown (``8``), or from which to which (``2 to 9``)."""
    fill: dict[Words, Varied[Text]] = {}
    """Values for holes of the items' texts."""
    page: Varied[Text] | None = None
    """Text of the one screen for each item."""
    ask: Questions | None = None
    """Its questions."""
    flow: Annotated[tuple[AnyStep, ...], Field(min_length=1)] | None = None
    """Several steps for each item, in place of ``page`` and ``ask``."""
    back: YesNo = False
    """Whether each screen of a trial has a Back button to the one before, where that can be shown again."""

    @model_validator(mode="after")
    def _shows_something(self) -> LoopStep:
        if self.flow is not None and (self.page is not None or self.ask is not None):
            found = "the loop has steps of its own ('flow') and also 'page' or 'ask'"
            raise ValueFault(found, "Move 'page' and 'ask' into a step of the loop's 'flow'.")
        if self.flow is None and self.page is None and self.ask is None:
            raise ValueFault("the loop shows nothing", "Add 'page:', 'ask:' or 'flow:'.")
        return self

    @property
    def conditions_on_items(self) -> list[tuple[Key, Condition]]:
        """The conditions that are decided when items are drawn: key within the loop, condition."""
        found: list[tuple[Key, Condition]] = []
        if self.where is not None:
            found.append((("where",), self.where))
        if isinstance(self.practice, Practice):
            found.append((("practice", "where"), self.practice.where))
        return found

    @field_validator("order", mode="after")
    @classmethod
    def _known_order(cls, order: str) -> str:
        if order not in ("random", "as written") and not re.fullmatch(r"blocks of \S+", order):
            remedy = nearest(order, ("random", "as written", "blocks of NAME"))
            raise ValueFault(f"found '{order}'", remedy)
        return order


class UseStep(Step):
    """A part, such as consent or debriefing, with what the study sets in it."""

    model_config = ConfigDict(extra="allow")

    use: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(@\d+(\.\d+)*)?$")]
    """Name of the part, with its version if it is fixed: ``consent@1.3``. The other keys are the part's parameters."""
    back: YesNo = False
    """Whether each of its screens has a Back button to the screen before, where that can be shown again."""


class PartStep(Step):
    """A part with everything filled in, as an expansion writes it."""

    part: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*@\d+(\.\d+)*$")]
    """Name and version of the part."""
    flow: Annotated[tuple[AnyStep, ...], Field(min_length=1)]
    """Its steps."""
    back: YesNo = False
    """Whether each of its screens has a Back button to the screen before, where that can be shown again."""


class ScaleStep(Step):
    """An instrument of ``stimuli/scales``; its score, subscales and items are measures."""

    scale: Words
    """Name of the instrument."""
    per_page: Annotated[Whole, Range(least=1, most=12)] = 5
    """Number of items on a page."""
    back: YesNo = False
    """Whether each of its screens has a Back button to the screen before, where that can be shown again."""


class RepeatStep(Step):
    """An earlier step again, with the same texts; keys given here replace those of that step."""

    model_config = ConfigDict(extra="allow")

    repeat: Words
    """Address of the step, such as ``before.videos``."""


class MinimalGroupStep(Step):
    """The minimal-group procedure: a task that seems to determine a group, which is in fact assigned at random."""

    minimal_group: Varied[Literal["dots", "paintings"]]
    """Estimates of dots, or preferences for paintings."""
    of: Name
    """The counterbalanced factor whose level is the group."""
    page: Varied[Text] | None = None
    """The page that names the group; it must be given."""
    question: Varied[Text] | None = None
    """The question after each picture of dots, or above each pair of paintings (default: in plain words)."""
    seconds: Annotated[Number, Range(above=0, most=30)] = 1.5
    """Seconds for which each picture of dots is shown."""


class GameStep(Step):
    """An economic game among participants."""

    game: Literal["dictator", "ipd_md", "redistribution", "third_party"]
    """Which game."""
    ask: Questions | None = None
    """Its decisions, if they differ from those of the game."""


class WaitStep(Step):
    """A rest of ``time``, or until the experimenter goes on."""

    wait: Varied[Text]
    """Text on the screen."""
    until: Literal["experimenter"] | None = None
    """Who ends it, if not ``time``."""

    @model_validator(mode="after")
    def _ends(self) -> WaitStep:
        if self.until is None and not isinstance(self.time, Duration):
            found = (
                "the wait has no end" if self.time is None else "the time of the wait is not fixed"
            )
            raise ValueFault(found, "Write 'time: 60 s', or 'until: experimenter'.")
        if self.until is not None and self.time is not None:
            found = "the wait has two ends, 'time' and 'until'"
            raise ValueFault(found, "Keep one of them, or write two waits.")
        return self


class PayStep(Step):
    """The receipt: what the participant is paid and what is passed on, from one of the participant's decisions."""

    pay: Words
    """Address of the allocation; if it was asked several times, one of the answers is picked at random."""
    paid: Varied[Text]
    """Text where everyone is paid; ``{given}`` and ``{kept}`` are amounts, ``{boxes}`` is each box with its amount."""
    drawn: Varied[Text]
    """Text for those who are drawn, where some are paid."""
    not_drawn: Varied[Text]
    """Text for those who are not drawn."""
    unpaid: Varied[Text]
    """Text where nobody is paid."""


class EndStep(Step):
    """The end of the session, with its code."""

    end: Varied[Text]
    """Last page."""
    outcome: Literal["complete", "declined", "ineligible"] = "complete"
    """How the session counts."""


KINDS: dict[str, type[Step]] = {
    "each": LoopStep,
    "use": UseStep,
    "part": PartStep,
    "scale": ScaleStep,
    "repeat": RepeatStep,
    "minimal_group": MinimalGroupStep,
    "game": GameStep,
    "wait": WaitStep,
    "pay": PayStep,
    "end": EndStep,
    "show": ShowStep,
    "page": PageStep,
    "picture": PictureStep,
    "video": VideoStep,
    "audio": AudioStep,
    "ask": AskStep,
}
"""Key that says what a step is -> its model."""

if TYPE_CHECKING:
    AnyStep: TypeAlias = Step
else:
    AnyStep = Annotated[reduce(or_, KINDS.values()), one_of(*KINDS)]
LoopStep.model_rebuild()
PartStep.model_rebuild()
