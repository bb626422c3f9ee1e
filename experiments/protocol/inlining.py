"""Writing out what a study only names: parts with their parameters, and steps that are repeated.

It works on the tree of the file, so that all steps are read by the same models, and keeps the file, line and column
of everything, so that a fault in a part is reported in the part.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from experiments.files.faults import Fault, Key, nearest
from experiments.files.source import Source
from experiments.protocol.parts import (
    IF_PAID,
    Parameter,
    Parts,
    filled,
    find_part,
    holes,
    only_hole,
    parts,
)
from experiments.protocol.screen_steps import NAMING, short_name
from experiments.protocol.study_file import entry_key, pays

Wording = Callable[[str, Source, Key, Key], Any]
"""What is written in place of a text, given the text, its file, its key there, and its key in the whole study."""

_OF_STEP = ("use", "name", "when", "practice", "period", "time", "back")


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


def inlined(source: Source, wording: Wording = as_written) -> tuple[Source, list[Fault]]:
    """Return the study with its parts and repeated steps written out, and the faults in how they are used.

    A step whose part cannot be found keeps only the keys that all steps have.

    Parameters
    ----------
    wording
        What is written in place of each text.
    """
    into = Source(
        source.path,
        _worded(source.tree, (), source, wording),
        dict(source.marks),
        values=dict(source.values),
        unread=set(source.unread),
    )
    inlining = _Inlining(source, into, parts(source.path.resolve().parent), wording)
    flow = into.tree.get("flow")
    sessions = flow if isinstance(flow, dict) else {"": flow}
    for session, steps in sessions.items():
        if isinstance(steps, list):
            inlining.session(session, steps)
    return into, [*source.faults, *inlining.parts.faults, *inlining.faults]


def _worded(node: Any, key: Key, source: Source, wording: Wording) -> Any:
    """Return a copy of a node of the study, with the wording of each text.

    The parameters of a part get their wording where the part uses them.
    """
    if isinstance(node, dict):
        as_it_is = node.keys() - _OF_STEP if "use" in node else ()
        return {
            name: value if name in as_it_is else _worded(value, (*key, name), source, wording)
            for name, value in node.items()
        }
    if isinstance(node, list):
        return [_worded(value, (*key, index), source, wording) for index, value in enumerate(node)]
    return wording(node, source, key, key) if isinstance(node, str) else node


class _Inlining:
    def __init__(self, source: Source, into: Source, known: Parts, wording: Wording) -> None:
        self.source = source
        self.into = into
        self.parts = known
        self.wording = wording
        self.faults: list[Fault] = []
        self.written: dict[str, list[Any]] = {}
        """Session -> its steps so far."""

    def session(self, name: str, steps: list[Any]) -> None:
        """Write out the steps of a session, in place."""
        key = entry_key("flow", name)
        self.written[name] = []
        for index, step in enumerate(steps):
            steps[index] = self._step(step, (*key, index), name, ())
            self.written[name].append(steps[index])

    def _step(self, step: Any, at: Key, session: str, inside: Sequence[str]) -> Any:
        """Return a step written out.

        Parameters
        ----------
        inside
            Names of the parts around the step.
        """
        if not isinstance(step, dict):
            return step
        if isinstance(step.get("use"), str):
            step = self._part(step, at, inside)
            inside = (*inside, str(step.get("part", "")).partition("@")[0])
        elif isinstance(step.get("repeat"), str):
            return self._repeated(step, at, session)
        if isinstance(step.get("flow"), list):
            step["flow"] = [
                self._step(each, (*at, "flow", index), session, inside)
                for index, each in enumerate(step["flow"])
            ]
        return step

    def _fault(self, key: Key, found: str, remedy: str) -> None:
        self.faults.append(self.into.fault(key, found, remedy))

    def _part(self, step: dict[str, Any], at: Key, inside: Sequence[str]) -> dict[str, Any]:
        of_step = {name: step[name] for name in _OF_STEP if name in step}
        name = step["use"].partition("@")[0]
        if name in self.parts.faulty:
            return of_step
        if name in inside:
            self._fault((*at, "use"), f"the part '{name}' uses itself", "Remove this step.")
            return of_step
        try:
            loaded = find_part(step["use"], self.parts.found)
        except LookupError as error:
            self._fault((*at, "use"), *error.args)
            return of_step
        given = self._given(step, at, loaded.part.part, loaded.part.parameters, loaded.source)
        self.into.adopt((*at, "part"), self.into, (*at, "use"))
        del of_step["use"]
        flow = self.copy(loaded.source.tree["flow"], loaded.source, ("flow",), (*at, "flow"), given)
        return {**of_step, "part": loaded.address, "flow": flow}

    def _given(
        self,
        step: Mapping[str, Any],
        at: Key,
        part: str,
        parameters: Mapping[str, Parameter],
        source: Source,
    ) -> dict[str, Given]:
        """Return the parameters of a part with their values, from the step or the part's file."""
        given: dict[str, Given] = {}
        for name, value in step.items():
            key = (*at, name)
            if name in _OF_STEP:
                continue
            if name not in parameters:
                remedy = nearest(name, parameters)
                remedy += f" To change more, copy the part: compassion part copy {part}."
                self._fault(key, f"the part '{part}' has no parameter '{name}'", remedy)
            elif wrong := parameters[name].wrong(value):
                self._fault(key, *wrong)
                given[name] = Given(
                    parameters[name].placeholder, parameters[name], self.source, key
                )
            else:
                given[name] = Given(value, parameters[name], self.source, key)
        for name, parameter in parameters.items():
            if name in given:
                continue
            value = parameter.default
            if value == IF_PAID:
                tree = self.source.tree
                value = "yes" if pays(tree.get("stakes"), tree.get("declares")) else "no"
            if value is None:
                found = f"the part '{part}' needs '{name}'"
                self._fault(at, found, f"Add '{name}: ...' here: {parameter.described}.")
                value = parameter.placeholder
            given[name] = Given(value, parameter, source, ("parameters", name, "default"))
        return given

    def copy(self, node: Any, source: Source, at: Key, to: Key, given: Mapping[str, Given]) -> Any:
        """Copy a node of ``source`` to the key ``to``, with parameters replaced by their values."""
        self.into.adopt(to, source, at)
        if isinstance(node, str):
            return self._text(node, source, at, to, given)
        if isinstance(node, list):
            return [
                self.copy(entry, source, (*at, index), (*to, index), given)
                for index, entry in enumerate(node)
            ]
        whole: dict[str, Any] = {}
        for name, value in node.items():
            hole = only_hole(name)
            if hole in given and given[hole].parameter.kind == "questions":
                put = given[hole]
                whole |= self.copy(put.value, put.source, put.key, to, {})
            else:
                whole[name] = self.copy(value, source, (*at, name), (*to, name), given)
        return whole

    def _text(self, text: str, source: Source, at: Key, to: Key, given: Mapping[str, Given]) -> Any:
        hole = only_hole(text)
        if hole in given and given[hole].parameter.as_ is None:
            put = given[hole]
            return self.copy(put.value, put.source, put.key, to, {})
        used = {name: given[name] for name in holes(text) if name in given}
        varied = [put for put in used.values() if isinstance(put.value, dict)]
        if not varied:
            return self._sentence(text, source, at, to, used)
        (put, *others) = varied
        for other in others:
            found = "two values that differ by condition are part of the same text"
            self.faults.append(other.source.fault(other.key, found, "Write one of them as a text."))
        if others:
            return ""
        # The whole text differs by condition.
        name = next(name for name in used if used[name] is put)
        whole = {}
        for level, value in put.value.items():
            self.into.adopt((*to, level), put.source, (*put.key, level))
            if level != "by":
                of_level = replace(put, value=value, key=(*put.key, level))
                value = self._sentence(text, source, at, (*to, level), {**used, name: of_level})
            whole[level] = value
        return whole

    def _sentence(
        self, text: str, source: Source, at: Key, to: Key, used: Mapping[str, Given]
    ) -> Any:
        # What is copied from an earlier step of the study has its wording already.
        worded = text if source is self.into else self.wording(text, source, at, to)
        if not used:
            return worded
        return filled(worded, {name: self._value(name, used[name], source, to) for name in used})

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

    def _repeated(self, step: dict[str, Any], at: Key, session: str) -> Any:
        other, _, name = step["repeat"].rpartition(".")
        other = other or session
        named = {
            _name(each): index
            for index, each in enumerate(self.written.get(other, []))
            if isinstance(each, dict) and _name(each)
        }
        if name not in named:
            known = [
                f"{where}.{_name(each)}" if where and where != session else _name(each)
                for where, steps in self.written.items()
                for each in steps
                if isinstance(each, dict) and _name(each)
            ]
            found = f"there is no earlier step '{step['repeat']}'"
            self._fault((*at, "repeat"), found, nearest(step["repeat"], known))
            return {own: step[own] for own in (*_OF_STEP, "repeat") if own in step}
        where = entry_key("flow", other)
        own_keys = {own: value for own, value in step.items() if own != "repeat"}
        own_places = [
            (key, self.into.marks[key]) for key in self.into.marks if key[: len(at)] == at
        ]
        values = {key: self.into.values[key] for key, _ in own_places if key in self.into.values}
        earlier = self.written[other][named[name]]
        whole = self.copy(earlier, self.into, (*where, named[name]), at, {})
        # What the repeated step itself says keeps its place.
        for key, mark in own_places:
            if key == at or key[len(at)] in own_keys:
                self.into.marks[key] = mark
                self.into.files.pop(key, None)
        self.into.values.update(
            {key: place for key, place in values.items() if key != at and key[len(at)] in own_keys}
        )
        whole.setdefault("name", name)
        return {**whole, **own_keys}


def _name(step: Mapping[str, Any]) -> str:
    """Return a step's name in addresses."""
    if "name" in step:
        return str(step["name"])
    return short_name(str(next((step[key] for key in NAMING if key in step), "")))
