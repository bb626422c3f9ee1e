"""The schemas for editors take every file that comes with compassion, and have a sentence for every key."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from editors import as_editors
from jsonschema import Draft202012Validator
from typer.testing import CliRunner

from compassion.commands.main import app
from compassion.commands.schema import schemas
from experiments.places import CHECKOUT, shipped_folder

SCHEMAS = schemas()
FILES = [
    *(("set", path) for path in sorted(shipped_folder("stimuli").glob("*/set.yaml"))),
    *(("scale", path) for path in sorted((shipped_folder("stimuli") / "scales").glob("*.yaml"))),
    *(("map", path) for path in sorted((CHECKOUT / "docs" / "reanalysis").glob("*.yaml"))),
]


def content(path: Path) -> Any:
    return as_editors(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(("kind", "path"), FILES, ids=lambda each: getattr(each, "stem", each))
def test_editors_take_every_shipped_file(kind: str, path: Path) -> None:
    found = Draft202012Validator(SCHEMAS[kind]).iter_errors(content(path))
    assert [f"{list(each.path)}: {each.message[:200]}" for each in found] == []


@pytest.mark.parametrize(
    ("kind", "key", "wrong"),
    [
        ("set", "licence", "license"),
        ("scale", "reverse", "reversed"),
        ("map", "participant", "subject"),
        ("lab", "values", "value"),
    ],
)
def test_editors_mark_a_misspelt_key(kind: str, key: str, wrong: str) -> None:
    trees = [content(path) for of, path in FILES if of == kind]
    tree = next((each for each in trees if key in each), {"values": {"contact": "us"}})
    validator = Draft202012Validator(SCHEMAS[kind])
    assert validator.is_valid(tree)
    assert not validator.is_valid({wrong if name == key else name: v for name, v in tree.items()})


@pytest.mark.parametrize("kind", list(SCHEMAS))
def test_every_key_has_a_sentence(kind: str) -> None:
    Draft202012Validator.check_schema(SCHEMAS[kind])
    models, without = SCHEMAS[kind].get("$defs", {}), []

    def look(node: Any, name: str) -> None:
        if isinstance(node, dict):
            for key, value in node.get("properties", {}).items():
                model = models.get(value.get("$ref", "").rpartition("/")[2], {})
                described = value.get("description") or model.get("description", "")
                if (
                    key != "else"
                    and not described.endswith((".", ":"))
                    and "(default" not in described
                ):
                    without.append(f"{name}.{key}: {described}")
            for key, value in node.items():
                look(value, f"{name}.{key}")
        elif isinstance(node, list):
            for value in node:
                look(value, name)

    look(SCHEMAS[kind], kind)
    assert without == []


def test_the_committed_schemas_are_those_that_the_command_writes(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["schema", "--to", str(tmp_path)])
    assert result.exit_code == 0
    for name in SCHEMAS:
        file = f"{name}.schema.json"
        committed = shipped_folder("protocols") / file
        assert committed.read_text("utf-8") == (tmp_path / file).read_text("utf-8")
