"""Notes on consent, and on entries of PO files that translate nothing."""

from __future__ import annotations

import pytest

from experiments.protocol.notes import notes_on
from experiments.protocol.translation_files import update_translation

WELCOME, END = "  - page: Welcome.\n", "  - page: Thank you.\n"
CONSENT = "  - use: consent\n    about: people\n"


def notes(desk, *changes: tuple[str, str]) -> list[tuple[str, str]]:
    return [(note.key, note.found) for note in notes_on(desk.open(desk.small(*changes)))]


def test_consent_comes_first(desk):
    assert notes(desk, (WELCOME, CONSENT)) == []
    found = "consent is asked after the first question (people.compassion)"
    assert notes(desk, (END, CONSENT)) == [("flow[2]", found)]


@pytest.mark.parametrize("when", ["cause = own", "mode = b"])
def test_consent_is_asked_of_all(desk, when):
    modes = "analysis:", "modes: {a: {}, b: {}}\nanalysis:"
    some = WELCOME, f"{CONSENT}    when: {when}\n"
    found = f"consent is asked of some participants only: {when}"
    assert notes(desk, some, modes) == [("flow[0]", found)]


def test_an_entry_of_a_place_that_there_is_not(desk):
    study = desk.small((WELCOME, CONSENT))
    path = desk.write("study.yaml", study)
    update_translation(path, "de")
    assert list(notes_on(desk.open(study))) == []
    po = path.with_suffix(".de.po")
    entry = '\nmsgctxt "flow.nowhere"\nmsgid "Not at all"\nmsgstr "Gar nicht"\n'
    po.write_text(po.read_text("utf-8") + entry, "utf-8")
    (note,) = notes_on(desk.open(study))
    assert note.file == str(po)
    assert note.found == "no text at 'flow.nowhere' has the words 'Not at all'"


@pytest.mark.parametrize(
    ("column", "found"),
    [
        ("mean(compassion, mood)", "'mean(compassion, mood)' is a mean of different scales (compassion from 1 to 7, mood from 0 to 100), so that the longest counts most"),
        ("1 - log(mean(mood, compassion + 1))", "'mean(mood, compassion + 1)' is a mean of different scales (mood from 0 to 100, compassion + 1 from 2 to 8), so that the longest counts most"),
        ("mean(compassion, compassion * 2 / 2)", ""),
        ("max(compassion, mood)", ""),
    ],
)  # fmt: skip
def test_a_mean_of_different_scales(desk, column, found):
    mood = "  - ask: {mood: {slider: M, from: f, to: t}}\n"
    changes = [(WELCOME, CONSENT), (END, END + mood), ("analysis:", f"columns:\n  both: {column}\nanalysis:")]  # fmt: skip
    assert notes(desk, *changes) == ([("columns.both", found)] if found else [])


@pytest.mark.parametrize(
    ("formula", "noted"),
    [
        ("compassion ~ group", False),
        ("compassion ~ group + (1 | item)", True),
        ("compassion ~ group + (1 | item) + (group | participant)", False),
        ("compassion ~ group + (1 | item) + (1 | participant:group)", False),
        ("liked ~ cause + (1 | cause)", False),
    ],
)
def test_several_answers_of_each_participant_without_a_random_term(desk, formula, noted):
    liked = "  - ask: {liked: {slider: L, from: f, to: t}}\n"
    changes = [(WELCOME, CONSENT), (END, END + liked), ("analysis: compassion ~ group", f"analysis:\n  main: compassion ~ group\n  other: {formula}")]  # fmt: skip
    found = [(key, found[:55]) for key, found in notes(desk, *changes)]
    assert found == (
        [("analysis.other", "'compassion' has several rows of each participant, and ")]
        if noted
        else []
    )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("#What to do", "participants see the signs '#W'"),
        ("## What to do", "participants see the signs '##'"),
        ("Please **read this.", "participants see two asterisks, '**'"),
        ("Please <b>read</b> this.", "participants see '<b>'"),
        ("Read **this**: 3 < 4 > 2, a # and 2 * 3.", ""),
    ],
)
def test_signs_that_participants_see(desk, text, found):
    changes = (WELCOME, CONSENT + f"  - page: {text!r}\n")
    assert notes(desk, changes) == ([("flow[1].page", found)] if found else [])
