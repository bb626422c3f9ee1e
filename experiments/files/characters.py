"""The characters of a file: their encoding, and tabs and invisible characters, which do not belong in it."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections import defaultdict
from pathlib import Path

from experiments.files.faults import Fault, InvalidFileError
from experiments.files.source import Source

#: Greatest size of a file, in bytes; a study has fewer than 60,000.
MAX_SIZE = 5_000_000
#: Control characters, and characters without width other than those that join letters or set their direction.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u180e\u200b\u2028\u2029\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff]"
)
#: A space as wide as a common one, before or behind the key of a line: it looks like an indentation and is none.
_HARD_SPACE = re.compile(r"(?m)^(?:[ -]*(?:[A-Za-z_][\w ]*:)?)([\u00a0\u2007\u202f]+)")
_MARKS = {
    b"\xff\xfe\x00\x00": "UTF-32",
    b"\x00\x00\xfe\xff": "UTF-32",
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
}


def decoded(source: Source) -> str:
    """Return the text of a file in UTF-8, with or without a byte order mark, each of its lines ended by ``\\n``.

    Raises
    ------
    InvalidFileError
        If the file cannot be opened, is too large or is in another encoding.
    """
    try:
        with source.path.open("rb") as file:
            data = file.read(MAX_SIZE + 1)
    except FileNotFoundError as error:
        fault = source.fault((), "there is no such file", _meant(source.path))
        raise InvalidFileError([fault]) from error
    except OSError as error:
        found = f"the file cannot be read: {error.strerror or error}"
        fault = source.fault((), found, "Check the path and the permissions.")
        raise InvalidFileError([fault]) from error
    if len(data) > MAX_SIZE:
        found = f"the file has more than {MAX_SIZE:,} characters"
        raise InvalidFileError([source.fault((), found, "Divide the file.")])
    remedy = "Save the file as UTF-8 in your editor."
    other = next((name for mark, name in _MARKS.items() if data.startswith(mark)), "")
    if not other and b"\x00" in data[:2]:
        other = "UTF-16"
    if other:
        found = f"the file is not in UTF-8; it seems to be in {other}"
        raise InvalidFileError([source.fault((), found, remedy)])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        byte = data[error.start : error.start + 1]
        found = "the file is not in UTF-8 here"
        if guess := byte.decode("cp1252", "ignore"):
            found += f"; in Windows-1252 or Latin-1 this character would be '{guess}'"
        fault = Fault(str(source.path), line, column, "", found, remedy)
        raise InvalidFileError([fault]) from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _meant(path: Path) -> str:
    """Return what to do about a path at which there is no file."""
    if not path.parent.is_dir():
        return f"There is no folder '{path.parent}': check the path."
    known = [
        each.name for each in sorted(path.parent.iterdir()) if each.suffix in (".yaml", ".yml")
    ]
    for name in (f"{path.name}.yaml", f"{path.name}.yml", f"{path.stem}.yaml", f"{path.stem}.yml"):
        if name in known:
            return f"Did you mean '{path.with_name(name)}'?"
    close = difflib.get_close_matches(path.name, known, n=1)
    return f"Did you mean '{path.with_name(close[0])}'?" if close else "Check the path."


def cleaned(source: Source, text: str) -> tuple[str, set[int]]:
    """Return a text without tabs and invisible characters, each of which adds a fault to ``source``.

    Returns
    -------
    text
        Tabs are replaced by spaces, invisible characters are removed.
    indented_by_tab
        Indices of the lines that have a tab in their indentation: how far they are indented is not known.
    """
    places: dict[str, list[int]] = defaultdict(list)
    for match in _INVISIBLE.finditer(text):
        places[match[0]].append(match.start())
    for match in _HARD_SPACE.finditer(text):
        places[match[1][0]].append(match.start(1))
    for match in re.finditer("\t+", text):
        places["\t"].append(match.start())
    for character, starts in places.items():
        source.faults.append(_fault(source, text, character, starts))
    indented_by_tab = {
        text.count("\n", 0, match.start()) for match in re.finditer(r"(?m)^ *\t", text)
    }
    if not places:
        return text, set()
    text = _HARD_SPACE.sub(
        lambda match: match[0].translate(dict.fromkeys(map(ord, match[1]), " ")), text
    )
    return _INVISIBLE.sub("", text).replace("\t", " "), indented_by_tab


def _fault(source: Source, text: str, character: str, starts: list[int]) -> Fault:
    lines = [text.count("\n", 0, start) + 1 for start in starts[:10]]
    column = starts[0] - text.rfind("\n", 0, starts[0])
    others = sorted(set(lines) - {lines[0]})
    if character == "\t":
        found, remedy = "found a tab", "Use spaces; most editors can write spaces for the tab key."
    else:
        name = unicodedata.name(character, "control character").lower()
        found = f"found an invisible character (U+{ord(character):04X}, {name})"
        remedy = "Delete it."
        if unicodedata.category(character) == "Zs":
            remedy = "Replace it by a common space."
    if others:
        more = " and others" if len(starts) > 10 else ""
        found += f", also in line {', '.join(map(str, others))}{more}"
    return Fault(str(source.path), lines[0], column, "", found, remedy)
