"""Numbers are written and rounded in the browser as in Python, to the last character."""

from __future__ import annotations

import random
import struct
from collections.abc import Callable
from typing import Any

from experiments.numbers import money
from experiments.timeline.timeline import answer_text

SCRIPT = """
const { fixed, moneyText, rounded, valueText } = await player("numerals.js");
const main = ({ numbers, monies }) => ({
  rounded: numbers.map(rounded),
  texts: numbers.map(valueText),
  cents: numbers.map((number) => fixed(number, 2)),
  monies: monies.map(([amount, money]) => moneyText(amount, money)),
});
"""
MONEY: tuple[dict[str, Any], ...] = (
    {"prefix": "$", "suffix": "", "decimals": 0},
    {"prefix": "", "suffix": " €", "decimals": 2},
)


def numbers() -> list[float]:
    """Ties, whole numbers, small and large ones, and random bits."""
    rng = random.Random(20260101)
    made = [
        0.0,
        -0.0,
        1 / 128,
        3 / 128,
        -5 / 128,
        0.5,
        1.5,
        2.5,
        0.125,
        0.375,
        1e-7,
        1.5e-5,
        0.1 + 0.2,
    ]
    made += [2.0**60, 123456789.125, 1234567.5, 0.0000005, 4.35, 2.675, -1e-9]
    made += [rng.randrange(-(10**9), 10**9) / 128 for _ in range(300)]
    made += [rng.uniform(-1e4, 1e4) for _ in range(300)]
    while len(made) < 900:
        (number,) = struct.unpack("<d", rng.randbytes(8))
        if 1e-30 < abs(number) < 1e20:
            made.append(number)
    return made


def test_numbers_are_written_as_in_python(run_js: Callable[[str, Any], Any]) -> None:
    given = numbers()
    amounts = [(number, each) for number in given for each in MONEY if abs(number) < 1e15]
    found = run_js(SCRIPT, {"numbers": given, "monies": amounts})
    assert [float(number) for number in found["rounded"]] == [round(number, 6) for number in given]
    assert found["texts"] == [answer_text(number) for number in given]
    assert found["cents"] == [f"{number:.2f}" for number in given]
    assert found["monies"] == [money(amount, written) for amount, written in amounts]
