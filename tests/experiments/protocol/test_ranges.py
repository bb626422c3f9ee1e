"""The range of a measure's or a column's values follows from the study."""

from __future__ import annotations

from math import inf, log, sqrt

import pytest

from experiments.answer_range import SECONDS, YES_NO, Range
from experiments.protocol.names import AddressError
from experiments.study import Study, open_study
from tests.small_study import TEXT, write

COLUMNS = """\
columns:
  ten: compassion * 10
  gap: compassion - worry
  sum_of_two: compassion + worry
  half: (compassion + worry) / 2
  third: mean(compassion, worry, calm)
  lowest: min(compassion, calm)
  inverse: 1 / compassion
  log_of: log(compassion)
  log_zero: log(calm)
  share: mean(group = ours)
  is_ours: group = ours
  own_mean: mean(compassion where group = ours)
  spread: sd(compassion)
  total: sum(compassion)
  centred: {of: compassion, centre: yes}
  less: -compassion
  product: compassion * calm
  swift: compassion.time / 2
"""


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    folder = tmp_path_factory.mktemp("ranges")
    text = TEXT.replace(
        "hypothesis:", COLUMNS + "hypothesis:"
    ).replace(
        "to: Very much}\n",
        "to: Very much}\n"
        "      worry: {rating: Worry?, points: 7, from: Not at all, to: Very much}\n"
        "      calm: {slider: Calm?, from: Not at all, to: Very much, step: 0.5}\n"
        "      feelings: {slider: You feel, items: {warm: warm, sad: sad, glad: glad}, scores: {good: [warm, glad]}, from: No, to: Yes}\n"
        "      years: {number: How old?, least: 18, most: 99, unit: years}\n"
        "      count: {number: How many?}\n"
        "      shared: {allocation: How much?, of: 8 EUR, step: 0.5 EUR}\n"
        "      which: {choice: Which?, options: {a: A, b: B}, correct: a}\n"
        "      said: {text: Why?}\n",
    )  # fmt: skip
    return write(folder, text)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("compassion", Range(1, 7, 1, "points")),
        ("vignettes.compassion", Range(1, 7, 1, "points")),
        ("compassion.time", SECONDS),
        ("calm", Range(0, 100, 0.5, "points")),
        ("feelings", Range(0, 100, 1 / 3, "points")),
        ("feelings.warm", Range(0, 100, 1, "points")),
        ("feelings.good", Range(0, 100, 1 / 2, "points")),
        ("years", Range(18, 99, 1, "years")),
        ("count", Range(0, 999_999, 1, "")),
        ("shared", Range(0, 8, 0.5, "EUR", "€", divides=True)),
        ("which", None),
        ("which.correct", YES_NO),
        ("said", None),
        ("group", None),
        ("mode", None),
        ("text", None),
        ("ten", Range(10, 70, 10, "points")),
        ("gap", Range(-6, 6, 1, "points")),
        ("sum_of_two", Range(2, 14, 1, "points")),
        ("half", Range(1, 7, 0.5, "points")),
        ("third", Range(2 / 3, 38, 0.5 / 3, "points")),
        ("lowest", Range(0, 7, 0.5, "points")),
        ("inverse", Range(1 / 7, 1, 0, "")),
        ("swift", Range(0, inf, 0.0005, "s")),
        ("log_of", Range(0, log(7), 0, "")),
        ("log_zero", None),
        ("share", Range(0, 1, 0, "")),
        ("is_ours", YES_NO),
        ("own_mean", Range(1, 7, 0, "points")),
        ("spread", Range(0, 6 / sqrt(2), 0, "points")),
        ("total", None),
        ("centred", None),
        ("less", Range(-7, -1, 1, "points")),
        ("product", Range(0, 700, 0, "")),
    ],
)
def test_ranges_follow_from_questions_and_arithmetic(
    name: str, expected: Range | None, study: Study
) -> None:
    found = study.range(name, "main")
    if expected is None or found is None:
        assert found == expected
        return
    for field in ("low", "high", "step"):
        assert getattr(found, field) == pytest.approx(getattr(expected, field)), field
    assert (found.unit, found.prefix, found.divides) == (
        expected.unit, expected.prefix, expected.divides
    )  # fmt: skip


def test_amounts_are_those_of_the_stakes() -> None:
    study = open_study("protocols/identified_victim.yaml")
    expected = Range(0.0, 5.0, 1.0, "USD", "$", divides=True)
    assert {study.range("donation", mode) for mode in study.modes} == {expected}


def test_scores_and_items_of_instruments() -> None:
    study = open_study("protocols/identified_victim.yaml")
    assert study.range("feelings5", "real") == Range(1.0, 5.0, 1 / 5, "points")
    item = next(name for name in study.names.measures if name.startswith("feelings5."))
    assert study.range(item, "real") == Range(1.0, 5.0, 1.0, "points")


def test_estimates_of_dots_are_numbers_and_choices_of_paintings_are_not() -> None:
    study = open_study("protocols/parochial_vignettes.yaml")
    assert study.range("groups.answer", "dots") == Range(0.0, 1000.0, 1.0, "dots")
    assert study.range("groups.answer", "paintings") is None


def test_factors_of_numbers_and_what_does_not_exist() -> None:
    study = open_study("protocols/compassion_collapse.yaml")
    victims = study.range("victims", study.modes[0])
    assert victims is not None
    assert victims.low == 1
    with pytest.raises(AddressError, match="'donatoin' is no question of the study"):
        study.range("donatoin", study.modes[0])


def test_what_has_no_end_cannot_be_counted() -> None:
    with pytest.raises(ValueError, match="cannot be counted"):
        _ = SECONDS.count
