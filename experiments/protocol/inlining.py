"""Writing out what a study only names: parts with their parameters, and steps that are repeated.

It works on the tree of the file, so that all steps are read by the same models, and keeps the file, line and column
of everything, so that a fault in a part is reported in the part.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from experiments.files.reading import Fault, Key, Source, nearest
from experiments.protocol.parts import (
    LoadedPart,
    Parameter,
    filled,
    find_part,
    holes,
    only_hole,
    parts,
)

Wording = Callable[[str, Source, Key, Key], Any]
"""What is written in place of a text, given the text, its file, its key there, and its key in the whole study."""

_OF_STEP = ("use", "name", "when", "practice", "period", "time")


def as_written(text: str, source: Source, at: Key, to: Key) -> str:
    """Return the text itself."""
    return text


@dataclass(frozen=True)
class Given:
    """The value of a parameter, with where it was written."""

    value: Any
    parameter: Parameter
    source: Source
    key: Key


@dataclass
class _Copy:
    """The tree being written, with the origin of each of its keys."""

    into: Source
    wording: Wording = as_written
    faults: list[Fault] = field(default_factory=list)

    def copy(self, node: Any, source: Source, at: Key, to: Key, given: Mapping[str, Given]) -> Any:
        """Copy a node of ``source`` to the key ``to``, with parameters replaced by their values."""
        self.into.adopt(to, source, at)
        if isinstance(node, str):
            return self._text(node, source, at, to, given)
        if isinstance(node, list):
            entries = []
            for index, entry in enumerate(node):
                kept = self._kept(entry, given)
                if kept is not None:
                    where = (*to, len(entries))
                    entries.append(self.copy(kept, source, (*at, index), where, given))
            return entries
        if isinstance(node, dict):
            whole: dict[Any, Any] = {}
            for name, value in node.items():
                hole = only_hole(name) if isinstance(name, str) else ""
                if hole in given:
                    put = self.copy(
                        given[hole].value or {}, given[hole].source, given[hole].key, to, {}
                    )
                    whole |= put
                else:
                    whole[name] = self.copy(value, source, (*at, name), (*to, name), given)
            return whole
        return node

    def _kept(self, entry: Any, given: Mapping[str, Given]) -> Any:
        """Return an entry of a list; None if its ``given`` names a parameter that is not set, or is no."""
        if not isinstance(entry, dict) or "given" not in entry:
            return entry
        value = given[entry["given"]].value if entry["given"] in given else None
        if value in (None, "", "no", False, {}):
            return None
        return {name: each for name, each in entry.items() if name != "given"}

    def _text(self, text: str, source: Source, at: Key, to: Key, given: Mapping[str, Given]) -> Any:
        hole = only_hole(text)
        if hole in given and given[hole].parameter.as_ is None:
            put = given[hole]
            return self.copy(put.value, put.source, put.key, to, {})
        values: dict[str, str] = {}
        for name in holes(text):
            if name in given:
                put = given[name]
                if isinstance(put.value, (dict, list)):
                    self.faults.append(
                        put.source.fault(
                            put.key,
                            "found keys or a list, but the part puts this into a sentence",
                            "Write one text here.",
                        )
                    )
                    continue
                values[name] = self._value(name, put, source, to)
        # What is copied from an earlier step of the study has its wording already.
        worded = text if source is self.into else self.wording(text, source, at, to)
        return filled(worded, values) if values else worded

    def _value(self, name: str, given: Given, source: Source, to: Key) -> str:
        """Return what takes the place of a parameter in a text of the part ``source``."""
        value = str(given.value)
        if given.parameter.text is not None:
            value = str(self.wording(value, given.source, given.key, to))
        form = given.parameter.as_
        if form is None:
            return value
        if given.value in ("", "no"):
            return ""
        whole = self.wording(form, source, ("parameters", name, "as"), to)
        return filled(str(whole), {name: value})


def inlined(source: Source, wording: Wording = as_written) -> tuple[Source, list[Fault]]:
    """Return the study with its parts and repeated steps written out, and the faults in how they are used.

    A step whose part cannot be found stays as it is.

    Parameters
    ----------
    wording
        What is written in place of each text.
    """
    into = Source(source.path, unread=set(source.unread))
    copy = _Copy(into, wording)
    known = parts(source.path.resolve().parent)
    whole: dict[Any, Any] = {}
    into.adopt((), source, ())
    for name, value in source.tree.items():
        if name != "flow":
            whole[name] = copy.copy(value, source, (name,), (name,), {})
            continue
        into.adopt(("flow",), source, ("flow",))
        if isinstance(value, dict):
            whole["flow"] = {}
            for session, steps in value.items():
                key: Key = ("flow", session)
                into.adopt(key, source, key)
                whole["flow"][session] = _steps(steps, source, key, copy, known, whole["flow"])
        else:
            whole["flow"] = _steps(value, source, ("flow",), copy, known, {})
    into.tree = whole
    return into, [*source.faults, *copy.faults]


def _steps(
    steps: Any,
    source: Source,
    key: Key,
    copy: _Copy,
    known: Mapping[str, list[LoadedPart]],
    sessions: Mapping[str, Any],
) -> Any:
    if not isinstance(steps, list):
        return copy.copy(steps, source, key, key, {})
    written: list[Any] = []
    for index, step in enumerate(steps):
        at = (*key, index)
        if isinstance(step, dict) and isinstance(step.get("use"), str):
            written.append(_part(step, source, at, copy, known))
        elif isinstance(step, dict) and isinstance(step.get("repeat"), str):
            written.append(_repeated(step, source, at, copy, written, sessions, key))
        else:
            written.append(copy.copy(step, source, at, at, {}))
    return written


def _part(
    step: dict[str, Any],
    source: Source,
    at: Key,
    copy: _Copy,
    known: Mapping[str, list[LoadedPart]],
) -> Any:
    try:
        loaded = find_part(step["use"], known)
    except LookupError as error:
        copy.faults.append(source.fault((*at, "use"), error.args[0], error.args[1]))
        known_keys = {name: value for name, value in step.items() if name in _OF_STEP}
        return copy.copy(known_keys, source, at, at, {})
    parameters = loaded.part.parameters
    given: dict[str, Given] = {}
    for name, value in step.items():
        if name in _OF_STEP:
            continue
        if name not in parameters:
            copy.faults.append(
                source.fault(
                    (*at, name),
                    f"the part '{loaded.part.part}' has no parameter '{name}'",
                    nearest(name, parameters)
                    + f" To change more, copy the part: compassion part copy {loaded.part.part}.",
                )
            )
        else:
            given[name] = Given(value, parameters[name], source, (*at, name))
    for name, parameter in parameters.items():
        if name not in given:
            if parameter.default is None:
                copy.faults.append(
                    source.fault(
                        at,
                        f"the part '{loaded.part.part}' needs '{name}'",
                        f"Add '{name}: ...' here: {parameter.described}.",
                    )
                )
            default: Key = ("parameters", name, "default")
            value = "" if parameter.default is None else parameter.default
            given[name] = Given(value, parameter, loaded.source, default)
    copy.into.adopt(at, source, at)
    whole: dict[str, Any] = {}
    for name in _OF_STEP[1:]:
        if name in step:
            whole[name] = copy.copy(step[name], source, (*at, name), (*at, name), {})
    copy.into.adopt((*at, "part"), source, (*at, "use"))
    whole["part"] = loaded.address
    whole["flow"] = copy.copy(
        loaded.source.tree["flow"], loaded.source, ("flow",), (*at, "flow"), given
    )
    return whole


def _repeated(
    step: dict[str, Any],
    source: Source,
    at: Key,
    copy: _Copy,
    earlier: list[Any],
    sessions: Mapping[str, Any],
    key: Key,
) -> Any:
    session, _, name = step["repeat"].rpartition(".")
    within = sessions.get(session, []) if session else earlier
    where: Key = ("flow", session) if session else key
    named = {
        _name(each): index
        for index, each in enumerate(within)
        if isinstance(each, dict) and _name(each)
    }
    if name not in named:
        copy.faults.append(
            source.fault(
                (*at, "repeat"),
                f"there is no earlier step '{step['repeat']}'",
                nearest(name, named),
            )
        )
        known_keys = {own: value for own, value in step.items() if own in (*_OF_STEP, "repeat")}
        return copy.copy(known_keys, source, at, at, {})
    whole = copy.copy(within[named[name]], copy.into, (*where, named[name]), at, {})
    whole.setdefault("name", name)
    for own, value in step.items():
        if own != "repeat":
            whole[own] = copy.copy(value, source, (*at, own), (*at, own), {})
    return whole


def _name(step: Mapping[str, Any]) -> str:
    """Return a step's name in addresses."""
    if "name" in step:
        return str(step["name"])
    value = next((step[key] for key in ("part", "scale", "game", "each") if key in step), "")
    return (
        str(value).partition("@")[0].removesuffix(".csv").removesuffix(".tsv").removesuffix(".xlsx")
    )
