"""Parts of one question that are answered together: what one part becomes can change the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from experiments.lab.form import Form
from experiments.screen import Ask


@dataclass
class Together:
    """The parts of one question in a form."""

    asks: Sequence[Ask]
    form: Form
    missing: Callable[[dict[str, float]], str]
    """Returns what numbers lack to be an answer, for the participant; '' if they lack nothing."""

    def __post_init__(self) -> None:
        self.check()

    def numbers(self) -> dict[str, float]:
        """Return the numbers given so far."""
        given = {ask.measure: self.form.value(ask) for ask in self.asks}
        return {name: float(value) for name, value in given.items() if value is not None}

    def give(self, numbers: dict[str, float], time: float, device: str, moving: bool) -> None:
        """Give these numbers to the parts; those that are not among them are open."""
        for ask in self.asks:
            if ask.measure not in numbers:
                self.form.open(ask)
                continue
            value = numbers[ask.measure]
            whole = float(value).is_integer()
            self.form.answer(ask, int(value) if whole else value, time, device, moving)
        self.check()

    def check(self) -> None:
        """Note in the form what is missing."""
        first, numbers = self.asks[0].measure, self.numbers()
        self.form.faults.pop(first, None)
        if numbers and (missing := self.missing(numbers)):
            self.form.faults[first] = missing
