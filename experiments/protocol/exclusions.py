"""Exclusion rules: which sessions are excluded from the analysis, which measures the rules need, and their wording.

Each is applied by the function of the same name in ``analysis/data/exclusion_rules.py``.
"""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from experiments.files.reading import Distinct, Model


class Exclusion(Model):
    """Base class of all exclusion rules."""

    always: ClassVar[bool] = False
    """Whether the rule is applied in every analysis, even in those without exclusions."""
    title: ClassVar[str]
    """Name of the rule in tables, in two or three words."""
    condition: ClassVar[str]
    """When the rule excludes a session, as a clause with the rule's fields in braces."""

    rule: str
    sensitivity_only: bool = False
    """Whether the rule is applied only in the sensitivity analysis."""

    def needs(self, outcome: str) -> tuple[str, ...]:
        """Return the measures that the rule uses.

        Parameters
        ----------
        outcome
            The primary measure of the study.
        """
        return ()

    def before_treatment(self) -> tuple[str, ...]:
        """Return the measures that must be asked before the manipulation, since it could affect them."""
        return ()

    def words(self) -> str:
        """Return when the rule excludes a session, as a clause."""
        words = self.condition.format(**dict(self))
        return f"{words} (sensitivity analysis only)" if self.sensitivity_only else words


class NoConsent(Exclusion):
    """No consent was given."""

    always = True
    title = "No consent"
    condition = "no consent was given"
    rule: Literal["no_consent"]

    def needs(self, outcome: str) -> tuple[str, ...]:
        return ("consent",)


class Duplicate(Exclusion):
    """The participant had an earlier session; only the first one counts."""

    always = True
    title = "Repeated participation"
    condition = "the participant had an earlier session"
    rule: Literal["duplicate"]


class UnderAge(Exclusion):
    """The age given is below the minimum age of the eligibility step."""

    always = True
    title = "Under age"
    condition = "the age given is below the minimum age"
    rule: Literal["under_age"]

    def needs(self, outcome: str) -> tuple[str, ...]:
        return ("age",)


class FailedChecks(Exclusion):
    """All of the named checks were failed."""

    title = "Failed all checks"
    condition = "all of these checks were failed: {{checks}}"
    rule: Literal["failed_checks"]
    checks: Annotated[tuple[str, ...], Field(min_length=1), Distinct]
    """The checks; a session in which all of them were failed is excluded."""

    def needs(self, outcome: str) -> tuple[str, ...]:
        return self.checks

    def before_treatment(self) -> tuple[str, ...]:
        return self.checks

    def words(self) -> str:
        names = ", ".join(name.replace("_", " ") for name in self.checks)
        return super().words().format(checks=names)


class TooFast(Exclusion):
    """The session took less than a fraction of the median time."""

    title = "Too fast"
    condition = "the session took less than {fraction:.0%} of the median time"
    rule: Literal["too_fast"]
    fraction: Annotated[float, Field(gt=0, lt=1)]
    """Minimum share of the median time to completion."""


class MissingPrimary(Exclusion):
    """The primary measure was never answered."""

    title = "No primary answer"
    condition = "the primary measure was never answered"
    rule: Literal["missing_primary"]

    def needs(self, outcome: str) -> tuple[str, ...]:
        return (outcome,)


class DeviceFailure(Exclusion):
    """A device failure is recorded in the journal."""

    title = "Device failed"
    condition = "the device failed"
    rule: Literal["device_failure"]


class Incomplete(Exclusion):
    """The session was not completed."""

    title = "Not completed"
    condition = "the session did not reach its end"
    rule: Literal["incomplete"]


#: Name of each rule -> its class.
RULES: dict[str, type[Exclusion]] = {
    name: kind
    for kind in Exclusion.__subclasses__()
    for name in kind.model_fields["rule"].annotation.__args__  # type: ignore[union-attr]
}

if TYPE_CHECKING:
    AnyExclusion = Exclusion
else:
    AnyExclusion = Annotated[reduce(or_, RULES.values()), Field(discriminator="rule")]
