"""Phrases as types of keys: a text that is parsed when the file is read, and written back as the phrase."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

from pydantic import GetPydanticSchema, WithJsonSchema
from pydantic_core import core_schema

from experiments.language.columns import Column, parse_column
from experiments.language.conditions import Condition, parse_condition
from experiments.language.contrasts import Claim, Contrast, parse_claim, parse_contrast
from experiments.language.exclusions import Exclusion, parse_exclusion
from experiments.language.formulas import Formula, parse_formula
from experiments.language.quantities import (
    Amount,
    Duration,
    Pay,
    Share,
    parse_amount,
    parse_duration,
    parse_number,
    parse_pay,
    parse_share,
)


def phrase(parse: Callable[[Any], Any], *examples: Any, map_too: bool = False) -> Any:
    """Return the annotations of a key whose text is parsed by ``parse``.

    Parameters
    ----------
    examples
        Phrases that are shown in the schema.
    map_too
        Whether the phrase can be a map of phrases as well.
    """

    def read(given: Any) -> Any:
        if isinstance(given, str) or (map_too and isinstance(given, dict)):
            return parse(given)
        if isinstance(given, (list, dict)):
            what = "a list" if isinstance(given, list) else "a map"
            raise ValueError(f"found {what}; write a phrase such as '{examples[0]}'")
        return given

    # Editors read `8` as a number, and `1 - 8` as a text.
    scalar = {"type": ["string", "number"]}
    text: dict[str, Any] = {**scalar, "examples": list(examples)}
    of_map = {"type": "object", "additionalProperties": scalar}
    shown = {"anyOf": [text, of_map]} if map_too else text
    validate = core_schema.no_info_plain_validator_function(read)
    return GetPydanticSchema(lambda source, handler: validate), WithJsonSchema(shown)


def _units(text: str) -> Amount | Decimal:
    return parse_amount(text) if any(sign.isalpha() for sign in text) else parse_number(text)


if TYPE_CHECKING:
    ConditionPhrase: TypeAlias = Condition
    DurationPhrase: TypeAlias = Duration
    AmountPhrase: TypeAlias = Amount
    UnitsPhrase: TypeAlias = Amount | Decimal
    SharePhrase: TypeAlias = Share
    PayPhrase: TypeAlias = Pay
    FormulaPhrase: TypeAlias = Formula
    ContrastPhrase: TypeAlias = Contrast
    ClaimPhrase: TypeAlias = Claim
    ExpressionPhrase: TypeAlias = Column
    ExclusionPhrase: TypeAlias = Exclusion
else:
    ConditionPhrase = Annotated[Condition, *phrase(parse_condition, "mode = real or lottery")]
    DurationPhrase = Annotated[Duration, *phrase(parse_duration, "500 ms", "5 s", "14 days")]
    AmountPhrase = Annotated[Amount, *phrase(parse_amount, "5 USD")]
    UnitsPhrase = Annotated[Amount | Decimal, *phrase(_units, "10", "10 USD")]
    SharePhrase = Annotated[Share, *phrase(parse_share, "10 %")]
    PayPhrase = Annotated[Pay, *phrase(parse_pay, "everyone", "1 in 10", "nobody")]
    FormulaPhrase = Annotated[Formula, *phrase(parse_formula, "donation ~ victim")]
    ContrastPhrase = Annotated[
        Contrast, *phrase(parse_contrast, "identified - statistical", map_too=True)
    ]
    ClaimPhrase = Annotated[Claim, *phrase(parse_claim, "ours > theirs", map_too=True)]
    ExpressionPhrase = Annotated[Column, *phrase(parse_column, "log(answer.time)")]
    ExclusionPhrase = Annotated[
        Exclusion, *phrase(parse_exclusion, "attention wrong", "duration < 1/3 median")
    ]
