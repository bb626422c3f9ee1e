"""Digits choose an amount to give: as many as an amount begins with make one number."""

from __future__ import annotations

from dataclasses import replace

import pytest


@pytest.mark.parametrize(
    ("digits", "amount"),
    [
        ("300", 300),
        ("1000", 1000),
        ("0", 0),
        ("50700", 700),
        ("3000", 0),
        ("10", None),
        ("13", None),
    ],
)
def test_digits_make_a_number_as_long_as_an_amount_begins_with_it(
    page, press_key, english, digits, amount
):
    screen = english.screens[english.index["give.five"]]
    made = page(replace(screen, asks=(replace(screen.asks[0], high=1000.0, step=100.0),)))
    press_key(made, *digits)
    assert made.form.answers.get("donation") == amount


def test_digits_struck_slowly_are_numbers_of_their_own(page, press_key):
    made = page("give.twenty")
    press_key(made, "1")
    press_key(made, "5", start=2.1)
    assert made.form.answers == {"donation": 5}
