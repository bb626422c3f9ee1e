"""Where a step is composed: the session, the trial, and what texts there can hold."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, TypeVar

import numpy as np

from experiments.language.braces import Fill as Brace
from experiments.language.braces import FromFile, parse_text
from experiments.language.braces import Literal as Piece
from experiments.language.by import By, Varied
from experiments.numbers import money
from experiments.protocol.measures import Measure
from experiments.protocol.names import LAB_VALUES, OF_RECEIPTS, AddressError
from experiments.protocol.opened import place_in_table
from experiments.protocol.places import Loop, Place
from experiments.protocol.slots import Trial
from experiments.protocol.steps import Practice
from experiments.screen import Fill, name_on_screen
from experiments.steps.asked import Asked
from experiments.steps.not_yet import NotYetError
from experiments.steps.session import Session

T = TypeVar("T")


class NotAskedError(AddressError):
    """A question that is not asked of this participant before the place where its answer is used."""


@dataclass(frozen=True)
class Here:
    """One place in a session."""

    session: Session
    place: Place
    name: str
    """Name with which the ids of screens begin."""
    trial: Trial | None = None
    number: int | None = None
    """Number of the trial, from 1."""
    answers: Mapping[str, str] = field(default_factory=dict)
    """Earlier answers that this version of the screen is for."""
    fills: dict[str, Fill] = field(default_factory=dict)
    """Values of the screen's texts that are known only when it is shown."""
    practice: bool = False
    panel: int = 0
    """Number, from 1, of the level that is composed of those shown together; 0 where there is one."""

    @property
    def loop(self) -> Loop | None:
        """The loop around it."""
        return self.place.loop

    @property
    def levels(self) -> dict[str, str]:
        """Level of each factor, the mode, the session, and the fields of the item."""
        own = dict(self.trial.fields) if self.trial else {}
        of_trial = self.trial.cells if self.trial else {}
        fixed = {"mode": self.session.slot.mode, "session": self.session.session}
        return {**own, **self.session.slot.levels, **of_trial, **fixed, **self.answers}

    @property
    def cells(self) -> dict[str, str | int]:
        """Levels of the factors for the data; numbers if all levels of the factor are."""
        factors = self.session.opened.names.factors
        levels = {**self.session.slot.levels, **(self.trial.cells if self.trial else {})}
        return {
            name: typed(level, factors[name].numbers is not None) for name, level in levels.items()
        }

    def value(self, varied: T | By[T]) -> T | str:
        """Return the value of a varied value at this place.

        Raises
        ------
        NotYetError
            If it differs by an earlier answer where this cannot be shown yet.
        """
        if not isinstance(varied, By):
            return varied
        for name in varied.by:
            if name not in self.levels:
                raise NotYetError(f"a value that differs by '{name}' cannot be shown here yet")
        return varied.at(self.levels)

    def text(self, varied: Varied[str] | None) -> str:
        """Return a text with its braces filled."""
        return "" if varied is None else self.filled(str(self.value(varied)))

    def filled(self, text: str) -> str:
        """Return a text with what is put in for the names in braces."""
        return "".join(self._piece(piece) for piece in parse_text(text).pieces)

    def _piece(self, piece: Piece | Brace | FromFile) -> str:
        if isinstance(piece, Piece):
            return piece.text
        if isinstance(piece, FromFile):
            path = self.session.opened.source.path.parent / piece.path
            text = path.read_text(encoding="utf-8")
            return self.filled(self.session.opened.words(text, piece.path))
        return self.word(piece.name)

    @property
    def inserts(self) -> dict[str, Varied[str]]:
        """What the loop gives for the holes of its items' texts."""
        if self.loop is None:
            return {}
        practice = self.loop.step.practice
        of_practice = practice.fill if self.practice and isinstance(practice, Practice) else {}
        return {**self.loop.step.fill, **of_practice}

    def word(self, name: str) -> str:
        """Return what ``{name}`` is in a text."""
        opened, stakes = self.session.opened, self.session.stakes
        if name == "text" and self.loop is not None:
            return self.item_text()
        if name in self.inserts:
            return self.text(self.inserts[name])
        if self.loop is not None and name in self.session.opened.texts_of(self.loop):
            return self.item_text(name)
        if (
            self.trial is not None
            and name in self.trial.fields
            and name not in self.session.opened.names.factors
        ):
            return self.field_words(name)
        if name in self.levels and name in self.session.opened.names.factors:
            return self.level_words(name, self.levels[name])
        if name == "endowment" and stakes is not None:
            return money(stakes.endowment, stakes.format)
        if name == "chance" and stakes is not None:
            return stakes.chance_words
        if name == "minutes":
            return self._minutes()
        if name in OF_RECEIPTS:
            return f"[[{name}]]"
        if name in opened.values:
            return opened.values[name]
        if name in LAB_VALUES:
            return f"[{self.session.interface.lab[name]}]"
        if name in ("mode", "session"):
            return self.levels[name]
        if name == "trial" and self.number is not None:
            # Chance decides which trial an item is in.
            self.session.record.own += 1
            return str(self.number)
        return self._answer(name)

    def level_words(self, factor: str, level: str) -> str:
        """Return the words of a level for texts; a number without words has commas."""
        words = self.session.opened.names.factors[factor].levels.get(level)
        if words is not None:
            return self.text(words)
        return f"{int(level):,}" if level.isdecimal() else level

    def field_words(self, name: str) -> str:
        """Return a field of the item for texts, in the language of the session."""
        assert self.trial is not None
        opened, value = self.session.opened, self.trial.fields[name]
        if self.loop is None or self.loop.name not in opened.items:
            return value
        if self.loop.name in opened.sets:
            item = opened.sets[self.loop.name].item(self.trial.item)
            return str(item.field(name, self.session.language))
        return self.filled(opened.words(value, place_in_table(self.loop, self.trial.item, name)))

    def item_text(self, name: str = "") -> str:
        """Return the text of the item, in the variant of the loop."""
        assert self.loop is not None
        assert self.trial is not None
        variant = name
        if not name and self.loop.step.variant is not None:
            variant = str(self.value(self.loop.step.variant))
        inserts = {hole: self.text(words) for hole, words in self.inserts.items()}
        text = self.session.opened.item_text(
            self.loop, self.trial.item, variant, self.session.language, inserts, self.trial.fields
        )
        return text if self.loop.name in self.session.opened.sets else self.filled(text)

    def _minutes(self) -> str:
        written = self.session.opened.study.minutes
        minutes = self.session.minutes
        if written is not None:
            here = self.value(written)
            minutes = float(here)
        # The duration is estimated from the screens, which are composed without it first.
        return "" if minutes is None else f"{minutes:g}"

    def _answer(self, name: str) -> str:
        try:
            measure, asked = self.earlier(name)
        except NotAskedError:
            return ""
        if asked.ask.entry == "trace":
            raise whole_trace(name)
        key = name.replace(".", "_") + (f"_{self.panel}" if self.panel else "")
        self.fills[key] = Fill(
            key,
            asked.screen,
            name_on_screen(measure.address, asked.ask.panel),
            "answer",
            money=asked.ask.money,
            words={str(option.value): option.label for option in asked.ask.options if option.label},
        )
        return f"[[{key}]]"

    def earlier(self, name: str, any_level: bool = False) -> tuple[Measure, Asked]:
        """Return an earlier measure and where it was asked: for the same item and level, if it was asked in a loop.

        Parameters
        ----------
        any_level
            Whether it may be one of several levels that were together on one page.

        Raises
        ------
        NotAskedError
            If it is not asked before, or not of this participant.
        NotYetError
            If the answer is not known on the day, such as the mean of an instrument, or not on one screen.
        """
        names, session = self.session.opened.names, self.session
        fitting = [each for each in names.fitting(name) if each.session == session.session]
        measure = fitting[0] if len(fitting) == 1 else names.measure(name)
        item = self.trial.item if self.trial else ""
        asked = session.record.last(measure.address, item, self.panel)
        if asked is None and measure.part == "correct":
            whole = measure.address.removesuffix(".correct")
            asked = session.record.last(whole, item, self.panel)
        if asked is None and not measure.part and measure.asked is not None and measure.asked.rows:
            raise NotYetError(
                f"'{name}' has several parts, and cannot be used on a later screen yet"
            )
        if asked is None:
            whole = measure.address.removesuffix(f".{measure.part}") if measure.part else ""
            if measure.kind in ("scale", "minimal_group") or session.record.last(
                whole, item, self.panel
            ):
                raise NotYetError(f"'{name}' cannot be used on a later screen yet")
            raise NotAskedError(f"'{name}' is not asked before", "Move the question.")
        other = (asked.ask.panel, asked.item) != (self.panel, item)
        if asked.ask.panel and other and not any_level:
            raise NotYetError(
                f"'{name}' is asked for several levels together on one page, and cannot be used on later pages yet,"
                " but for those of the same trial"
            )
        if asked.one_of_several:
            raise NotYetError(
                f"'{name}' is asked on a screen that differs by an earlier answer, and cannot be used on a later screen yet"
            )
        return measure, asked

    @cached_property
    def same(self) -> tuple[Any, ...]:
        """What the screens here depend on, but for their names and what differs between participants of a cell."""
        session, trial = self.session, self.trial
        of_trial = (
            None
            if trial is None
            else (
                trial.item,
                tuple(trial.cells.items()),
                tuple(trial.fields.values()),
                trial.practice,
                tuple(tuple(cells.items()) for cells in trial.together),
            )
        )
        answers = tuple(self.answers.items())
        return (session.same, self.place.key, of_trial, answers, self.practice, self.panel)

    def generator(self, what: str) -> np.random.Generator:
        """Return the random numbers with which the slot decides something at this place."""
        words = f"{self.session.draws['orders']} {self.name} {what}"
        return np.random.default_rng(int(hashlib.sha256(words.encode()).hexdigest()[:16], 16))

    def under(self, name: str, key: str | int) -> Here:
        """Return the place of a step inside this one."""
        return replace(self, name=name, place=self.place.at(key), fills={})


def whole_trace(name: str) -> AddressError:
    """Return the error of a text or condition that names the whole course of a dial."""
    return AddressError(
        f"'{name}' is the whole course of a dial", f"Name one number, such as '{name}.mean'."
    )


def typed(level: str, number: bool) -> str | int:
    """Return a level as it is in the data."""
    return int(level) if number and level.lstrip("-").isdecimal() else level
