"""Reading the entries of a PO file, with every fault of its form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_string
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError, PoFileParser

from experiments.files.faults import Fault, InvalidFileError

REVIEWED = "X-Reviewed"
"""Header that says whether a native speaker has reviewed the translation: ``yes`` or ``no``."""
MOST = 20
"""Lines that are reported of a file that is no PO file."""
_QUOTED = r'"(?:[^"\\]|\\.)*"'
_LINE = re.compile(rf"(?:(msgctxt|msgid|msgstr) )?{_QUOTED}")
_BEGUN = re.compile(r'(?:(msgctxt|msgid|msgstr)\b *)?"')
_PLURAL = ("msgid_plural", "msgstr[")
_LANGUAGE = re.compile(r'"Language:', re.IGNORECASE)


class Entries(Catalog):
    """A catalog that keeps the headers that Babel does not know, and remembers entries that are there twice."""

    def __init__(self, language: str) -> None:
        super().__init__(language.replace("-", "_"))
        self.headers: dict[str, str] = {}
        self.repeated: list[Message] = []

    def __setitem__(self, id: str, message: Message) -> None:  # type: ignore[override]
        known = bool(self.headers) if id == "" else self.get(id, message.context) is not None
        if known and message.lineno is not None:
            self.repeated.append(message)
        if id == "":
            self.headers = dict(message_from_string(str(message.string)).items())
            self.header_comment = "\n".join(f"# {each}".rstrip() for each in message.user_comments)
        else:
            super().__setitem__(id, message)


def read_entries(path: Path, language: str) -> Entries:
    """Read the entries of a PO file; a translation of nothing but blanks is none.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    InvalidFileError
        If it is not UTF-8 or not a PO file, has an entry twice, or says of itself what cannot be.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        fault = Fault(str(path), 1, 1, "", "the file is not text in UTF-8", "Save it as UTF-8.")
        raise InvalidFileError([fault]) from error
    faults = [Fault(str(path), line, 1, "", *what) for line, *what in _faults_of_lines(lines)]
    if faults:
        raise InvalidFileError(faults[:MOST])
    entries = Entries(language)
    try:
        PoFileParser(entries, abort_invalid=True).parse(lines)
    except PoFileError as error:
        found = f"this is not a valid PO file: {error}"
        fault = Fault(str(path), error.lineno + 1, 1, "", found, _LOOK)
        raise InvalidFileError([fault]) from error
    faults = [
        Fault(str(path), message.lineno or 1, 1, "", *_twice(message))
        for message in entries.repeated
    ]
    said = entries.headers.get("Language", "").strip()
    if _primary(said) not in ("", _primary(language)):
        line = next((n for n, text in enumerate(lines, 1) if _LANGUAGE.search(text)), 1)
        found = f"the header says that this is '{said}', and the name of the file '{language}'"
        remedy = "Correct 'Language:' in the header, or rename the file."
        faults.append(Fault(str(path), line, 1, "", found, remedy))
    reviewed = entries.headers.get(REVIEWED, "no").strip()
    if reviewed not in ("yes", "no"):
        line = next((n for n, text in enumerate(lines, 1) if f'"{REVIEWED}:' in text), 1)
        found = f"the header says '{REVIEWED}: {reviewed}'"
        remedy = (
            f"Write '{REVIEWED}: yes' if a native speaker has reviewed it, else '{REVIEWED}: no'."
        )
        faults.append(Fault(str(path), line, 1, "", found, remedy))
    if faults:
        raise InvalidFileError(faults)
    for message in entries:
        if message.id and not str(message.string).strip():
            message.string = ""
    return entries


_LOOK = "Check this line and the one above it, or open the file in an editor for PO files."


def _faults_of_lines(lines: list[str]) -> Iterator[tuple[int, str, str]]:
    """Yield each line that is neither blank, nor a comment, nor a part of an entry: number, what was found, remedy."""
    last = ""
    for number, line in enumerate(map(str.strip, lines), 1):
        if not line or line.startswith("#"):
            continue
        if found := _LINE.fullmatch(line):
            if found[1] == "msgstr" and last != "msgid":
                yield number, "there is a msgstr without a msgid", _LOOK
            last = found[1] or last
        elif line.startswith(_PLURAL):
            remedy = "Write one msgid and one msgstr."
            yield number, "plural forms cannot be used in texts of studies", remedy
        elif found := _BEGUN.match(line):
            last = found[1] or last
            remedy = 'End the text with ". A quotation mark inside it is written \\".'
            yield number, f"the quotation marks are wrong: {short(line)}", remedy
        else:
            yield number, f"this is not a valid PO file: found {short(line)}", _LOOK


def _twice(message: Message) -> tuple[str, str]:
    if not message.id:
        return 'there is a second header (msgid "")', "Delete one of the two."
    at = f" at '{message.context}'" if message.context else ""
    return f"'{short(message.id)}' is translated twice{at}", "Delete one of the two entries."


def _primary(language: str) -> str:
    """Return the language without its script and territory.

    >>> _primary("pt-BR"), _primary("de_DE")
    ('pt', 'de')
    """
    return re.split("[-_]", language)[0].lower()


def short(text: object) -> str:
    """Return a text on one line, shortened to 60 characters."""
    words = " ".join(str(text).split())
    return words if len(words) <= 60 else f"{words[:57]}..."
