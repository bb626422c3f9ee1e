"""The tree of a YAML text, built from the events of libyaml's parser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from experiments.files.faults import Fault, InvalidFileError, Key, dotted
from experiments.files.scalars import CommentedText, QuotedText
from experiments.files.source import Place, Source
from experiments.files.traps import (
    curly_quotes,
    in_curly_quotes,
    missing_space,
    no_space,
    no_space_after_dash,
    quoted,
    sign,
)

#: Greatest number of levels; a study has about 10.
MAX_DEPTH = 100
_COMMENT = re.compile(r"( +)#")
#: A line with a key within a text in quotes.
_KEY_WITHIN = re.compile(r"\n\s*(?:- +)*[a-z_]\w*:\s")


@dataclass
class _Entry:
    """Keys that are being read."""

    key: Key
    values: dict[str, Any]
    text: tuple[str, Any] | None = None
    """The key before, with the event of its value, if that is a text without quotes."""
    rest_in_quotes: bool = False
    """Whether what follows may be the rest of a text in quotes that has no space before it."""
    alone: Any = None
    """The event of the first key, if it has neither a colon nor a value."""


class Tree:
    """The tree of a YAML text, built from the parser's events.

    libyaml's own composer crashes where brackets are nested 100,000 deep.

    Parameters
    ----------
    first_line
        Index of the line of the file in which the text begins.
    keys
        Top-level keys that are known already, to which those of the text are added.
    """

    def __init__(
        self,
        source: Source,
        text: str,
        first_line: int = 0,
        keys: dict[str, Any] | None = None,
    ) -> None:
        self.source, self.text, self.first = source, text, first_line
        self.top = {} if keys is None else keys
        self.lines = text.split("\n")
        self.events: Iterator[Any] = yaml.parse(text, yaml.CSafeLoader)

    def read(self) -> Any:
        """Return the tree, or None if the text is empty.

        Raises
        ------
        yaml.YAMLError
            If the text is not YAML.
        InvalidFileError
            If it is too deep.
        """
        next(self.events)
        if isinstance(next(self.events), yaml.StreamEndEvent):
            return None
        tree = self._value(next(self.events), ())
        next(self.events)
        event = next(self.events)
        if not isinstance(event, yaml.StreamEndEvent):
            found = "'---' begins another document in the same file"
            self._fault(event.start_mark.index, (), found, "Remove it.")
        return tree

    def _fault(self, index: int, key: Key, found: str, remedy: str) -> None:
        """Add a fault at a character of the text."""
        line = self.first + self.text.count("\n", 0, index) + 1
        column = index - self.text.rfind("\n", 0, index)
        fault = Fault(str(self.source.path), line, column, dotted(key), found, remedy)
        self.source.report(fault)

    def _raw(self, first: Any, last: Any) -> str:
        """Return the text from one event to another."""
        return self.text[first.start_mark.index : last.end_mark.index]

    def _value(self, event: Any, key: Key) -> Any:
        has_values = isinstance(event, yaml.CollectionStartEvent)
        if has_values and len(key) >= MAX_DEPTH:
            found = f"this is nested more than {MAX_DEPTH} levels deep"
            self._fault(event.start_mark.index, (), found, "Write it with fewer levels.")
            raise InvalidFileError(self.source.faults)
        place = Place(self.first + event.start_mark.line + 1, event.start_mark.column + 1)
        self.source.marks.setdefault(key, place[:2])
        self.source.values[key] = place
        self._check_properties(event, key)
        if isinstance(event, yaml.MappingStartEvent):
            return self._keys(event, key)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._list(event, key)
        if isinstance(event, yaml.AliasEvent):
            self.source.unread.add(key)
            return ""
        self.source.values[key] = place._replace(raw=self._raw(event, event))
        return self._text(event, key)

    def _check_properties(self, event: Any, key: Key) -> None:
        """Report an anchor, an alias and a type, which texts that begin with ``&``, ``*`` and ``!`` are for YAML."""
        index = event.start_mark.index
        if event.anchor:
            mark = self.text[index : index + 1 + len(event.anchor)]
            found = f"'{mark}' is a reference for YAML, which has no place here"
            remedy = (
                f"A text that begins with '{mark[0]}' needs quotes; otherwise write the value out."
            )
            self._fault(index, key, found, remedy)
        elif getattr(event, "tag", None):
            found = "a text without quotes begins with '!' (YAML takes it for a type)"
            self._fault(index, key, found, "Put the text in quotes.")

    def _text(self, event: Any, key: Key) -> str:
        text: str = event.value
        index = event.start_mark.index
        if event.style in ("|", ">") and not text.strip():
            remedy = f"Write it below '{event.style}', indented. A text that begins with '{event.style}' needs quotes."
            self._fault(index, key, "there is no text here", remedy)
            self.source.unread.add(key)
        if event.style in ('"', "'") and _KEY_WITHIN.search(self._raw(event, event)):
            found = f"the text in {event.style} that begins here goes on over lines with keys"
            self._fault(index, key, found, f"Write {event.style} at the end of the text.")
        if event.style:
            return QuotedText(text)
        if in_curly_quotes(text):
            self._fault(index, key, *curly_quotes(text))
        end = event.end_mark
        comment = _COMMENT.match(self.lines[end.line], end.column)
        if comment and text:
            return CommentedText(text, len(text) + len(comment[1]))
        return text

    def _list(self, start: Any, key: Key) -> list[Any]:
        values: list[Any] = []
        events: list[Any] = []
        opened: int | None = None
        """Index of a text without quotes whose bracket a comma may have separated from the closing one."""
        for event in self.events:
            if isinstance(event, yaml.SequenceEndEvent):
                if start.flow_style:
                    place = self.source.values[key]
                    self.source.values[key] = place._replace(raw=self._raw(start, event))
                return values
            item = (*key, len(values))
            value = self._value(event, item)
            values.append(value)
            events.append(event)
            if not _plain(event):
                opened = None
            elif not value:
                found, remedy = "this item of the list is empty", "Write it, or remove its dash."
                self._fault(event.start_mark.index, item, found, remedy)
                self.source.unread.add(item)
            elif start.flow_style and value.count("(") > value.count(")"):
                opened = len(values) - 1
            elif opened is not None and value.count(")") > value.count("("):
                values[opened:] = [self._cut_by_comma(events[opened], event, (*key, opened))]
                del events[opened + 1 :]
                opened = None
        raise AssertionError("a list without an end")

    def _cut_by_comma(self, first: Any, last: Any, key: Key) -> str:
        """Report a text without quotes that is cut by commas between two events; return the text."""
        whole = self._raw(first, last)
        comma = self.text.index(",", first.end_mark.index)
        found = "a text without quotes is cut here: within brackets a comma ends it"
        if not in_curly_quotes(first.value):
            self._fault(comma, key, found, quoted(whole))
        return whole

    def _keys(self, start: Any, key: Key) -> Any:
        """Return the keys with their values; the text itself if it is one in braces, such as ``{text}``."""
        entry = _Entry(key, self.top if key == () else {})
        for event in self.events:
            if isinstance(event, yaml.MappingEndEvent):
                if entry.alone:
                    return self._text_in_braces(start, event, key)
                return entry.values
            if entry.alone:
                self._no_value(entry.alone, key)
                entry.alone = None
            name = self._key(event, key)
            value_event = next(self.events)
            if name is None:
                self._value(value_event, (*key, "?"))
                continue
            empty = _plain(value_event) and not value_event.value
            between = self.text[event.end_mark.index : value_event.start_mark.index]
            if empty and ":" not in between:
                self._word(entry, event, name)
                continue
            inner = (*key, name)
            if name in entry.values:
                found = f"the key occurs twice (first in line {self.source.marks[inner][0]})"
                self._fault(event.start_mark.index, inner, found, "Keep one of the two.")
            self._mark(inner, event)
            entry.values[name] = self._value(value_event, inner)
            entry.text = (name, value_event) if _plain(value_event) else None
            if empty:
                self._no_value(event, key)
        raise AssertionError("keys without an end")

    def _mark(self, key: Key, event: Any) -> None:
        """Remember where a key is, the first time that it occurs."""
        mark = event.start_mark
        self.source.marks.setdefault(key, (self.first + mark.line + 1, mark.column + 1))

    def _word(self, entry: _Entry, event: Any, name: str) -> None:
        """Read a word between commas that has no colon: the rest of a text, or a key without a space or a colon."""
        index = event.start_mark.index
        if pair := missing_space(name):
            inner = (*entry.key, pair[0])
            self._fault(index + len(pair[0]), inner, *no_space(*pair))
            self._mark(inner, event)
            entry.values[pair[0]] = pair[1]
            entry.text, entry.rest_in_quotes = None, pair[1][0] in "\"'"
        elif entry.rest_in_quotes:
            return
        elif before_quote := re.match(r"(\w+) [\"']", name):
            word = before_quote[1]
            inner = (*entry.key, word)
            remedy = f"Write '{word}: ' before the quotation mark."
            self._fault(index + len(word), inner, f"a colon is missing after '{word}'", remedy)
            self._mark(inner, event)
            self.source.unread.add(inner)
            entry.values[word] = ""
            entry.text, entry.rest_in_quotes = None, True
        elif entry.text:
            before, first = entry.text
            if entry.values[before] == first.value:
                self._cut_by_comma(first, event, (*entry.key, before))
            entry.values[before] = self._raw(first, event)
        else:
            self._mark((*entry.key, name), event)
            if entry.values:
                self._no_value(event, entry.key)
            else:
                entry.alone = event
            entry.values[name] = ""

    def _key(self, event: Any, key: Key) -> str | None:
        """Return a key; None if it is not a word."""
        index = event.start_mark.index
        if not isinstance(event, yaml.ScalarEvent):
            found = "a key is a list, has keys itself, or is a reference"
            remedy = "Use a word as the key. A text that begins with '{', '[' or '*' needs quotes."
            self._fault(index, key, found, remedy)
            if not isinstance(event, yaml.AliasEvent):
                faults = len(self.source.faults)
                self._value(event, (*key, "?"))
                del self.source.faults[faults:]
            self.source.unread.add(key)
            return None
        self._check_properties(event, key)
        name: str = event.value
        if name == "<<" and not event.style:
            self._fault(index, key, "'<<' is no key here", "Write the keys out.")
            self.source.unread.add((*key, name))
        if not event.style and (dash := no_space_after_dash(name)):
            self._fault(index, key, *dash)
            self.source.unread.add(key)
        if not event.style and in_curly_quotes(name):
            self._fault(index, key, *curly_quotes(name))
            self.source.unread.add(key)
        return name

    def _no_value(self, event: Any, key: Key) -> None:
        """Report a key without a value."""
        inner = (*key, event.value)
        remedy = "Write it after the colon, or indented below; or remove the key."
        self._fault(event.start_mark.index, inner, f"'{event.value}' has no value", remedy)
        self.source.unread.add(inner)

    def _text_in_braces(self, start: Any, end: Any, key: Key) -> str:
        """Report a text without quotes that begins with a brace, such as ``{text}``; return it."""
        text = self._raw(start, end)
        self._fault(start.start_mark.index, key, *sign(text))
        return text


def _plain(event: Any) -> bool:
    """Return whether an event is a text without quotes."""
    return isinstance(event, yaml.ScalarEvent) and not (event.style or event.tag or event.anchor)
