"""The values of a study: what a laboratory has to fill in before the first participant, and mistakes in them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from pathlib import Path

from experiments.errors import UserError
from experiments.files.faults import Fault, Key, nearest
from experiments.files.parsing import parse
from experiments.files.scalars import QuotedText
from experiments.files.source import Source
from experiments.protocol.cells import names_in_loop, names_in_texts
from experiments.protocol.lab import APPROVAL, FILE, Lab, is_filled_in, lines_of, read_lab
from experiments.protocol.names import LAB_VALUES, Names
from experiments.protocol.opened import OpenedStudy

_WORD = re.compile(r"(?i)yes|no|true|false|null|none|~")
_NUMBER = re.compile(r"-?[0-9.]+")
_BRACE = re.compile(r"\{[^{}]*\}?|\}")


def not_filled_in(opened: OpenedStudy) -> dict[str, str]:
    """Return the values that texts of a study use and nobody has filled in: name -> what the value is.

    A value that is in [brackets] is not filled in.
    """
    used = names_in_texts(opened)
    found = {
        name: what
        for name, what in LAB_VALUES.items()
        if name in used and not is_filled_in(opened.values.get(name, f"[{what}]"))
    }
    return found | {
        name: text.strip("[]")
        for name, text in opened.values.items()
        if name in used and name not in LAB_VALUES and not is_filled_in(text)
    }


def without_wording(opened: OpenedStudy) -> dict[str, str]:
    """Return the instruments of a study whose wording the laboratory must supply: id -> how."""
    return {
        name: f"put {scale.id}.items.yaml beside the protocol (stimuli/scales/README.md shows how)"
        for name, scale in opened.scales.items()
        if not scale.has_wording
    }


def how_to_fill_in(opened: OpenedStudy) -> str:
    """Return the lines of the laboratory's file that are missing, with its path, and the missing wordings."""
    wordings = [f"Wording of {name}: {how}." for name, how in without_wording(opened).items()]
    if not not_filled_in(opened):
        return "\n".join(wordings)
    return "\n".join([_lines_to_write(opened), *wordings])


def _lines_to_write(opened: OpenedStudy) -> str:
    path = lab_file(opened)
    do = (
        "Fill in, or add to"
        if path.exists()
        else "Write these lines, with your own texts for what is in [brackets], into"
    )
    return f"{do} {path}:\n\n{lines_of(not_filled_in(opened), opened.study.study)}"


def demand_values(opened: OpenedStudy) -> None:
    """Refuse to begin a session in which participants would read texts in brackets.

    Raises
    ------
    UserError
        If a value or the wording of an instrument is not filled in; the message has the lines to write.
    """
    if missing := [*not_filled_in(opened), *without_wording(opened)]:
        raise UserError(
            f"no session was started, because participants would read [brackets] instead of: {', '.join(missing)}.\n"
            f"{how_to_fill_in(opened)}"
        )


def lab_file(opened: OpenedStudy) -> Path:
    """Return the path of the laboratory's file of a study."""
    return opened.source.path.resolve().parent / FILE


def faults_of_values(opened: OpenedStudy) -> list[Fault]:
    """Return the mistakes in the values of a study and in its laboratory's file."""
    source, path = opened.source, lab_file(opened)
    found = [
        fault
        for name, text in opened.study.values.items()
        for fault in _mistake(source, ("values", name), name, text)
    ]
    if not path.exists():
        return found
    lab = read_lab(path)
    found += faults_of_lab(lab)
    found += [lab.fault(("values", name), what, remedy) for name, what, remedy in _clashes(opened)]
    missing = not_filled_in(opened)
    known = {*LAB_VALUES, *names_in_texts(opened)}
    written: list[tuple[Key, Collection[str]]] = [
        (("values", name), missing) for name in opened.lab.values if name not in known
    ]
    if APPROVAL in missing:
        written += [((APPROVAL, name), [opened.study.study]) for name in opened.lab.approval]
    for key, meant in written:
        remedy = nearest(key[-1], meant)
        if remedy.startswith("Did") and key[-1] not in meant:
            found.append(
                lab.fault(key, f"the study '{opened.study.study}' does not use this", remedy)
            )
    return found


def _clashes(opened: OpenedStudy) -> Iterator[tuple[str, str, str]]:
    """Yield the values of the laboratory whose names are something else in the study: name, what was found, remedy."""
    names, study = opened.names, opened.study
    known = set(names.clashes())
    for name in opened.lab.values:
        if name in study.values or name in LAB_VALUES:
            continue
        with_it = study.model_copy(update={"values": {**study.values, name: ""}})
        new = [
            each
            for each in Names(with_it, names.instruments, names.items).clashes()
            if each not in known
        ]
        for _, found, remedy in new:
            yield name, found, remedy
        for loop in names.loops if not new else ():
            items = names.items_of(loop)
            if items is not None and name in items.fields and name in names_in_loop(opened, loop):
                found = f"'{name}' is a value and a column of {loop.step.each}"
                yield name, found, "Give one of them another name."


def faults_of_lab(source: Source) -> list[Fault]:
    """Return the mistakes in the texts of a laboratory's file."""
    lab = parse(Lab, source)
    return [
        fault
        for section, texts in (("values", lab.values), (APPROVAL, lab.approval))
        for name, text in texts.items()
        for fault in _mistake(
            source, (section, name), name if section == "values" else section, text
        )
    ]


def _mistake(source: Source, key: Key, name: str, text: str) -> Iterator[Fault]:
    """Yield what is wrong with the text of a value."""
    if not text.strip():
        yield source.fault(key, "found no text", "Write one, or remove the line.", at=0)
    if brace := _BRACE.search(text):
        found = f"found '{brace[0]}', which participants would read exactly as it is written"
        yield source.fault(key, found, "Write the text itself; values have no braces.", at=0)
    typed = not isinstance(source.value(key), QuotedText) and name in LAB_VALUES
    if typed and (_WORD.fullmatch(text) or (name != "help_line" and _NUMBER.fullmatch(text))):
        found = f"found '{text}', where participants read: {LAB_VALUES[name]}"
        yield source.fault(
            key, found, "Write this text. If it really is this word, put it in quotes.", at=0
        )
