"""Times, amounts, percentages and payments: exact values, one way of writing each, and the sentences for wrong ones."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.language.phrases import PhraseError
from experiments.language.quantities import (
    SECONDS,
    Amount,
    Duration,
    Pay,
    Share,
    parse_amount,
    parse_duration,
    parse_number,
    parse_pay,
    parse_share,
)


@given(st.integers(0, 10**6), st.sampled_from(list(SECONDS)))
def test_whole_durations_are_read_as_they_were_written(value: int, unit: str) -> None:
    duration = Duration(Decimal(value), unit)  # type: ignore[arg-type]
    assert parse_duration(str(duration)) == duration


@given(st.decimals(0, 10**6, places=4), st.from_regex(r"[A-Z]{3}", fullmatch=True))
def test_quantities_are_read_as_they_were_written(value: Decimal, currency: str) -> None:
    assert parse_duration(str(Duration(value, "ms"))) == Duration(value, "ms")
    assert parse_amount(str(Amount(value, currency))) == Amount(value, currency)
    assert parse_share(str(Share(value / 10**4))) == Share(value / 10**4)
    assert parse_number(str(-value)) == -value


@given(st.integers(1, 10**6))
def test_payments_are_read_as_they_were_written(people: int) -> None:
    for pay in (Pay(Fraction(1, people)), Pay(Fraction(0))):
        assert parse_pay(str(pay)) == pay


@pytest.mark.parametrize(
    ("text", "seconds", "canonical"),
    [
        ("500 ms", "0.5", "500 ms"),
        ("16.7ms", "0.0167", "16.7 ms"),
        ("1.50 s", "1.5", "1.5 s"),
        ("2  min", "120", "2 min"),
        ("20 h", "72000", "20 h"),
        ("1 days", "86400", "1 day"),
        ("14 day", "1209600", "14 days"),
        ("0 s", "0", "0 s"),
    ],
)
def test_seconds_are_exact(text: str, seconds: str, canonical: str) -> None:
    duration = parse_duration(text)
    assert duration.seconds == Decimal(seconds)
    assert str(duration) == canonical


def test_frames_have_no_seconds() -> None:
    assert parse_duration("12 frames").seconds is None
    assert str(parse_duration("1 frame")) == "1 frame"


def test_equal_quantities_are_equal_however_they_are_written() -> None:
    assert parse_amount("0.50 USD") == parse_amount(".5USD") == Amount(Decimal("0.5"), "USD")
    assert hash(parse_amount("0.50 USD")) == hash(parse_amount(".5 USD"))
    assert parse_share("10%") == parse_share("10.0 %")
    assert parse_share("33.3 %").fraction == Fraction(333, 1000)
    assert parse_pay("1 in 1") == parse_pay("everyone")
    assert parse_pay("nobody").chance == 0


COMMA = "Write a decimal point, as in 0.5, and no comma between thousands, as in 1000."
MONEY = "Write a number and the three letters of the currency, such as 5 USD."
PAY = "Write 'everyone', '1 in 10' (any whole number) or 'nobody'."
UNITS = "The units are frames, ms, s, min, h and days."
ONE_UNIT = "Write one number and one unit, such as 90 s or 2 min."


@pytest.mark.parametrize(
    ("read", "text", "at", "found", "remedy"),
    [
        (
            parse_duration,
            "5",
            0,
            "found '5' without a unit",
            "Write the unit: 5 s, 5 ms, 5 min, 5 h or 5 days.",
        ),
        (parse_duration, "5 sec", 2, "found 'sec'", "Write '5 s'."),
        (parse_duration, "5 seconds", 2, "found 'seconds'", "Write '5 s'."),
        (parse_duration, "5 S", 2, "found 'S'", "Write '5 s'."),
        (parse_duration, "500 milliseconds", 4, "found 'milliseconds'", "Write '500 ms'."),
        (parse_duration, "2 weeks", 2, "found 'weeks'", "Write '14 days'."),
        (parse_duration, "1 month", 2, "found 'month'", UNITS),
        (parse_duration, "1,5 s", 1, "found a comma in the number '1,5'", COMMA),
        (
            parse_duration,
            "five seconds",
            0,
            "found 'five'",
            "Write a number and a unit, such as 5 s or 500 ms.",
        ),
        (parse_duration, "5 s or more", 4, "found 'or'", ONE_UNIT),
        (parse_duration, "s", 0, "found 's'", "Write a number and a unit, such as 5 s or 500 ms."),
        (parse_duration, "1:30", 1, "found ':'", ONE_UNIT),
        (parse_duration, "2 min 30 s", 6, "found '30'", ONE_UNIT),
        (parse_duration, "-5 s", 0, "found '-5'", "Write it without the minus."),
        (parse_duration, "1.5 frames", 0, "found '1.5 frames'", "Write a whole number."),
        (
            parse_duration,
            "5 's'",
            2,
            "found '''",
            "Leave out the quotation marks inside the phrase.",
        ),
        (parse_duration, "10 %", 3, "found '%'", UNITS),
        (parse_duration, "1 D", 2, "found 'D'", "Write '1 day'."),
        (
            parse_amount,
            "5",
            0,
            "found '5' without a currency",
            "Write the currency in three capital letters: 5 USD.",
        ),
        (parse_amount, "$5", 0, "found '$'", "Write the number first: 5 USD."),
        (parse_amount, "5 $", 2, "found '$'", "Write '5 USD'."),
        (parse_amount, "5$", 1, "found '$'", "Write '5 USD'."),
        (parse_amount, "€ 5", 0, "found '€'", "Write the number first: 5 EUR."),
        (parse_amount, "5 dollars", 2, "found 'dollars'", "Write '5 USD'."),
        (parse_amount, "5 usd", 2, "found 'usd'", "Write '5 USD'."),
        (parse_amount, "USD 5", 0, "found 'USD'", "Write the number first: 5 USD."),
        (parse_amount, "1,000 USD", 1, "found a comma in the number '1,000'", COMMA),
        (parse_amount, "5 USD each", 6, "found 'each'", MONEY),
        (parse_amount, "5 points", 2, "found 'points'", MONEY),
        (parse_amount, "-5 USD", 0, "found '-5'", "Write it without the minus."),
        (parse_amount, "five USD", 0, "found 'five'", MONEY),
        (parse_share, "10", 2, "found nothing after '10'", "Write '10 %'."),
        (parse_share, "0.1", 3, "found nothing after '0.1'", "Write '10 %'."),
        (parse_share, "10 percent", 3, "found 'percent'", "Write '10 %'."),
        (parse_share, "120 %", 0, "found '120 %'", "Write a percentage between 0 % and 100 %."),
        (parse_share, "-5 %", 0, "found '-5'", "Write it without the minus."),
        (parse_share, "10,5 %", 2, "found a comma in the number '10,5'", COMMA),
        (parse_share, "%", 0, "found '%'", "Write a percentage, such as 10 %."),
        (parse_share, "ten %", 0, "found 'ten'", "Write a percentage, such as 10 %."),
        (parse_share, "10 % of people", 5, "found 'of'", "Write one percentage, such as 10 %."),
        (parse_pay, "1 of 10", 2, "found 'of'", "Write '1 in 10'."),
        (parse_pay, "1 out of 10", 2, "found 'out'", "Write '1 in 10'."),
        (parse_pay, "1/10", 1, "found '/'", "Write '1 in 10'."),
        (parse_pay, "10 %", 0, "found '10 %'", "Write '1 in 10'."),
        (parse_pay, "10%", 0, "found '10%'", "Write '1 in 10'."),
        (parse_pay, "15 %", 0, "found '15 %'", PAY),
        (parse_pay, "all", 0, "found 'all'", "Write 'everyone'."),
        (parse_pay, "everybody", 0, "found 'everybody'", "Write 'everyone'."),
        (parse_pay, "none", 0, "found 'none'", "Write 'nobody'."),
        (parse_pay, "no", 0, "found 'no'", "Write 'nobody'."),
        (parse_pay, "one in ten", 0, "found 'one'", PAY),
        (parse_pay, "2 in 10", 0, "found '2'", PAY),
        (parse_pay, "1 in 0", 5, "found '0'", "Write a whole number of participants: 1 in 10."),
        (parse_pay, "1 in 2.5", 5, "found '2.5'", "Write a whole number of participants: 1 in 10."),
        (parse_pay, "1 in ten", 5, "found 'ten'", "Write a whole number of participants: 1 in 10."),
        (parse_pay, "Everyone", 0, "found 'Everyone'", "Write 'everyone'."),
        (parse_pay, "everyone else", 9, "found 'else'", PAY),
        (parse_pay, "yes", 0, "found 'yes'", "Write 'everyone'."),
        (parse_pay, "1", 1, "found nothing after '1'", PAY),
        (parse_number, "0,5", 1, "found a comma in the number '0,5'", COMMA),
        (parse_number, "1,000", 1, "found a comma in the number '1,000'", COMMA),
        (parse_number, "1_000", 1, "found '_000'", "Write the digits without '_' between them."),
        (parse_number, "5 s", 2, "found 's'", "Write the number alone, without a unit."),
        (parse_number, "five", 0, "found 'five'", "Write a number in digits, such as 7 or 0.5."),
        (parse_number, "1/3", 1, "found '/'", "Write the number alone, without a unit."),
        (parse_number, "1e5", 1, "found 'e5'", "Write the number alone, without a unit."),
        (parse_number, "1.2.3", 0, "found '1.2.3'", "Write a number with one decimal point."),
        (parse_number, "+5", 0, "found '+'", "Write a number in digits, such as 7 or 0.5."),
    ],
)
def test_wrong_quantities(
    read: Callable[[str], object], text: str, at: int, found: str, remedy: str
) -> None:
    with pytest.raises(PhraseError) as error:
        read(text)
    assert (error.value.at, error.value.found, error.value.remedy) == (at, found, remedy)
