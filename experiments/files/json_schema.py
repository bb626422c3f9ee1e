"""JSON schemas for editors, which complete the keys of a file and explain each."""

from __future__ import annotations

import re
from typing import Any

from experiments.files.model import Model
from experiments.files.scalars import FileSchema

DRAFT = "https://json-schema.org/draft/2020-12/schema"


def schema_of(model: type[Model], title: str) -> dict[str, Any]:
    """Return the JSON schema of the files that a model describes.

    Parameters
    ----------
    title
        What such a file is, such as ``compassion study``.
    """
    return titled(cleaned(model.model_json_schema(schema_generator=FileSchema)), title)


def titled(schema: dict[str, Any], title: str) -> dict[str, Any]:
    """Return a schema with its title and the standard that it follows."""
    return {"$schema": DRAFT, **schema, "title": title}


def cleaned(node: Any) -> Any:
    """Return a schema without titles and null, which is a text in files, and with limits of objects as such."""
    if isinstance(node, list):
        return [cleaned(each) for each in node if each != {"type": "null"}]
    if not isinstance(node, dict):
        return node
    kept = {
        name: {key: cleaned(each) for key, each in value.items()}
        if name in ("properties", "patternProperties", "$defs")
        else cleaned(value)
        for name, value in node.items()
        if not (name == "title" and isinstance(value, str))
        and not (name == "default" and value is None)
    }
    if kept.get("type") == "object":
        for old, new in (("minLength", "minProperties"), ("maxLength", "maxProperties")):
            if old in kept:
                kept[new] = kept.pop(old)
    description = kept.get("description")
    if isinstance(description, str):
        kept["description"] = re.sub(r"\s*\n\s*", " ", description).replace("``", "`")
    if len(kept.get("anyOf", ())) == 1:
        kept |= kept.pop("anyOf")[0]
    return kept
