"""What is written under each key of a model, for schemas and documentation.

Pydantic can read it too, but does so for every model whenever the program starts, which takes a second or more.
"""

from __future__ import annotations

import ast
import inspect
import sys
from functools import cache

from pydantic import BaseModel


def descriptions(model: type[BaseModel]) -> dict[str, str]:
    """Return the text under each field of a model: name of the field -> text, with the fields it inherits."""
    found: dict[str, str | None] = {}
    for each in reversed(model.__mro__[: model.__mro__.index(BaseModel)]):
        found |= _own(each.__module__, each.__qualname__)
    return {name: text for name in model.model_fields if (text := found.get(name)) is not None}


def _own(module: str, name: str) -> dict[str, str | None]:
    """Return the fields that a class itself names, each with the text under it if there is one."""
    known: list[ast.AST] = [_parsed(module)]
    for part in name.split("."):
        if part != "<locals>":
            known = [
                node
                for each in known
                for node in ast.iter_child_nodes(each)
                if isinstance(node, (ast.ClassDef, ast.FunctionDef)) and node.name == part
            ]
    if not known or not isinstance(known[-1], ast.ClassDef):
        return {}
    body = known[-1].body
    return {
        statement.target.id: _text(following)
        for statement, following in zip(body, [*body[1:], None], strict=True)
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name)
    }


def _text(statement: ast.stmt | None) -> str | None:
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
        value = statement.value.value
        return inspect.cleandoc(value) if isinstance(value, str) else None
    return None


@cache
def _parsed(module: str) -> ast.Module:
    try:
        return ast.parse(inspect.getsource(sys.modules[module]))
    except (OSError, TypeError):
        # It is built into Python.
        return ast.Module([], [])
