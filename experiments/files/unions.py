"""Entries of which one key says what they are: ``rating:`` a rating, ``page:`` a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Union, get_args

from pydantic import BaseModel, Discriminator, GetCoreSchemaHandler, Tag, ValidationInfo
from pydantic_core import CoreSchema, core_schema

from experiments.files.model import Seen, keys_of


def one_of(*kinds: str) -> _OneOf:
    """Return the mark of a union of models of which one key says which of them an entry is.

    Each model requires exactly one of the keys. It may have others of them as keys that may be left out: with
    ``one_of("page", "ask")``, an entry with ``page`` and ``ask`` is the model that requires ``page`` and knows ``ask``.

    Examples
    --------
    >>> from pydantic import TypeAdapter
    >>> from experiments.files.model import Model
    >>> class Rating(Model):
    ...     rating: str
    >>> class Slider(Model):
    ...     slider: str
    >>> Question = Annotated[Rating | Slider, one_of("rating", "slider")]
    >>> TypeAdapter(Question).validate_python({"slider": "How warm?"})
    Slider(slider='How warm?')
    """
    return _OneOf(kinds)


@dataclass(frozen=True)
class _OneOf:
    kinds: tuple[str, ...]

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Return the schema of the union.

        Raises
        ------
        TypeError
            If a model does not require exactly one of the keys, or two models require the same one.
        """
        models: dict[str, type[BaseModel]] = {}
        for model in get_args(source):
            keys = keys_of(model)
            required = [each for each in self.kinds if each in keys and keys[each].is_required()]
            if len(required) != 1 or required[0] in models:
                kinds = ", ".join(self.kinds)
                raise TypeError(f"{model.__name__} must require one key of its own among {kinds}")
            models[required[0]] = model

        def tag(entry: Any) -> str | None:
            kind = _kind(entry, models)
            return None if kind is None else _tag(kind)

        tagged = tuple(Annotated[model, Tag(_tag(kind))] for kind, model in models.items())
        known = dict.fromkeys(key for model in models.values() for key in keys_of(model))
        discriminator = Discriminator(
            tag,
            custom_error_type="no_kind",
            custom_error_message="no key says what this is",
            custom_error_context={"kinds": " ".join(self.kinds), "known": " ".join(known)},
        )
        union = handler.generate_schema(Annotated[Union[tagged], discriminator])  # noqa: UP007
        return core_schema.with_info_before_validator_function(self._remember, union)

    def _remember(self, entry: Any, info: ValidationInfo) -> Any:
        # The reader looks up which keys a misspelt one was meant for.
        if isinstance(info.context, Seen) and isinstance(entry, dict):
            info.context.kinds[id(entry)] = self.kinds
        return entry


def _tag(kind: str) -> str:
    # No key of a file looks like this, so that the tag is never taken for one in the location of a fault.
    return f"<{kind}>"


def _kind(entry: Any, models: Mapping[str, type[BaseModel]]) -> str | None:
    """Return the key that says what an entry is; None if there is none, or if two do not go together."""
    if isinstance(entry, BaseModel):
        return next((kind for kind, model in models.items() if isinstance(entry, model)), None)
    if not isinstance(entry, dict):
        return None
    present = [kind for kind in models if kind in entry]
    return next((kind for kind in present if keys_of(models[kind]).keys() >= set(present)), None)
