"""From the parser's report to the mistake, where a text is not YAML.

The parser reports where it could not go on, which is often far from the mistake: an unclosed quotation mark ends at the
next one, a line that is not indented far enough is the end of a list.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from experiments.files.before import Before, value_before
from experiments.files.faults import Fault
from experiments.files.indentation import (
    KEY,
    TEXT_BELOW,
    Mistake,
    content,
    indent,
    text_above,
    wrong_indentation,
)
from experiments.files.traps import (
    SIGNS,
    curly_quotes,
    in_curly_quotes,
    missing_space,
    no_space,
    no_space_after_dash,
    quoted,
    sign,
)


def diagnose(file: str, lines: Sequence[str], start: int, error: Any) -> Fault:
    """Return the fault of a text that is not YAML.

    Parameters
    ----------
    lines
        The file down to the end of the text.
    start
        Index of the line in which the text begins.
    error
        The parser's report, a ``yaml.MarkedYAMLError``.
    """
    last = len(lines) - 1
    mark, context = error.problem_mark, error.context_mark or error.problem_mark
    line, column = start + mark.line, mark.column
    if line > last:
        line, column = last, len(lines[last])
    from_line = min(start + context.line, last)
    report = _Report(lines, start, error.problem, line, column, from_line, context.column)
    return _fault(file, lines, report.mistake())


def no_key(file: str, lines: Sequence[str], start: int) -> Fault:
    """Return the fault of a text whose first line with content is no key in the first column."""
    line = next(number for number in range(start, len(lines)) if content(lines[number]))
    column = indent(lines[line])
    report = _Report(lines, start, "", line, column, line, column)
    return _fault(file, lines, wrong_indentation(lines, line) if column else report.no_colon())


def _fault(file: str, lines: Sequence[str], mistake: Mistake) -> Fault:
    line, column, found, remedy = mistake
    match = KEY.match(lines[line])
    key = match["key"] if match and match.start("key") <= column else ""
    return Fault(file, line + 1, column + 1, key, found, remedy)


def _colon_after(text: str) -> str:
    return f"a text without quotes has a colon in it, after '{text[-30:]}'"


@dataclass
class _Report:
    """What the parser reported: where it could not go on, and where what it was reading began."""

    lines: Sequence[str]
    start: int
    problem: str
    line: int
    column: int
    from_line: int
    from_column: int

    def mistake(self) -> Mistake:
        """Return the mistake."""
        for words, mistake in _MISTAKES.items():
            if words in self.problem:
                return mistake(self)
        remedy = "Check this line and the one above it: the indentation, a space after each colon, a closing quotation mark."
        found = f"this is not valid YAML: {self.problem}"
        return self._at(self.column, found, remedy)

    def _at(self, column: int, found: str, remedy: str) -> Mistake:
        """Return a mistake in the line where the parser could not go on."""
        return Mistake(self.line, column, found, remedy)

    @property
    def text(self) -> str:
        """The line where the parser could not go on."""
        return self.lines[self.line]

    def above(self) -> int | None:
        """Return the last line with content above the one where the parser could not go on."""
        return next((n for n in range(self.line - 1, -1, -1) if content(self.lines[n])), None)

    def begins_line(self) -> bool:
        """Return whether the parser could not go on with the first character of a line."""
        return not self.text[: self.column].strip()

    def before(self) -> Before:
        """Return what was read before the problem."""
        return value_before(self.lines, self.start, (self.line, self.column))

    def colon(self) -> Mistake:
        """Return the mistake where a second colon is on a line, or a key is below a text."""
        key = KEY.match(self.text)
        if key is None or key.end("key") == self.column:
            before = self.before()
            word = key["key"] if key else ""
            if before.style == "plain" and before.line < self.line:
                if mistake := self._no_colon_at(before):
                    return mistake
                if re.fullmatch(r"[a-z_]\w*|[0-9]+", word):
                    return wrong_indentation(self.lines, self.line)
            return self._colon_in_text(indent(self.text))
        keys = list(re.finditer(r":\s+", self.text[: self.column]))
        return self._colon_in_text(keys[-1].end() if keys else indent(self.text))

    def _colon_in_text(self, start: int) -> Mistake:
        text = self.text[start:].rstrip()
        if text[:1] in SIGNS:
            return self._at(start, *sign(text))
        before = text[: self.column - start]
        if text[0] in "“”„«‘‚":
            return self._at(start, *curly_quotes(text))
        return self._at(self.column, _colon_after(before), quoted(text))

    def unclosed_quote(self) -> Mistake:
        """Return the mistake where the closing quotation mark is missing."""
        return self._unclosed_quote(self.from_line, self.from_column)

    def _unclosed_quote(self, line: int, column: int) -> Mistake:
        mark = self.lines[line][column]
        found = f"the quotation mark {mark} that opens here is not closed"
        remedy = f"Write {mark} at the end of the text."
        if mark == "'":
            remedy += " If it is an apostrophe, put the whole text in double quotes."
        return Mistake(line, column, found, remedy)

    def _no_colon_at(self, value: Before) -> Mistake | None:
        """Return the mistake if a value is a line by itself, without a key."""
        if value.style != "plain" or ":" in self.lines[value.line][: value.column]:
            return None
        self.from_line, self.from_column = value.line, value.column
        return self.no_colon()

    def no_colon(self) -> Mistake:
        """Return the mistake where a line has no key with a colon and a space."""
        self.line, self.column = self.from_line, self.from_column
        text = self.text[self.column :].rstrip()
        if dash := no_space_after_dash(text):
            return self._at(self.column, *dash)
        if text[0] in "-[":
            remedy = f"Write its key {'above' if text[0] == '-' else 'and a colon before'} it."
            return self._at(self.column, "a list begins without a key", remedy)
        if pair := missing_space(text):
            return self._at(self.column + len(pair[0]), *no_space(*pair))
        if text[0] in "\"'":
            return self.unclosed_quote()
        if cut := self._cut_by_comment():
            return cut
        above = self.above()
        if above is not None and TEXT_BELOW.search(self.lines[above]):
            found = "the text below '|' is not indented"
            remedy = "Begin each of its lines at least two columns to the right of the key."
            return self._at(self.column, found, remedy)
        word, _, rest = text.partition(" ")
        remedy = f"Write '{word}: {rest}'." if rest else f"Write '{word}:' and its value."
        remedy += " If the line continues a text, indent it further than the key of the text."
        return self._at(self.column, f"a colon is missing after '{word}'", remedy)

    def _cut_by_comment(self) -> Mistake | None:
        """Return the mistake where a text on several lines is cut by `` #`` in the line above."""
        above = self.above()
        if above is None or KEY.match(self.text) or self.text.lstrip()[:1] == "-":
            return None
        line = self.lines[above]
        at = line.find(" #")
        if at < 0 or indent(self.text) <= indent(line) or line[:at].rstrip()[-1] in "\"'|>]}:":
            return None
        found = "a text without quotes is cut here: for YAML, what follows ' #' is a comment"
        remedy = "Put the whole text in quotes, or write '|' and the text below it."
        return Mistake(above, at + 1, found, remedy)

    def in_brackets(self) -> Mistake:
        """Return the mistake between brackets: no comma, a colon in a text, or no closing bracket."""
        here = self.text[self.column : self.column + 1]
        key = KEY.match(self.text)
        dashes = not self.text[: self.column].strip(" -")
        begins = dashes or bool(key and key.end("key") == self.column)
        before = self.before()
        if before.style in ("'", '"') and before.several_lines:
            return self._unclosed_quote(before.line, before.column)
        if here and here in "}]" and "{["["}]".index(here)] not in before.open_brackets:
            return self._closes_nothing()
        if here == "" or here in "}]" or (self.line > self.from_line and begins):
            deeper = indent(self.text) > indent(self.lines[self.from_line])
            above = self.above()
            if begins and deeper and here not in ("", "}", "]") and above is not None:
                return self._no_comma(above, len(self.lines[above].rstrip()))
            return self._unclosed(self.from_line, self.from_column)
        if before.line < self.line or re.match(r"\w[\w ]*:\s", self.text[self.column :]):
            return self._no_comma(self.line, self.column)
        text = self._within_brackets(before.column)
        if before.style == "plain" and (name := re.match(r"\{[\w.]+\}", self.text[self.column :])):
            found = f"a text without quotes has '{name[0]}' in it"
            missing = text.count("{") - text.count("}")
            return self._at(self.column, found, quoted(text + "}" * missing))
        if here != ":" and text[:1] not in SIGNS:
            return self._no_comma(self.line, self.column)
        if here != ":":
            return self._at(before.column, *sign(text))
        if in_curly_quotes(text):
            return self._at(before.column, *curly_quotes(text))
        beginning = text[: self.column - before.column]
        remedy, word = quoted(text), beginning.split()[-1]
        if re.fullmatch(r"[a-z_]\w*", word):
            remedy += f" If '{word}' is a key, write a comma before it."
        return self._at(self.column, _colon_after(beginning), remedy)

    def _unclosed(self, line: int, column: int) -> Mistake:
        bracket = self.lines[line][column]
        found = f"the bracket '{bracket}' that opens here is not closed"
        return Mistake(line, column, found, f"Write '{'}' if bracket == '{' else ']'}' at its end.")

    def _closes_nothing(self) -> Mistake:
        found = f"the bracket '{self.text[self.column]}' closes nothing"
        return self._at(self.column, found, "Remove it, or write the opening bracket.")

    def _no_comma(self, line: int, column: int) -> Mistake:
        found = "a comma is missing here"
        return Mistake(line, column, found, "Write a comma between two entries within brackets.")

    def _within_brackets(self, start: int) -> str:
        """Return the text from a column of the line to the comma or bracket that ends it."""
        end = re.compile(r",\s|[}\]]*\s*$").search(self.text, max(self.column, start))
        return self.text[start : end.start() if end else None].rstrip()

    def after_value(self) -> Mistake:
        """Return the mistake where something follows a value, or a line has an indentation of its own."""
        before = self.before()
        text = self.text[self.column :].rstrip()
        within = self.lines[before.line + 1 : self.line + 1]
        if (
            before.style in ("'", '"')
            and before.several_lines
            and (not self.begins_line() or any(map(KEY.match, within)))
        ):
            return self._unclosed_quote(before.line, before.column)
        if text[:1] in ("}", "]"):
            return self._closes_nothing()
        if self.begins_line():
            if dash := no_space_after_dash(text):
                return self._at(self.column, *dash)
            if cut := self._cut_by_comment():
                return cut
            if self.column >= before.column and (mistake := self._no_colon_at(before)):
                return mistake
            return wrong_indentation(self.lines, self.line)
        if before.line == self.line and self.text[before.column] in SIGNS:
            return self._at(before.column, *sign(self.text[before.column :].rstrip()))
        found = f"this is not valid YAML: '{text[:30]}' follows a value"
        return self._at(self.column, found, "Put the whole text in quotes.")

    def no_space_in_brackets(self) -> Mistake:
        """Return the mistake where a colon within brackets has no space after it."""
        word = re.search(r"\w*$", self.text[: self.column])
        key = word[0] if word else ""
        return self._at(self.column, *no_space(key, self._within_brackets(self.column + 1)))

    def backslash(self) -> Mistake:
        """Return the mistake where a backslash within double quotes means nothing."""
        column = self.text.rfind("\\", 0, self.column + 1)
        found = f"'{self.text[column : column + 2]}' has no meaning within double quotes"
        remedy = "Write \\\\ for a backslash, or put the text in single quotes."
        return self._at(column, found, remedy)

    def sign_here(self) -> Mistake:
        """Return the mistake where a text begins with a sign of YAML's own."""
        if self.begins_line() and text_above(self.lines, self.line):
            return wrong_indentation(self.lines, self.line)
        column = self.column
        text = self.text[column:].rstrip()
        before = self.before()
        if not text and before.open_brackets and self.lines[before.line][before.column] in "{[":
            return self._unclosed(before.line, before.column)
        if text[:1] == "-":
            found = "a list begins on the line of its key"
            remedy = f"Begin the list on the next line, or write it in brackets. {quoted(text)}"
            return self._at(column, found, remedy)
        if text[:1] == "," and self.text[:column].rstrip()[-1:] == ",":
            return self._at(column, "nothing is between two commas", "Remove one of them.")
        if text[:1] not in SIGNS:
            found = f"this is not valid YAML: {self.problem}"
            return self._at(column, found, "Put the text in quotes.")
        if re.search(r"[{\[]", self.text[:column]):
            text = self._within_brackets(column)
        return self._at(column, *sign(text or self.text[column]))

    def sign_before(self) -> Mistake:
        """Return the mistake where a text begins with a sign that cannot be followed by what follows it."""
        self.line, self.column = self.from_line, self.from_column
        return self.sign_here()


#: Words of the parser's report -> what the mistake is.
_MISTAKES = {
    "mapping values are not allowed": _Report.colon,
    "unexpected end of stream": _Report.unclosed_quote,
    "could not find expected ':'": _Report.no_colon,
    "did not find expected ','": _Report.in_brackets,
    "did not find expected key": _Report.after_value,
    "did not find expected '-' indicator": _Report.after_value,
    "did not find expected <document start>": _Report.after_value,
    "found unexpected ':'": _Report.no_space_in_brackets,
    "unknown escape character": _Report.backslash,
    "did not find expected comment or line break": _Report.sign_before,
    "did not find expected alphabetic": _Report.sign_before,
    "directive": _Report.sign_before,
    "cannot start any token": _Report.sign_here,
    "did not find expected node content": _Report.sign_here,
    "are not allowed in this context": _Report.sign_here,
}
