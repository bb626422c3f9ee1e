"""The schema for editors takes every draft, and has a sentence for every key."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from editors import as_editors
from jsonschema import Draft202012Validator

from experiments.places import shipped_folder
from experiments.protocol.parts import parts
from experiments.protocol.schema import part_schema, schema
from experiments.protocol.steps import KINDS as STEPS
from experiments.questions import KINDS as QUESTIONS

FOLDERS = (shipped_folder("protocols"), shipped_folder("protocols") / "drafts")
FILES = {path.stem: path for folder in FOLDERS for path in sorted(folder.glob("*.yaml"))}


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    Draft202012Validator.check_schema(schema())
    return Draft202012Validator(schema())


def problems(validator: Draft202012Validator, text: str) -> list[str]:
    return [
        f"{list(each.path)}: {each.message[:200]}"
        for each in validator.iter_errors(as_editors(text))
    ]


@pytest.mark.parametrize("name", FILES)
def test_editors_take_every_draft(validator, name):
    assert problems(validator, FILES[name].read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("name", ["blame", "compassion_training", "dot_probe", "recategorisation"])
def test_editors_take_expansions(validator, drafts: Path, name):
    from experiments.protocol.check import read_study

    assert problems(validator, read_study(drafts / f"{name}.yaml").expansion.yaml) == []


SMALL = """\
study: small
title: A small study
factors: {within: {group: [ours, theirs]}}
flow:
  - {use: consent, about: people in difficulty}
  - {each: group, ask: {compassion: {rating: How much?, from: None, to: Much}}}
analysis: compassion ~ group
sample: {participants: 60}
"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("title:", "titel:"),
        ("within:", "wihtin:"),
        ("about:", "abuot:"),
        ("rating:", "ratign:"),
        ("from: None", "form: None"),
        ("participants: 60", "participants: many"),
        ("each: group", "each: group, page: {by: group, ours: [A]}"),
        ("use: consent, about: people in difficulty", "use: consent"),
    ],
)
def test_editors_mark_mistakes(validator, old, new):
    assert problems(validator, SMALL) == []
    assert problems(validator, SMALL.replace(old, new)) != []


PARTS = sorted((shipped_folder("protocols") / "parts").glob("*.yaml"))


@pytest.mark.parametrize("path", PARTS, ids=[path.stem for path in PARTS])
def test_editors_take_every_part(path: Path) -> None:
    validator = Draft202012Validator(part_schema())
    text = path.read_text(encoding="utf-8")
    assert problems(validator, text) == []
    assert problems(validator, text.replace("summary:", "sumary:")) != []


def test_every_key_has_a_sentence():
    whole = schema()
    without = []

    def look(node: Any, name: str) -> None:
        if isinstance(node, dict):
            for key, value in node.get("properties", {}).items():
                model = whole["$defs"].get(value.get("$ref", "").rpartition("/")[2], {})
                described = value.get("description") or model.get("description", "")
                if (
                    key != "else"
                    and not described.endswith((".", ":"))
                    and "(default" not in described
                ):
                    without.append(f"{name}.{key}: {described}")
            for key, value in node.items():
                look(
                    value,
                    name if key in ("properties", "oneOf", "anyOf", "items") else f"{name}.{key}",
                )
        elif isinstance(node, list):
            for value in node:
                look(value, name)

    look(whole, "study")
    assert without == []


def test_kinds_of_steps_and_questions_are_told_apart_by_their_key():
    models = schema()["$defs"]
    assert len(models["Question"]["oneOf"]) == len(QUESTIONS)
    for key, model in STEPS.items():
        if key != "use":
            assert key in models[model.__name__]["required"]


def test_each_part_has_its_parameters():
    known = [loaded.part for versions in parts(None).found.values() for loaded in versions[:1]]
    (*shipped, other) = schema()["$defs"]["UseStep"]["oneOf"]
    assert len(shipped) == len(known)
    for part, shown in zip(known, shipped, strict=True):
        assert set(part.parameters) <= set(shown["properties"])
    assert not re.search(other["properties"]["use"]["pattern"], "consent")
    assert re.search(other["properties"]["use"]["pattern"], "consent_of_ours")


def test_the_schema_for_editors_is_the_one_of_the_models():
    path = shipped_folder("protocols") / "study.schema.json"
    written = json.loads(path.read_text(encoding="utf-8"))
    assert written == json.loads(json.dumps(schema())), "run: compassion schema"
