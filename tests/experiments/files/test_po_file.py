"""PO files: nothing translated is lost when the source changes, and what cannot be shown is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from experiments.files.faults import Fault, InvalidFileError
from experiments.files.po_file import PoFile, SourceText
from experiments.files.source import Source

PAGE = "# Welcome\n\nYou have earned **{endowment}**. It is yours.\n\nThank you for coming today.\n"


def text(words: str, place: str = "flow[0].page") -> SourceText:
    """Return a text of a study."""
    return SourceText(words, place, Source(Path("study.yaml")), ())


def translated(file: PoFile, *texts: SourceText) -> PoFile:
    """Return the file with every paragraph translated by its own words in capitals, braces as they are."""
    file.update(texts)
    for message in file.messages:
        message.string = message.string or capitals(str(message.id))
    return file


def capitals(words: str) -> str:
    """Return words in capitals, with braces as they are."""
    return words.upper().replace("{ENDOWMENT}", "{endowment}")


@pytest.fixture
def file(tmp_path: Path) -> PoFile:
    """Return an empty file."""
    return PoFile(tmp_path / "study.de.po", "de")


def again(file: PoFile) -> PoFile:
    """Return the file as it is read after it was written."""
    file.write()
    return PoFile.read(file.path, file.language)


def found(file: PoFile, *texts: SourceText) -> list[Fault]:
    """Return what a file lacks, and its translations with other braces."""
    return [*file.mismatches(), *file.gaps(texts, "compassion translate study.yaml de")]


def test_a_text_is_translated_paragraph_by_paragraph_and_keeps_its_layout(file: PoFile) -> None:
    read = again(translated(file, text(PAGE)))
    assert read.text(PAGE) == capitals(PAGE)
    assert len(read.messages) == 3
    assert found(read, text(PAGE)) == []


def test_braces_signs_and_numbers_alone_need_no_translation() -> None:
    assert text("{text}\n\n+\n\n12 %\n\n{given} / {kept}").paragraphs == []


def test_moving_and_inserting_lose_nothing(file: PoFile) -> None:
    translated(file, text(PAGE))
    first, second, third = text(PAGE).paragraphs
    moved = text(f"{third}\n\nA new paragraph about jars.\n\n{first}", "flow.other.page")
    here = text(second, "flow[7].page")
    file.update([moved, here])
    assert again(file).text(f"{third}\n\n{first}\n\n{second}") == capitals(
        f"{third}\n\n{first}\n\n{second}"
    )
    assert [str(each.id) for each in file.messages if not each.string] == [
        "A new paragraph about jars."
    ]
    assert file.catalog.get(second).auto_comments == ["flow[7].page"]


def test_a_changed_paragraph_becomes_fuzzy_alone_and_shows_what_it_was(file: PoFile) -> None:
    read = again(translated(file, text(PAGE)))
    changed = PAGE.replace("It is yours.", "It is all yours.")
    for _ in range(2):
        read.update([text(changed)])
        read = again(read)
    (fuzzy,) = [each for each in read.messages if each.fuzzy]
    assert fuzzy.previous_id == ["You have earned **{endowment}**. It is yours."]
    assert read.text(changed) == capitals(PAGE).replace(
        "YOU HAVE EARNED **{endowment}**. IT IS YOURS.",
        "You have earned **{endowment}**. It is all yours.",
    )
    (fault,) = found(read, text(changed))
    assert "is fuzzy" in fault.found
    assert (
        read.path.read_text("utf-8")
        .splitlines()[fault.line - 1]
        .startswith('msgid "You have earned')
    )


def test_a_removed_paragraph_is_kept_and_returns_with_its_translation(file: PoFile) -> None:
    read = again(translated(file, text(PAGE)))
    read.update([text("# Welcome")])
    read = again(read)
    assert len(read.messages) == 1
    assert list(read.unused([text("# Welcome")])) == []
    read.update([text(PAGE)])
    assert again(read).text(PAGE) == capitals(PAGE)


def test_the_same_words_are_translated_once_and_an_entry_of_a_place_wins_there(
    file: PoFile,
) -> None:
    texts = [text("No", "flow.happy.ask.happy.options.no"), text("No", "flow.end.page")]
    translated(file, *texts)
    assert [str(each.id) for each in file.messages] == ["No"]
    file.catalog.add("No", "Keineswegs", context="flow.end.page")
    read = again(file)
    read.update(texts)
    read = again(read)
    assert read.text("No", "flow.end.page") == "Keineswegs"
    assert read.text("No", "flow.happy.ask.happy.options.no") == "NO"
    # The entry is kept when the text leaves its place, and is used again when it comes back.
    read.update(texts[:1])
    read = again(read)
    read.update(texts)
    assert again(read).text("No", "flow.end.page") == "Keineswegs"


@pytest.mark.parametrize(
    ("translation", "sentence"),
    [
        ("Sie haben Geld.", "the translation lacks {endowment}"),
        ("Sie haben {endowment} und {kept}.", "{kept} is not in the text that is translated"),
        (
            "Sie haben {Betrag}.",
            "the translation lacks {endowment} and {Betrag} is not in the text",
        ),
        ("Sie haben {endowment.", "the translation lacks {endowment} and { is not in the text"),
        ("", "'You have {endowment}.' is not translated"),
        (" \u00a0", "'You have {endowment}.' is not translated"),
    ],
)
def test_gaps_have_line_and_remedy(file: PoFile, translation: str, sentence: str) -> None:
    have = text("You have {endowment}.")
    translated(file, have).catalog.get(have.text).string = translation
    (fault,) = found(again(file), have)
    assert sentence in fault.found
    assert fault.remedy
    assert fault.file == str(file.path)
    assert (
        file.path.read_text("utf-8").splitlines()[fault.line - 1] == 'msgid "You have {endowment}."'
    )


def test_a_paragraph_without_an_entry_is_found_at_its_place(file: PoFile) -> None:
    (fault,) = found(file, text("New words"), text("New words", "flow[1].page"))
    assert fault.file == "study.yaml"
    assert "there is no translation into de of 'New words'" in fault.found
    assert "compassion translate study.yaml de" in fault.remedy


def test_entries_that_translate_nothing_and_a_missing_review_are_known(file: PoFile) -> None:
    translated(file, text("Yes"))
    file.catalog.add("Yes", "Jawohl", context="flow.gone")
    file.catalog.add("Perhaps", "Vielleicht")
    read = again(file)
    assert [fault.found for fault in read.unused([text("Yes")])] == [
        "no text at 'flow.gone' has the words 'Yes'",
        "no text has the words 'Perhaps'",
    ]
    assert not read.reviewed
    file.headers["X-Reviewed"] = "yes"
    assert again(file).reviewed


def test_comments_and_headers_of_translators_stay(file: PoFile) -> None:
    translated(file, text("Yes")).write()
    lines = file.path.read_text("utf-8").replace(
        '"Language: de\\n"', '"Language: de\\n"\n"X-Editor: E \\"1\\"\\n"'
    )
    file.path.write_text(
        "# By A. Translator\n" + lines.replace("#. flow", "# formal\n#. flow"), "utf-8"
    )
    read = PoFile.read(file.path, "de")
    read.update([text("Yes"), text("No")])
    written = again(read).path.read_text("utf-8")
    assert written.startswith("# By A. Translator\n# German translation.\n")
    assert '"X-Editor: E \\"1\\"\\n"' in written
    assert "# formal\n" in written


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        (b'msgid "a"\nmsgstr "b"\nwhat "c"\n', 3, "not a valid PO file"),
        (b'msgid "a"\n\nmsgid "b"\nmsgstr "c"\n', 1, "missing msgstr"),
        ('msgid "ä"\nmsgstr "b"\n'.encode("latin-1"), 1, "UTF-8"),
        (b"hello world\n", 1, "not a valid PO file: found hello world"),
        (b'msgid ""\nmsgstr "Language: de\\n"\n\nmsgid "T\nmsgstr "T"\n', 4, "quotation marks"),
        (b'msgid "a"\nmsgstr "say "b""\n', 2, "quotation marks"),
        (b'msgid "a"\nmsgstr "b"\n\nmsgid "a"\nmsgstr "c"\n', 4, "'a' is translated twice"),
        (b'msgid ""\nmsgstr "Language: fr\\n"\n', 2, "this is 'fr', and the name of the file 'de'"),
        (b'msgid "a"\nmsgid_plural "b"\nmsgstr[0] "c"\n', 2, "plural forms"),
        (b'msgstr "c"\n\nmsgstr "d"\n', 1, "a msgstr without a msgid"),
    ],
)
def test_a_broken_file_is_reported_with_its_line(
    tmp_path: Path, content: bytes, line: int, words: str
) -> None:
    path = tmp_path / "study.de.po"
    path.write_bytes(content)
    with pytest.raises(InvalidFileError, match=words) as caught:
        PoFile.read(path, "de")
    assert caught.value.faults[0].line == line


@pytest.mark.parametrize("said", ["de", "de_AT", "DE", ""])
def test_a_header_may_say_more_than_the_language(tmp_path: Path, said: str) -> None:
    path = tmp_path / "study.de.po"
    dates = "PO-Revision-Date: soon\\nPlural-Forms: nplurals=x\\n"
    path.write_text(f'msgid ""\nmsgstr "Language: {said}\\n{dates}"\n', "utf-8")
    assert PoFile.read(path, "de").messages == []


@pytest.mark.parametrize(
    ("said", "right"), [("nein", False), ("Yes", False), ("yes", True), ("no", True)]
)
def test_the_header_says_yes_or_no_to_a_review(file: PoFile, said: str, right: bool) -> None:
    translated(file, text("Yes")).headers["X-Reviewed"] = said
    if right:
        assert again(file).reviewed is (said == "yes")
        return
    with pytest.raises(InvalidFileError) as error:
        again(file)
    (fault,) = error.value.faults
    assert fault.found == f"the header says 'X-Reviewed: {said}'"
    assert "X-Reviewed" in file.path.read_text("utf-8").splitlines()[fault.line - 1]
