"""The error for a phrase that cannot be read, and what all kinds of phrases share."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError, field_validator

from experiments.errors import UserError
from experiments.language.braces import parse_text
from experiments.language.columns import parse_column
from experiments.language.conditions import parse_condition
from experiments.language.contrasts import parse_claim, parse_contrast, parse_order
from experiments.language.exclusions import parse_exclusion
from experiments.language.formulas import parse_formula
from experiments.language.phrases import MAX_LENGTH, Phrase, PhraseError, written
from experiments.language.quantities import (
    parse_amount,
    parse_duration,
    parse_number,
    parse_pay,
    parse_share,
)

PHRASES = yaml.load(
    Path(__file__).with_name("phrases_of_studies.yaml").read_text(encoding="utf-8"),
    yaml.BaseLoader,
)
READERS: dict[str, Callable[..., object]] = {
    "conditions": parse_condition,
    "exclusions": parse_exclusion,
    "durations": parse_duration,
    "amounts": parse_amount,
    "shares": parse_share,
    "pays": parse_pay,
    "formulas": parse_formula,
    "contrasts": parse_contrast,
    "claims": parse_claim,
    "columns": parse_column,
    "texts": parse_text,
}
OTHERS = {"numbers": parse_number, "orders": parse_order}


def test_every_kind_of_phrase_is_tried() -> None:
    assert set(PHRASES) == set(READERS)


@pytest.mark.parametrize(
    ("kind", "phrase"),
    [(kind, phrase) for kind, phrases in PHRASES.items() for phrase in phrases],
    ids=str,
)
def test_the_phrases_of_the_studies_are_read_and_written_as_they_are(
    kind: str, phrase: str | dict[str, str]
) -> None:
    result = READERS[kind](phrase)
    if isinstance(phrase, str):
        assert str(result) == phrase
    else:
        assert str(result) == "{" + ", ".join(f"{k}: {v}" for k, v in phrase.items()) + "}"
    assert READERS[kind](str(result)) == result
    assert hash(READERS[kind](phrase)) == hash(result)


WORDS = st.sampled_from(
    [
        *"ab=<>+-*/()|~:%,{}&!.\"'^$5",
        *("==", "!=", "<=", " and ", " or ", " where ", "mean", "mean(", "log(", "import "),
        *(" wrong", " missing", " median", " SD", " s", " ms", "USD", "1/3", "0.5", "1,5"),
        *(" in ", "slope", "slope of log", "two lines", "{{", "}}", "file: ", " - ", " ", "é", "²"),
    ]
)


def read_or_error(read: Callable[..., object], text: str) -> object:
    try:
        return read(text)
    except PhraseError as error:
        return error


@given(text=st.lists(WORDS, max_size=12).map("".join) | st.text(max_size=40))
def test_any_text_is_read_or_refused_at_a_place_with_a_remedy(text: str) -> None:
    for read in (READERS | OTHERS).values():
        result = read_or_error(read, text)
        if isinstance(result, PhraseError):
            assert 0 <= result.at <= len(text)
            assert result.found
            assert result.remedy.endswith((".", "?"))
        else:
            assert read(str(result)) == result
            assert str(read(str(result))) == str(result)


@pytest.mark.parametrize("kind", sorted((READERS | OTHERS).keys() - {"texts"}))
@pytest.mark.parametrize("text", ["", "  ", "\n", "a" * (MAX_LENGTH + 1), "a + " * 400 + "a"])
def test_nothing_and_too_much_are_refused(kind: str, text: str) -> None:
    with pytest.raises(PhraseError, match=r"found an empty text|too long") as error:
        (READERS | OTHERS)[kind](text)
    assert error.value.remedy


@pytest.mark.parametrize(
    "text", ["(" * 290 + "a", "-" * 290 + "a", "log(" * 90 + "a", "a" + "-a" * 149]
)
def test_depth_is_limited_without_a_crash(text: str) -> None:
    result = read_or_error(parse_column, text)
    if isinstance(result, PhraseError):
        assert result.found == "found too many brackets inside each other"
    else:
        assert parse_column(str(result)) == result


def test_a_validator_of_pydantic_can_raise_it() -> None:
    class Step(BaseModel):
        when: str

        @field_validator("when")
        @classmethod
        def _read(cls, text: str) -> str:
            return str(parse_condition(text))

    with pytest.raises(ValidationError) as error:
        Step(when="mode == real")
    [found] = error.value.errors()
    cause = found["ctx"]["error"]
    assert isinstance(cause, PhraseError)
    assert (cause.found, cause.remedy, cause.at) == ("found '=='", "Write '='.", 5)


def test_it_is_a_user_error_that_can_be_sent_to_another_process() -> None:
    error = PhraseError("found '=='", "Write '='.", 5, "cost")
    assert isinstance(error, UserError)
    assert str(error) == "found '=='. Write '='."
    again = pickle.loads(pickle.dumps(error))
    assert (again.found, again.remedy, again.at, again.key) == (
        "found '=='",
        "Write '='.",
        5,
        "cost",
    )


def test_an_invisible_character_is_named() -> None:
    with pytest.raises(PhraseError) as error:
        parse_condition("mode =\u200b real")
    assert error.value.found == "found an invisible character (U+200B)"
    assert error.value.at == 6


def test_tokens_know_their_places() -> None:
    phrase = Phrase("a.b <= 0.5")
    tokens = [phrase.take() for _ in range(4)]
    assert [(t.kind, t.text, t.start, t.end) for t in tokens] == [
        ("word", "a.b", 0, 3),
        ("sign", "<=", 4, 6),
        ("number", "0.5", 7, 10),
        ("end", "", 10, 10),
    ]


@pytest.mark.parametrize("text", ["a", "089", "1.10", "-2", "01a", "E", "0.5", ".5", "größe"])
def test_levels_are_kept_as_they_are_written(text: str) -> None:
    assert Phrase(text).level("Write a level.") == text


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4))
def test_numbers_are_written_exactly(number: Decimal) -> None:
    assert Decimal(written(number)) == number
    assert "E" not in written(number)
