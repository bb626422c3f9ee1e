"""Writing out what a study only names: parts with their parameters, and steps that are repeated.

It works on the tree of the file, so that all steps are read by the same models, and keeps the file, line and column
of everything, so that a fault in a part is reported in the part.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from experiments.files.reading import Fault, Key, Source, nearest
from experiments.protocol.parts import (
    LoadedPart,
    Parameter,
    Parts,
    filled,
    find_part,
    holes,
    only_hole,
    parts,
)

_OF_STEP = ("use", "name", "when", "practice", "period", "time")


Wording = Callable[[str, Source, Key, Key], Any]
"""What is written in place of a text, given the text, its file, its key there, and its key in the whole study."""


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
        None,
        dict(source.marks),
        values=dict(source.values),
        comments=dict(source.comments),
        unread=set(source.unread),
    )
    inlining = _Inlining(source, into, wording, parts(source.path.resolve().parent))
    into.tree = inlining.copy(source.tree, source, (), (), {})
    flow = into.tree.get("flow")
    sessions = flow if isinstance(flow, dict) else {"": flow}
    for session, steps in sessions.items():
        if isinstance(steps, list):
            inlining.session(session, steps)
    return into, [*source.faults, *inlining.parts.faults, *inlining.faults]


class _Inlining:
    def __init__(self, study: Source, into: Source, wording: Wording, known: Parts) -> None:
        self.study = study
        self.into = into
        self.wording = wording
        self.parts = known
        self.faults: list[Fault] = []
        self.written: dict[str, list[Any]] = {}
        """Session -> its steps so far."""

    def session(self, name: str, steps: list[Any]) -> None:
        """Write out the steps of a session, in place."""
        key: Key = ("flow", name) if name else ("flow",)
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
        # A part within a part gets what is written out already.
        source = self.into if inside else self.study
        given = self._given(step, at, source, loaded)
        self.into.adopt((*at, "part"), self.into, (*at, "use"))
        del of_step["use"]
        flow = self.copy(loaded.source.tree["flow"], loaded.source, ("flow",), (*at, "flow"), given)
        return {**of_step, "part": loaded.address, "flow": flow}

    def _given(
        self, step: Mapping[str, Any], at: Key, source: Source, loaded: LoadedPart
    ) -> dict[str, Given]:
        """Return the parameters of a part with their values, from the step or the part's file."""
        part, parameters = loaded.part.part, loaded.part.parameters
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
                given[name] = Given(parameters[name].placeholder, parameters[name], source, key)
            else:
                given[name] = Given(value, parameters[name], source, key)
        for name, parameter in parameters.items():
            if name in given:
                continue
            value = parameter.default
            if value is None:
                found = f"the part '{part}' needs '{name}'"
                self._fault(at, found, f"Add '{name}: ...' here: {parameter.described}.")
                value = parameter.placeholder
            given[name] = Given(value, parameter, loaded.source, ("parameters", name, "default"))
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
        varied = [name for name, put in used.items() if isinstance(put.value, dict)]
        if not varied:
            return self._sentence(text, source, at, to, used)
        for other in varied[1:]:
            found = "two values that differ by condition are part of the same text"
            put = used[other]
            self.faults.append(put.source.fault(put.key, found, "Write one of them as a text."))
        if len(varied) > 1:
            return ""
        # The whole text differs by condition.
        (name,) = varied
        put, whole = used[name], {}
        for level, value in put.value.items():
            key = (*put.key, level)
            self.into.adopt((*to, level), put.source, key)
            if level != "by":
                one = {**used, name: replace(put, value=value, key=key)}
                value = self._sentence(text, source, at, (*to, level), one)
            whole[level] = value
        return whole

    def _sentence(
        self, text: str, source: Source, at: Key, to: Key, used: Mapping[str, Given]
    ) -> Any:
        """Return a text with the values of parameters, which are texts themselves, put into it."""
        worded = self._worded(text, source, at, to)
        if not used:
            return worded
        return filled(
            str(worded), {name: self._value(name, put, source, to) for name, put in used.items()}
        )

    def _worded(self, text: str, source: Source, at: Key, to: Key) -> Any:
        # What is in the study already has its wording.
        return text if source is self.into else self.wording(text, source, at, to)

    def _value(self, name: str, given: Given, part: Source, to: Key) -> str:
        """Return what takes the place of a parameter in a text of a part."""
        value = str(given.value)
        if given.parameter.kind == "text":
            value = str(self._worded(value, given.source, given.key, to))
        form = given.parameter.as_
        if form is None:
            return value
        if given.value in ("", "no"):
            return ""
        return filled(str(self._worded(form, part, ("parameters", name, "as"), to)), {name: value})

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
        where: Key = ("flow", other) if other else ("flow",)
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
    value = next((step[key] for key in ("part", "scale", "game", "each") if key in step), "")
    return str(value).partition("@")[0].removesuffix(".csv").removesuffix(".xlsx")
