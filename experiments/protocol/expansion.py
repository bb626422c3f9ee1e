"""The expansion: a study with everything written out that its file leaves to parts and defaults.

The expansion is what is hashed, preregistered, shown to an ethics committee and copied beside the data. Reading it
gives the same expansion.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from pydantic.fields import FieldInfo

from experiments.files.faults import Key
from experiments.files.model import Model
from experiments.files.writing import to_yaml
from experiments.language.by import By
from experiments.language.contrasts import Contrast
from experiments.protocol.steps import PartStep
from experiments.protocol.study_file import StudyFile

_UNNAMED = ("flow", "hypothesis", "analysis")
"""Sections whose only entry needs no name."""


@dataclass(frozen=True)
class Expansion:
    """A study written out."""

    tree: dict[str, Any]
    """Mappings, lists and texts."""
    comments: dict[Key, str]
    """Key -> where its value comes from, if it is not in the study's file."""

    @property
    def yaml(self) -> str:
        """The text, with comments on where each default comes from."""
        return to_yaml(self.tree, self.comments)

    @cached_property
    def hash(self) -> str:
        """First 16 hex digits of the SHA-256 of the content, without comments and layout."""
        # The order of the keys counts: the first mode and the first hypothesis are the primary ones.
        content = json.dumps(self.tree, ensure_ascii=False)
        return hashlib.sha256(content.encode()).hexdigest()[:16]


def expansion(study: StudyFile, files: Mapping[str, str]) -> Expansion:
    """Return the expansion of a study whose parts are written out.

    Parameters
    ----------
    files
        File, stimulus set or instrument that the study uses -> hash of its content.
    """
    comments: dict[Key, str] = {}
    tree = _model(study, (), comments)
    if files:
        tree["files"] = dict(sorted(files.items()))
        comments[("files",)] = "first digits of the SHA-256 of what each contains"
    for section in _UNNAMED:
        if list(tree.get(section, {})) == [""]:
            tree[section] = tree[section][""]
            moved = {key: text for key, text in comments.items() if key[:2] == (section, "")}
            for key, text in moved.items():
                del comments[key]
                comments[(section, *key[2:])] = text
    return Expansion(tree, comments)


def _model(model: Model, key: Key, comments: dict[Key, str]) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for name, field in _in_order(type(model)):
        value = getattr(model, name)
        written = field.alias or name
        # What has no effect is not written: a key that a later version adds must not change an old expansion.
        without = value is None or value is False or value in ((), {}, "") or _nothing(value)
        if without and not field.is_required() and value == field.get_default():
            continue
        at = (*key, written)
        tree[written] = _plain(value, at, comments)
        if name not in model.model_fields_set and key[-1:] != ("default",):
            comments[at] = "default"
    if isinstance(model, PartStep):
        comments[(*key, "part")] = "written out from the part"
    return tree


def _in_order(kind: type[Model]) -> list[tuple[str, FieldInfo]]:
    """Return the fields of a model: name and condition, then what it is, then the keys it has from its base class."""
    own = [name for name in kind.model_fields if name in kind.__annotations__]
    first = [name for name in ("name", "when") if name in kind.model_fields and name not in own]
    names = dict.fromkeys([*first, *own, *kind.model_fields])
    return [(name, kind.model_fields[name]) for name in names]


def _nothing(value: Any) -> bool:
    """Return whether a model has nothing but defaults that have no effect."""
    return isinstance(value, Model) and not _model(value, ("default",), {})


def _plain(value: Any, key: Key, comments: dict[Key, str]) -> Any:
    if isinstance(value, By):
        levels = {
            level: _plain(each, (*key, level), comments) for level, each in value.levels.items()
        }
        names: Any = value.by[0] if len(value.by) == 1 else list(value.by)
        other = (
            {}
            if value.otherwise is None
            else {"else": _plain(value.otherwise, (*key, "else"), comments)}
        )
        return {"by": names, **levels, **other}
    if isinstance(value, Model):
        return _model(value, key, comments)
    if isinstance(value, Contrast):
        return value.as_map
    if isinstance(value, Mapping):
        if value and all(each is None for each in value.values()):
            return list(value)
        return {
            str(name): _plain(each, (*key, str(name)), comments) for name, each in value.items()
        }
    if isinstance(value, (tuple, list)):
        return [_plain(each, (*key, index), comments) for index, each in enumerate(value)]
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return format(Decimal(repr(value)), "f").removesuffix(".0")
    return str(value)
