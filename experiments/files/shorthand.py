"""Values that can be written in a shorter form, and how the JSON schema shows both."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import GetJsonSchemaHandler
from pydantic_core import CoreSchema


@dataclass(frozen=True)
class Shorthand:
    """Mark of a type with a shorter form, which a validator before it makes whole.

    >>> from typing import Annotated
    >>> from pydantic import BeforeValidator, TypeAdapter
    >>> as_list = BeforeValidator(lambda given: given if isinstance(given, list) else [given])
    >>> Words = Annotated[list[str], as_list, Shorthand(lambda whole: whole["items"])]
    >>> TypeAdapter(Words).json_schema()
    {'anyOf': [{'type': 'string'}, {'items': {'type': 'string'}, 'type': 'array'}]}
    """

    short: Callable[[dict[str, Any]], dict[str, Any]]
    """Schema of the whole form -> schema of the short one."""

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Return the schema of both forms."""
        whole: dict[str, Any] = dict(handler(schema))
        return {"anyOf": [self.short(whole), whole]}
