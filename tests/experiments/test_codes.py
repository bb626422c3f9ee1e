"""Participant codes: every typing error of one character and every swap of neighbours is noticed."""

from __future__ import annotations

from itertools import product

import pytest

from experiments.codes import (
    ALPHABET,
    DRAWN,
    as_typed,
    check_character,
    is_participant,
    mistyped,
    new_participant,
    new_session,
)


def whole(drawn: str) -> str:
    return drawn + check_character(drawn)


def test_the_alphabet_spells_nothing_and_has_no_two_characters_that_look_alike() -> None:
    assert len(set(ALPHABET)) == len(ALPHABET) == 17
    assert not set(ALPHABET) & set("aeiouy34")
    for alike in ("0o", "1il", "2z", "5s", "6b", "8b", "9g", "9q", "mn", "uv"):
        assert len(set(alike) & set(ALPHABET)) <= 1, alike


def test_in_all_codes_of_four_characters_every_error_and_every_swap_is_noticed() -> None:
    valid = {whole("".join(drawn)) for drawn in product(ALPHABET, repeat=3)}
    assert len(valid) == 17**3
    for code in valid:
        for place, found in enumerate(code):
            before, after = code[:place], code[place + 1 :]
            assert not any(before + other + after in valid for other in ALPHABET if other != found)
            if after and after[0] != found:
                assert before + after[0] + found + after[1:] not in valid


@pytest.mark.parametrize("rest", ["2222222222", "xxxxxxxxxx", "c5hm72xw9d", "256789cdhj"])
def test_in_a_whole_code_every_pair_of_characters_at_every_place_is_tried(rest: str) -> None:
    # The check character is a sum over the places: what a change adds does not depend on the other characters.
    for place in range(DRAWN):
        for first, second in product(ALPHABET, repeat=2):
            drawn = rest[:place] + first + second + rest[place + 2 :]
            code = "p" + whole(drawn[:DRAWN])
            assert is_participant(code)
            swapped = code[: place + 1] + code[place + 2] + code[place + 1] + code[place + 3 :]
            assert is_participant(swapped) == (swapped == code)
            for other in ALPHABET:
                changed = code[: place + 1] + other + code[place + 2 :]
                assert is_participant(changed) == (changed == code)
    code = "p" + whole(rest)
    assert sum(is_participant(code[:-1] + last) for last in ALPHABET) == 1


def test_new_codes_are_valid_labels_and_differ() -> None:
    codes = {new_participant() for _ in range(2000)}
    assert len(codes) == 2000
    assert all(is_participant(code) and not mistyped(code) for code in codes)
    sessions = {new_session() for _ in range(2000)}
    assert len(sessions) == 2000
    assert all(set(session) <= set(ALPHABET) and len(session) == 20 for session in sessions)
    assert {character for code in codes for character in code[1:]} == set(ALPHABET)


def test_a_code_is_found_as_people_type_it() -> None:
    code = "pc5hm72xw9dt"
    for typed in (code, code.upper(), "pc5hm-72xw9-dt", "PC5H M72X W9DT"):
        assert as_typed(typed) == code
        assert mistyped(typed) == ""


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("pc5hm72xw9dd", "its last character does not fit"),
        ("p5chm72xw9dt", "its last character does not fit"),
        ("pc5hn72xw9dt", "no code contains 'n'"),
        ("PC5HM72XW9D7", "its last character does not fit"),
    ],
)
def test_a_typing_error_is_named(typed: str, why: str) -> None:
    assert why in mistyped(typed)
    assert as_typed(typed) == typed


@pytest.mark.parametrize(
    "code",
    [
        "p01",
        "pm4pn3crap",  # a collector of 0.1.0
        "p5f3a9c01",  # the lab, 0.1.0
        "9f86d081884c7d65",  # JATOS and Pavlovia, 0.1.0
        "5f3c9b1e2a6d4e0012ab34cd",  # Prolific
        "p22567789256",
        "participant1",
        "identified_victim-real-001",
        "משתתף 3",
        "Anna-Maria 2",
        "",
    ],
)
def test_codes_of_others_are_taken_as_they_are(code: str) -> None:
    assert mistyped(code) == ""
    assert as_typed(code) == code
