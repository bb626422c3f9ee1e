"""Names in braces: what is shown unchanged, what is filled in, and the sentences for wrong braces."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.language.braces import Fill, FilledText, FromFile, Literal, parse_text
from experiments.language.phrases import PhraseError

LITERALS = st.builds(Literal, st.text(min_size=1) | st.text("{}a", min_size=1))
FILLS = st.builds(Fill, st.from_regex(r"[a-zA-Z_][a-z0-9_]*(\.[a-z][a-z0-9_]*)?", fullmatch=True))
FILES = st.builds(FromFile, st.sampled_from(["consent.md", "texts/a b.md", "C:/x.md"]))


@st.composite
def texts(draw: st.DrawFn) -> FilledText:
    pieces = draw(st.lists(LITERALS | FILLS | FILES, max_size=8))
    apart = [
        piece
        for index, piece in enumerate(pieces)
        if not (index and isinstance(piece, Literal) and isinstance(pieces[index - 1], Literal))
    ]
    return FilledText(tuple(apart))


@given(texts())
def test_what_is_written_is_read_as_the_same_text(text: FilledText) -> None:
    assert parse_text(str(text)) == text


@given(st.text())
def test_doubled_braces_show_any_text(text: str) -> None:
    shown = parse_text(text.replace("{", "{{").replace("}", "}}")).pieces
    assert shown == ((Literal(text),) if text else ())


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("", ()),
        ("no braces", (Literal("no braces"),)),
        ("{a}{b.c}", (Fill("a"), Fill("b.c"))),
        ("{ storyText }!", (Fill("storyText"), Literal("!"))),
        ("{{a}}", (Literal("{a}"),)),
        ("{{{a}}}", (Literal("{"), Fill("a"), Literal("}"))),
        ("{file: consent.md}", (FromFile("consent.md"),)),
        ("{file:a.md} {b}", (FromFile("a.md"), Literal(" "), Fill("b"))),
        ("{file}", (Fill("file"),)),
    ],
)
def test_pieces(text: str, pieces: tuple[object, ...]) -> None:
    assert parse_text(text).pieces == pieces


def test_names_and_files_are_listed_once() -> None:
    text = parse_text("{a} {file: x.md} {b.c} {a} {{d}} {file: x.md}")
    assert text.names == ("a", "b.c")
    assert text.files == ("x.md",)


ONE_NAME = "Write one name in the braces, or '{{' and '}}' for braces that participants see."
NOT_CLOSED = "Write {NAME}, or '{{' for a brace that participants see."
NOT_OPENED = "Write {NAME}, or '}}' for a brace that participants see."


@pytest.mark.parametrize(
    ("text", "at", "found", "remedy"),
    [
        ("How much {endowment do you give?", 9, "found '{' without '}'", NOT_CLOSED),
        ("How much endowment} do you give?", 18, "found '}' without '{'", NOT_OPENED),
        ("{}", 0, "found '{}'", ONE_NAME),
        ("{two words}", 0, "found '{two words}'", ONE_NAME),
        (
            "{file:}",
            0,
            "found '{file:}' without a file",
            "Write the name of the file: {file: consent.md}.",
        ),
        ("{a.}", 0, "found '{a.}'", ONE_NAME),
        ("{count:,}", 0, "found '{count:,}'", ONE_NAME),
        ("{1}", 0, "found '{1}'", ONE_NAME),
        ("{a{b}}", 0, "found '{' without '}'", NOT_CLOSED),
        ("{name }}", 7, "found '}' without '{'", NOT_OPENED),
    ],
)
def test_wrong_braces(text: str, at: int, found: str, remedy: str) -> None:
    with pytest.raises(PhraseError) as error:
        parse_text(text)
    assert (error.value.at, error.value.found, error.value.remedy) == (at, found, remedy)
