"""Translations in PO files. The key of an entry is the source text itself, one paragraph at a time.

Where a text is used is only a comment, so moving, renaming and inserting lose no translation, and the same words are
translated once. Where two places need two translations, an entry with the place as its context (``msgctxt``) wins.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import denormalize, escape, generate_po

from experiments.files.faults import Fault, Key
from experiments.files.po_entries import REVIEWED, Entries, read_entries, short
from experiments.files.source import Source

_BLANK_LINES = re.compile(r"(\n(?:[ \t]*\n)+)")
_BRACES = re.compile(r"\{\{|\}\}|\{[^{}]*\}|[{}]")


@dataclass(frozen=True)
class SourceText:
    """A text to be translated, with where it is written."""

    text: str
    place: str
    """Name of the place: the comment on its entries, or the context of an entry of its own."""
    source: Source
    key: Key

    @property
    def paragraphs(self) -> list[str]:
        """The paragraphs that need a translation: those with a letter outside braces."""
        return [each for each in map(str.strip, _BLANK_LINES.split(self.text)) if _has_words(each)]


def _has_words(paragraph: str) -> bool:
    return any(sign.isalpha() for sign in _BRACES.sub("", paragraph))


class PoFile:
    """The translations into one language of the texts of one file."""

    def __init__(self, path: Path, language: str) -> None:
        self.path = path
        self.language = language
        self.catalog = Entries(language)
        self.headers = {
            "Language": language,
            REVIEWED: "no",
            "MIME-Version": "1.0",
            "Content-Type": "text/plain; charset=UTF-8",
            "Content-Transfer-Encoding": "8bit",
        }
        self.comment = f"# {Locale.parse(language, sep='-').english_name} translation."

    @classmethod
    def read(cls, path: Path, language: str) -> PoFile:
        """Read a PO file.

        Raises
        ------
        FileNotFoundError
            If there is no such file.
        InvalidFileError
            With every fault of its form.
        """
        new = cls(path, language)
        new.catalog = read_entries(path, language)
        new.headers = new.catalog.headers | {
            name: value for name, value in new.headers.items() if name not in new.catalog.headers
        }
        if new.catalog.headers:
            new.comment = new.catalog.header_comment
        for message in new.messages:
            _read_previous(message)
        return new

    @property
    def messages(self) -> list[Message]:
        """The entries, without the header and without those of texts that were removed."""
        return [message for message in self.catalog if message.id]

    @property
    def reviewed(self) -> bool:
        """Whether a native speaker has reviewed the translation."""
        return self.headers[REVIEWED] == "yes"

    def entry(self, paragraph: str, place: str) -> Message | None:
        """Return the entry of a paragraph: the one of this place, if there is one, or the one of all places."""
        own = self.catalog.get(paragraph, place)
        return own if own is not None else self.catalog.get(paragraph)

    def text(self, text: str, place: str = "") -> str:
        """Return the translation of a text; paragraphs without a translation stay as they are."""
        return "".join(self._paragraph(part, place) for part in _BLANK_LINES.split(text))

    def _paragraph(self, part: str, place: str) -> str:
        paragraph = part.strip()
        entry = self.entry(paragraph, place) if paragraph else None
        if entry is None or not entry.string or entry.fuzzy:
            return part
        return part.replace(paragraph, str(entry.string), 1)

    def update(self, texts: Iterable[SourceText]) -> None:
        """Bring the entries in line with the texts.

        A new paragraph that resembles an old one gets its translation, marked as fuzzy. Translations of removed
        paragraphs are kept at the end of the file and return with their paragraph.
        """
        template = Catalog()
        for text in texts:
            for paragraph in text.paragraphs:
                template.add(paragraph, auto_comments=[text.place])
                for known in (
                    self.catalog.get(paragraph, text.place),
                    self._removed(paragraph, text.place),
                ):
                    if known is not None:
                        template.add(paragraph, auto_comments=[text.place], context=text.place)
        for message in list(self.catalog.obsolete.values()):
            context = message.context or None
            if template.get(str(message.id), context) is not None:
                del self.catalog.obsolete[_key(message)]
                self.catalog[str(message.id)] = message
        made_for = {_key(message): message.previous_id for message in self.messages}
        self.catalog.update(template)
        for message in self.messages:
            if message.fuzzy and not message.previous_id:
                message.previous_id = made_for.get(_key(message), [])

    def add(self, paragraph: str, translation: str, place: str) -> None:
        """Add the translation of a paragraph; for this place alone if other places have another translation."""
        if not _has_words(paragraph):
            return
        known = self.catalog.get(paragraph)
        context = None if known is None or known.string == translation else place
        self.catalog.add(paragraph, translation, auto_comments=[place], context=context)

    def _removed(self, paragraph: str, place: str) -> Message | None:
        return self.catalog.obsolete.get((paragraph, place))

    def write(self) -> None:
        """Write the file."""
        head = [self.comment, 'msgid ""', 'msgstr ""']
        head += [f'{escape(f"{name}: {value}")[:-1]}\\n"' for name, value in self.headers.items()]
        entries = generate_po(self.catalog, omit_header=True, include_previous=True, width=0)
        self.path.write_text(
            "\n".join(head) + "\n\n" + "".join(entries).rstrip("\n") + "\n", encoding="utf-8"
        )

    def gaps(self, texts: Iterable[SourceText], update: str) -> Iterator[Fault]:
        """Yield a fault for each paragraph that has no translation, or a fuzzy one.

        Parameters
        ----------
        update
            The command that adds missing entries.
        """
        for paragraph, text, entry in self.looked_up(texts):
            if entry is None:
                remedy = f"Run `{update}` and translate it in {self.path.name}."
                found = f"there is no translation into {self.language} of '{short(paragraph)}'"
                yield text.source.fault(text.key, found, remedy)
            elif not entry.string:
                remedy = "Write the translation behind msgstr."
                yield self._fault(
                    entry, text.place, f"'{short(entry.id)}' is not translated", remedy
                )
            elif entry.fuzzy:
                found = (
                    f"the translation of '{short(entry.id)}' is fuzzy: it was made for other words"
                )
                yield self._fault(
                    entry, text.place, found, "Correct it, and delete the word 'fuzzy'."
                )

    def mismatches(self) -> Iterator[Fault]:
        """Yield a fault for each translation that has other braces than its text."""
        for entry in self.messages:
            if not entry.string or entry.fuzzy:
                continue
            written, translated = braces(str(entry.id)), braces(str(entry.string))
            if written != translated:
                lacking, invented = sorted(written - translated), sorted(translated - written)
                found = " and ".join(
                    [f"the translation lacks {name}" for name in lacking]
                    + [f"{name} is not in the text that is translated" for name in invented]
                )
                place = entry.context or next(iter(entry.auto_comments), "")
                yield self._fault(entry, place, found, f"The text is: {short(entry.id)}")

    def looked_up(
        self, texts: Iterable[SourceText]
    ) -> Iterator[tuple[str, SourceText, Message | None]]:
        """Yield each paragraph that needs a translation once, with a text that it is in and its entry."""
        seen: set[tuple[str, str]] = set()
        for text in texts:
            for paragraph in text.paragraphs:
                entry = self.entry(paragraph, text.place)
                found = (paragraph, entry.context or "" if entry is not None else "")
                if found not in seen:
                    seen.add(found)
                    yield paragraph, text, entry

    def _fault(self, entry: Message, place: str, found: str, remedy: str) -> Fault:
        return Fault(str(self.path), entry.lineno or 1, 1, place, found, remedy)

    def unused(self, texts: Iterable[SourceText]) -> Iterator[Fault]:
        """Yield the entries that translate nothing."""
        used = {
            (paragraph, place)
            for text in texts
            for paragraph in text.paragraphs
            for place in (None, text.place)
        }
        for message in self.messages:
            if (message.id, message.context or None) not in used:
                where = f" at '{message.context}'" if message.context else ""
                found = f"no text{where} has the words '{short(message.id)}'"
                remedy = "Delete the entry, or correct its context (msgctxt)."
                yield Fault(str(self.path), message.lineno or 1, 1, "", found, remedy)


def braces(text: str) -> set[str]:
    """Return what is in braces in a text, and braces without a partner.

    >>> sorted(braces("{kept} of {endowment}, {{ and }"))
    ['{endowment}', '{kept}', '{{', '}']
    """
    return set(_BRACES.findall(text))


def _key(message: Message) -> str | tuple[str, str]:
    return (str(message.id), message.context) if message.context else str(message.id)


def _read_previous(message: Message) -> None:
    """Take the words that a fuzzy translation was made for out of the comments, where Babel leaves them."""
    previous = [each[1:].strip() for each in message.user_comments if each.startswith("|")]
    if not previous:
        return
    message.user_comments = [each for each in message.user_comments if not each.startswith("|")]
    if message.fuzzy:
        message.previous_id = [denormalize("\n".join(previous).removeprefix("msgid "))]
