"""Stakes: whether an amount given is really paid, paid by lottery, or only imagined."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from experiments.files.reading import Model


class Money(Model):
    """How amounts of a currency are written and counted."""

    currency: str
    """ISO 4217 code, or 'points'."""
    prefix: str = ""
    suffix: str = ""
    decimals: Annotated[int, Field(ge=0, le=4)] = 0
    """Digits after the decimal point."""

    def written(self) -> dict[str, Any]:
        """Return what a screen needs to write an amount."""
        return {"prefix": self.prefix, "suffix": self.suffix, "decimals": self.decimals}


class Stakes(Model):
    """What is at stake in one mode of a study. Results of different stakes are never pooled."""

    kind: Literal["real", "lottery", "hypothetical"]
    money: Money
    endowment: Annotated[float, Field(gt=0)]
    """Amount the participant divides."""
    step: Annotated[float, Field(gt=0)] = 1.0
    """Smallest amount that can be moved."""
    probability: Annotated[float, Field(gt=0, le=1)] | None = None
    """lottery: chance that a participant's decision is carried out."""

    @model_validator(mode="after")
    def _consistent(self) -> Stakes:
        if (self.kind == "lottery") != (self.probability is not None):
            raise ValueError(
                f"found stakes '{self.kind}' {'without' if self.probability is None else 'with'} a"
                " probability; lottery stakes, and only they, state the probability of being paid"
            )
        steps = self.endowment / self.step
        if abs(steps - round(steps)) > 1e-9 or steps < 1:
            raise ValueError(
                f"found the endowment {self.endowment:g} in steps of {self.step:g};"
                " the endowment is a whole number of steps"
            )
        return self
