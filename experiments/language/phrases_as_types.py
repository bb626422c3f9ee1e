"""Phrases as types of keys: a text that is parsed when the file is read, and written back as the phrase."""
# Provisional bodies until the grammars are merged.
from typing import Annotated, Any

from pydantic import Field

_P = Annotated[str, Field(pattern=r"\S")]
ConditionPhrase = DurationPhrase = AmountPhrase = SharePhrase = PayPhrase = FormulaPhrase = _P
ContrastPhrase = ClaimPhrase = ExpressionPhrase = ExclusionPhrase = _P
