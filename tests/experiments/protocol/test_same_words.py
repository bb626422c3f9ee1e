"""Options that participants cannot tell apart are faults; levels with the same words are noted."""

from __future__ import annotations

import pytest

from experiments.files.faults import InvalidFileError
from experiments.protocol.notes import notes_on
from experiments.protocol.translation_checks import translations
from experiments.protocol.translation_files import update_translation

END = "  - page: Thank you.\n"
ASKED = "  - ask:\n      often: {{choice: Often?, options: {{{}}}}}\n"
LEVELS = "[ours, theirs]"


def asked(options: str) -> tuple[str, str]:
    return END, ASKED.format(options)


@pytest.mark.parametrize(
    ("options", "faults"),
    [
        ("a: Always, b: Always", 1),
        ("a: Always, b: 'Always '", 1),
        ("a: Always, b: Never, c: Always", 1),
        ("a: Always, b: {by: cause, own: Never, chance: Always}", 1),
        ("a: {by: cause, own: A, else: B}, b: {by: cause, own: C, chance: B}", 1),
        ("a: {by: cause, own: A, chance: B}, b: {by: cause, own: B, chance: A}", 0),
        ("a: Always, b: Never", 0),
    ],
)
def test_two_options_with_the_same_words(desk, options, faults):
    found = [fault.found for fault in desk.faults(desk.small(asked(options)))]
    assert len(found) == faults
    assert all("have the same words" in each for each in found)


def test_it_is_found_at_the_second_option(desk):
    fault = desk.fault(desk.small(asked("a: Always, b: Always")))
    assert (fault.key, fault.found) == (
        "flow[2].ask.often.options.b",
        "'a' and 'b' have the same words: Always",
    )


def in_german(desk, study: str, **words: str):
    """Return a study with a German PO file, in which texts are translated by words of their own unless given."""
    path = desk.write("study.yaml", study)
    po = path.with_suffix(".de.po")
    po.unlink(missing_ok=True)
    update_translation(path, "de")
    lines = po.read_text("utf-8").split("\n")
    for at, line in enumerate(lines):
        if line == 'msgstr ""' and not lines[at - 1].endswith('""'):
            text = lines[at - 1].removeprefix('msgid "').removesuffix('"')
            lines[at] = f'msgstr "{words.get(text, "DE " + text)}"'
    po.write_text("\n".join(lines), "utf-8")
    return desk.open(study)


def test_two_options_with_the_same_words_in_a_translation(desk):
    study = desk.small(asked("a: Always, b: Mostly"))
    opened = in_german(desk, study)
    assert not translations(opened)[1].gaps
    with pytest.raises(InvalidFileError) as error:
        translations(in_german(desk, study, Always="Immer", Mostly="Immer"))
    (fault,) = error.value.faults
    assert fault.file.endswith("study.de.po")
    assert fault.found == "'a' and 'b' have the same words in 'de': Immer"


def notes(opened) -> list[str]:
    return [note.found for note in notes_on(opened) if "consent" not in note.found]


def test_levels_with_the_same_words_are_noted(desk):
    same = LEVELS, "{ours: a student, theirs: a student}"
    found = "participants read the same words for 'ours' and 'theirs': a student"
    assert notes(desk.open(desk.small(same))) == [found]
    unread = '"One of {group}: {text}"', '"{text}"'
    assert notes(desk.open(desk.small(same, unread))) == []


def test_levels_with_the_same_words_in_a_translation_are_noted(desk):
    study = desk.small((LEVELS, "{ours: a friend, theirs: a stranger}"))
    assert notes(in_german(desk, study)) == []
    opened = in_german(desk, study, **{"a friend": "jemand", "a stranger": "jemand"})
    assert notes(opened) == ["'ours' and 'theirs' have the same words in 'de': jemand"]
