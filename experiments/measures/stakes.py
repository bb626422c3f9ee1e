"""Stakes: whether the amounts given are really paid, paid by lottery, or hypothetical."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from experiments.files.reading import Model


class Money(Model):
    """A currency and the format of its amounts."""

    currency: str
    """ISO 4217 code, or 'points'."""
    prefix: str = ""
    suffix: str = ""
    decimals: Annotated[int, Field(ge=0, le=4)] = 0
    """Digits after the decimal point."""

    def format(self) -> dict[str, Any]:
        """Return the format of an amount for a screen."""
        return {"prefix": self.prefix, "suffix": self.suffix, "decimals": self.decimals}


class Stakes(Model):
    """The stakes of one mode of a study. Results of modes with different stakes are never pooled."""

    kind: Literal["real", "lottery", "hypothetical"]
    money: Money
    endowment: Annotated[float, Field(gt=0)]
    """Amount that the participant divides."""
    step: Annotated[float, Field(gt=0)] = 1.0
    """Smallest amount that can be given."""
    probability: Annotated[float, Field(gt=0, le=1)] | None = None
    """lottery: probability that a participant's decision is paid."""

    @model_validator(mode="after")
    def _consistent(self) -> Stakes:
        if (self.kind == "lottery") != (self.probability is not None):
            raise ValueError(
                f"found stakes '{self.kind}' {'without' if self.probability is None else 'with'} a"
                " probability; the probability of being paid is required for lottery stakes, and for no others"
            )
        steps = self.endowment / self.step
        if abs(steps - round(steps)) > 1e-9 or steps < 1:
            raise ValueError(
                f"found the endowment {self.endowment:g} in steps of {self.step:g};"
                " the endowment must be a whole number of steps"
            )
        return self
