"""The JSON schema of studies, with which editors complete a study and explain each key."""

from __future__ import annotations

import re
from typing import Any

from experiments.files.scalars import FileSchema
from experiments.protocol.parts import LoadedPart, Parameter, parts
from experiments.protocol.steps import KINDS as STEPS
from experiments.protocol.steps import UseStep
from experiments.protocol.study_file import StudyFile
from experiments.questions import KINDS as QUESTIONS

_TEXT = {"type": ["string", "number", "boolean"]}


def schema() -> dict[str, Any]:
    """Return the JSON schema of a study, with the shipped parts and what can be set in each."""
    whole = StudyFile.model_json_schema(schema_generator=FileSchema)
    models = whole["$defs"]
    for kinds in (STEPS, QUESTIONS):
        _told_apart(models, {key: model.__name__ for key, model in kinds.items()})
    models["Question"] = {
        "oneOf": [{"$ref": f"#/$defs/{model.__name__}"} for model in QUESTIONS.values()]
    }
    use = models[UseStep.__name__]
    known = [versions[0] for versions in parts(None).found.values()]
    others = "|".join(loaded.part.part for loaded in known)
    other = {**use, "properties": {**use["properties"]}}
    other["properties"]["use"] = {
        **use["properties"]["use"],
        "pattern": rf"^(?!({others})(@|$))[a-z][a-z0-9_]*(@\d+(\.\d+)*)?$",
    }
    models[UseStep.__name__] = {"oneOf": [*(_of_part(use, loaded) for loaded in known), other]}
    clean = _cleaned(whole)
    names = {
        name: f"By{n}" for n, name in enumerate(sorted(n for n in models if n.startswith("By_")))
    }
    renamed = _renamed(clean, {f"#/$defs/{old}": f"#/$defs/{new}" for old, new in names.items()})
    renamed["$defs"] = {names.get(name, name): model for name, model in renamed["$defs"].items()}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **renamed,
        "title": "compassion study",
    }


def _told_apart(models: dict[str, Any], kinds: dict[str, str]) -> None:
    """Let an entry with several of the keys be what the first of them says, as the reader does."""
    keys = list(kinds)
    for place, (key, name) in enumerate(kinds.items()):
        model = models[name]
        earlier = [each for each in keys[:place] if each in model["properties"] and each != key]
        if earlier:
            model["not"] = {"anyOf": [{"required": [each]} for each in earlier]}


def _of_part(use: dict[str, Any], loaded: LoadedPart) -> dict[str, Any]:
    """Return the schema of a step that uses a part."""
    part = loaded.part
    versioned = rf"^{part.part}(@\d+(\.\d+)*)?$"
    properties = {
        **use["properties"],
        "use": {"type": "string", "pattern": versioned, "description": part.summary},
        **{name: _of_parameter(parameter) for name, parameter in part.parameters.items()},
    }
    needed = [name for name, parameter in part.parameters.items() if parameter.default is None]
    return {
        "type": "object",
        "description": part.summary,
        "properties": properties,
        "required": ["use", *needed],
        "additionalProperties": False,
    }


def _of_parameter(parameter: Parameter) -> dict[str, Any]:
    described = {"description": f"{parameter.described[0].upper()}{parameter.described[1:]}."}
    if parameter.kind == "questions":
        question = {"$ref": "#/$defs/Question"}
        return {**described, "type": "object", "additionalProperties": question}
    by = {"type": "object", "required": ["by"]}
    if parameter.kind == "yes_no":
        return {**described, "anyOf": [{"enum": ["yes", "no"]}, by]}
    if parameter.kind == "number":
        return {**described, "type": "number"}
    return (
        {**described, "anyOf": [_TEXT, by]} if parameter.kind == "text" else {**described, **_TEXT}
    )


def _cleaned(node: Any) -> Any:
    """Return a schema without titles and null, which no file has, and with limits of objects as such."""
    if isinstance(node, list):
        return [_cleaned(each) for each in node if each != {"type": "null"}]
    if not isinstance(node, dict):
        return node
    kept = {
        name: {key: _cleaned(each) for key, each in value.items()}
        if name in ("properties", "patternProperties", "$defs")
        else _cleaned(value)
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


def _renamed(node: Any, names: dict[str, str]) -> Any:
    if isinstance(node, list):
        return [_renamed(each, names) for each in node]
    if isinstance(node, dict):
        return {
            name: names.get(value, value) if name == "$ref" else _renamed(value, names)
            for name, value in node.items()
        }
    return node
