"""The JSON schema of studies, with which editors complete a study and explain each key."""

from __future__ import annotations

from typing import Any

from experiments.files.json_schema import cleaned, schema_of, titled
from experiments.files.scalars import FileSchema
from experiments.protocol.parts import LoadedPart, Parameter, Part, parts
from experiments.protocol.steps import KINDS as STEPS
from experiments.protocol.steps import UseStep
from experiments.protocol.study_file import StudyFile
from experiments.questions import KINDS as QUESTIONS

HOLE = {"type": "string", "pattern": r"\{[a-z][a-z0-9_]*\}"}
"""A parameter in braces."""
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
    clean = cleaned(whole)
    names = {
        name: f"By{n}" for n, name in enumerate(sorted(n for n in models if n.startswith("By_")))
    }
    renamed = _renamed(clean, {f"#/$defs/{old}": f"#/$defs/{new}" for old, new in names.items()})
    renamed["$defs"] = {names.get(name, name): model for name, model in renamed["$defs"].items()}
    return titled(renamed, "compassion study")


def part_schema() -> dict[str, Any]:
    """Return the JSON schema of a part: its steps are those of a study, in which ``{name}`` can take the place of a value."""
    study = schema()
    part = schema_of(Part, "compassion part")
    steps = study["properties"]["flow"]["anyOf"]
    steps = next(each for each in steps if each.get("type") == "array")
    with_holes = _with_holes({"flow": steps, "$defs": study["$defs"]})
    part["properties"]["flow"] |= with_holes["flow"]
    part["$defs"] |= with_holes["$defs"]
    return part


def _with_holes(node: Any) -> Any:
    """Return a schema that takes ``{name}`` for every number and choice, and ``given`` in every step."""
    if isinstance(node, list):
        return [_with_holes(each) for each in node]
    if not isinstance(node, dict):
        return node
    found = {key: _with_holes(value) for key, value in node.items()}
    if node.get("type") in ("number", "integer", "boolean") or "enum" in node:
        described = {"description": found.pop("description")} if "description" in found else {}
        return {**described, "anyOf": [found, HOLE]}
    return found


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


def _renamed(node: Any, names: dict[str, str]) -> Any:
    if isinstance(node, list):
        return [_renamed(each, names) for each in node]
    if isinstance(node, dict):
        return {
            name: names.get(value, value) if name == "$ref" else _renamed(value, names)
            for name, value in node.items()
        }
    return node
