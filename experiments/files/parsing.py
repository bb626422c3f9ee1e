"""From plain data to frozen models; everything that a model finds wrong becomes a fault with its place and a remedy."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, TypeVar

from pydantic import ValidationError

from experiments.files.faults import Fault, InvalidFileError, Key, ValueFault, nearest, shortened
from experiments.files.model import PATTERNS, Model, Seen, keys_of
from experiments.files.source import Source
from experiments.files.traps import missing_space, no_space

M = TypeVar("M", bound=Model)


def parse(model: type[M], source: Source) -> M:
    """Convert a source to ``model``.

    Raises
    ------
    InvalidFileError
        Listing every fault that the model finds, and those of YAML.
    """
    seen = Seen()
    try:
        result = model.model_validate(source.tree, context=seen)
    except ValidationError as error:
        found = [
            _from_pydantic(source, each, seen)
            for each in error.errors()
            if not (_too_short_by_fault(each) or _follows(source, each))
        ]
        raise InvalidFileError([*source.faults, *found]) from error
    if source.faults:
        raise InvalidFileError(source.faults)
    return result


def _too_short_by_fault(error: Any) -> bool:
    """Whether a list is reported as too short because entries of it are faulty."""
    if error["type"] != "too_short":
        return False
    return bool(len(error["input"]) >= error["ctx"]["min_length"])


def _follows(source: Source, error: Any) -> bool:
    """Whether an error can be the consequence of a value that could not be read."""
    if not source.unread:
        return False
    key: Key = tuple(error["loc"])
    if error["type"] == "missing":
        return (*source.written(key[:-1]), key[-1]) in source.unread
    written = source.written(key)
    # A check of a whole model may miss what is missing from its unread parts.
    return any(
        written[: len(unread)] == unread
        or (error["type"] == "value_error" and unread[: len(written)] == written)
        for unread in source.unread
    )


def _from_pydantic(source: Source, error: Any, seen: Seen) -> Fault:
    key: Key = tuple(error["loc"])
    kind = error["type"]
    if kind == "extra_forbidden":
        return _unknown_key(source, source.written(key), seen)
    if kind == "missing":
        return source.fault(key[:-1], f"the key '{key[-1]}' is missing", f"Add '{key[-1]}:' here.")
    if kind == "no_kind":
        return _no_kind(source, key, error["input"], error["ctx"], seen)
    if kind == "value_error":
        reason = error["ctx"]["error"]
        if isinstance(reason, ValueFault):
            inner = (*key, reason.key) if reason.key else key
            return source.fault(inner, reason.found, reason.remedy, at=reason.at)
        found, _, remedy = str(reason).partition("; ")
        remedy = remedy.capitalize() if remedy else "See the documentation of this key."
        return source.fault(key, found, remedy, at=0)
    if kind in ("literal_error", "union_tag_invalid"):
        given = error["ctx"].get("tag", error["input"])
        expected = error["ctx"].get("expected") or error["ctx"].get("expected_tags")
        words = re.findall(r"'([^']*)'", str(expected))
        return source.fault(key, f"found {given!r}", nearest(given, words), at=0)
    found, remedy = _wrong_form(source, source.written(key), kind, error["input"]) or (
        f"found {shortened(error['input'])}",
        _remedy(error, seen),
    )
    return source.fault(key, found, remedy or _remedy(error, seen), at=0)


def _unknown_key(source: Source, key: Key, seen: Seen) -> Fault:
    """Return the fault of a key that its model does not have."""
    entry = source.value(key[:-1])
    name, owner = str(key[-1]), seen.models.get(id(entry))
    if owner and name in owner.elsewhere:
        return source.fault(key, "this key is unknown here", owner.elsewhere[name])
    known = keys_of(owner) if owner else ()
    remedy = nearest(name, known)
    if not remedy.startswith("Did"):
        kind = nearest(name, seen.kinds.get(id(entry), ()))
        remedy = kind if kind.startswith("Did") else _outdented(source, key, seen) or remedy
    return source.fault(key, "this key is unknown here", remedy)


def _outdented(source: Source, key: Key, seen: Seen) -> str:
    """Return the remedy for a key that belongs to an entry around it; an empty text if it does not."""
    for depth in range(len(key) - 2, -1, -1):
        outer = seen.models.get(id(source.value(key[:depth])))
        if outer and key[-1] in keys_of(outer):
            column = source.marks[key[: depth + 1]][1]
            return f"'{key[-1]}' goes with '{key[depth]}': begin it in column {column}."
    return ""


def _no_kind(source: Source, key: Key, entry: Any, context: dict[str, str], seen: Seen) -> Fault:
    """Return the fault of an entry of which no key, or more than one, says what it is."""
    kinds, known = context["kinds"].split(), context["known"].split()
    if not isinstance(entry, dict):
        written = source.written(key)
        found, remedy = f"found {shortened(entry)}", f"Write keys, one of them {_either(kinds)}."
        wrong = _wrong_form(source, written, "dict_type", entry) or (found, "")
        remedy = _outdented(source, written, seen) or wrong[1] or remedy
        return source.fault(key, wrong[0], remedy, at=0)
    several = [name for name in entry if name in kinds]
    if several:
        found = f"found the keys {', '.join(several)}, which do not go together"
        return source.fault(
            (*key, several[1]), found, "Keep one of them here, or write two entries."
        )
    found = f"found the keys {', '.join(map(str, entry))}" if entry else "found no keys"
    found += f"; one of {', '.join(kinds)} must say what this is"
    for name in entry:
        remedy = nearest(name, kinds)
        if name not in known and remedy.startswith("Did"):
            return source.fault((*key, name), found, remedy)
    return source.fault(key, found, f"Add {_either(kinds)}.")


def _either(words: Sequence[str]) -> str:
    *first, last = (f"{word}:" for word in words)
    return f"{', '.join(first)} or {last}" if first else last


_KEYS_WANTED = {"dict_type", "model_type", "model_attributes_type"}
_LIST_WANTED = {"tuple_type", "list_type"}


def _wrong_form(source: Source, key: Key, kind: str, value: Any) -> tuple[str, str] | None:
    """Return what was found and the remedy where a text, a list or keys are something else of the three.

    The remedy is '' if it is the one for any value of the wrong type.
    """
    raw = source.values[key].raw if key in source.values else ""
    if kind in ("too_short", "too_long"):
        number = "only" if kind == "too_short" else f"{len(value)}:"
        return f"found {number} {', '.join(map(str, value))[:40]}" if value else "found none", ""
    if isinstance(value, list):
        found = f"found a list ({', '.join(map(str, value))[:40]})"
        if kind == "string_type" and raw:
            return found, f'Write a text; if the brackets belong to it, in quotes: "{raw}".'
        if kind == "string_type":
            return found, "Write a text, without a dash before it."
        return (found, "") if kind in _KEYS_WANTED else None
    if isinstance(value, dict):
        found = f"found the keys {', '.join(map(str, value))[:40]}"
        if kind == "string_type":
            return found, "Write a text; if it begins with a brace, in quotes."
        return (found, "Write a list, each entry after a dash.") if kind in _LIST_WANTED else None
    if not isinstance(value, str):
        return None
    if kind in _KEYS_WANTED and (pair := missing_space(value)):
        return no_space(*pair)
    if kind in _LIST_WANTED and re.match(r"-[^\s-]", value):
        return (
            "found a text that begins with a dash",
            f"Write a space after each dash: '- {value[1:]}'.",
        )
    if kind in _LIST_WANTED and not re.search(r"[\[\]{}\n]", value):
        return f"found {shortened(value)}", f"Write a list: [{value}]."
    return None


_REMEDIES = {
    "string_type": "Write text.",
    "int_type": "Write a whole number.",
    "float_type": "Write a number.",
    **dict.fromkeys(_LIST_WANTED, "Write a list."),
    **dict.fromkeys(_KEYS_WANTED, "Write keys with values."),
    "too_long": "List at most {max_length}.",
    "too_short": "List at least {min_length}.",
}


def _remedy(error: Any, seen: Seen) -> str:
    """Return the remedy for a value of the wrong type or form."""
    kind, context = error["type"], error.get("ctx", {})
    if kind == "string_pattern_mismatch" and context["pattern"] in PATTERNS:
        return PATTERNS[context["pattern"]]
    owner = seen.models.get(id(error["input"]))
    if kind == "model_type" and owner is not None:
        fields = keys_of(owner)
        keys = sorted(fields, key=lambda key: not fields[key].is_required())
        are = "keys are" if len(keys) > 1 else "key is"
        return f"Write keys with values; the {are} {', '.join(keys)}."
    if kind in _REMEDIES:
        return _REMEDIES[kind].format(**context)
    return f"{error['msg'].replace('Input should', 'It should')}."
