"""The traps of YAML: texts that YAML takes for something else, each with a sentence and a remedy."""

from __future__ import annotations

import re

#: Sign that a text without quotes cannot begin with -> why.
SIGNS = {
    "{": "YAML takes it for the beginning of keys",
    "[": "YAML takes it for the beginning of a list",
    '"': "YAML ends the text at the next such mark",
    "'": "YAML ends the text at the next such mark",
    "*": "YAML takes it for a reference",
    "&": "YAML takes it for a reference",
    "!": "YAML takes it for a type",
    "|": "YAML expects the text on the lines below it",
    ">": "YAML expects the text on the lines below it",
    "@": "YAML reserves it",
    "`": "YAML reserves it",
    "%": "YAML reserves it",
    "?": "YAML takes it for a key",
    ",": "YAML takes it for the end of an entry",
    ":": "YAML takes it for the end of a key",
    "}": "YAML takes it for the end of keys",
    "]": "YAML takes it for the end of a list",
}
_CURLY = re.compile(r"[“”„«][^“”„«»]*[”“»]?|[‘‚][^‘’‚]*[’‘]")
_NO_SPACE = re.compile(r"([A-Za-z_]\w*):(?!//)(\S.*)", re.DOTALL)


def in_curly_quotes(text: str) -> bool:
    """Return whether a text is in the curly quotation marks that word processors write.

    >>> in_curly_quotes("“Hello”"), in_curly_quotes("“Us” and “them”"), in_curly_quotes("It’s")
    (True, False, False)
    """
    return bool(_CURLY.fullmatch(text))


def curly_quotes(text: str) -> tuple[str, str]:
    """Return what was found, and the remedy, for a text in curly quotation marks."""
    found = "curly quotation marks do not quote a text; they would be part of it"
    return found, f'Write straight ones: "{text.strip("“”„«»‘’‚")}".'


def missing_space(text: str) -> tuple[str, str] | None:
    """Return key and value of a text such as ``points:7``; None for others, and for an address with ``://``.

    >>> missing_space("points:7"), missing_space("12:30"), missing_space("https://osf.io")
    (('points', '7'), None, None)
    """
    match = _NO_SPACE.fullmatch(text)
    return (match[1], match[2]) if match else None


def no_space(key: str, value: str) -> tuple[str, str]:
    """Return what was found, and the remedy, where a space is missing after a colon."""
    return f"a space is missing after the colon of '{key}'", f"Write '{key}: {value}'."


def no_space_after_dash(text: str) -> tuple[str, str] | None:
    """Return what was found, and the remedy, for a key or line such as ``-page``; None for others.

    >>> no_space_after_dash("-page"), no_space_after_dash("-1"), no_space_after_dash("- page")
    (('a space is missing after the dash', "Write '- page'."), None, None)
    """
    if not re.match(r"-[^\W\d]|-[{\[\"']", text):
        return None
    return "a space is missing after the dash", f"Write '- {text[1:]}'."


def quoted(text: str) -> str:
    """Return the remedy for a text that needs quotes, with the text in them if it is short.

    >>> quoted("Say: hello"), quoted('Say: "hello"')
    ('Put the text in quotes: "Say: hello".', 'Put the text in quotes: \\'Say: "hello"\\'.')
    """
    if len(text) <= 60 and "\n" not in text and "\\" not in text:
        if '"' not in text:
            return f'Put the text in quotes: "{text}".'
        if "'" not in text:
            return f"Put the text in quotes: '{text}'."
    return "Put the text in quotes, or write '|' here and the text below it, indented."


def sign(text: str) -> tuple[str, str]:
    """Return what was found, and the remedy, for a text that begins with a sign of YAML's own."""
    found = f"a text without quotes begins with '{text[0]}' ({SIGNS[text[0]]})"
    if text[0] in "\"'":
        mark = text[0]
        found = f"a text begins with {mark} and goes on after the next {mark}, where YAML ends it"
    return found, quoted(text)
