"""Presentation lists of studies: what participants of a slot see, and how often each list occurs."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import small_study
from small_study import changed as study

from analysis.errors import AnalysisError
from analysis.planned.plan import planned_models
from analysis.power.lists import Lists, lists_of
from analysis.power.settings import PowerSettings, planned_per_cell
from experiments.protocol.loops import cell_factors
from experiments.study import Study

ROTATE = "    rotate: group                 # each person sees each item with one group; over people, with both\n"
WITHIN = "  within: {group: [ours, theirs], severity: [mild, severe]}\n"
BETWEEN = "  between: {group: [ours, theirs], severity: [mild, severe]}\n"
MIXED = """\
  between: {group: [ours, theirs]}
  within: {severity: [mild, severe]}
  counterbalanced: {team: [lark, wren]}
"""
ANALYSIS = "analysis: compassion ~ group * severity\n"
SAMPLE = "sample: {participants: 60}\n"
AFTER = """\
  - {name: after, ask: {wish: {rating: "How much would you help?", points: 7, from: Not at all, to: Very much}}}
  - use: debriefing
"""


def loop(how: str) -> tuple[str, str]:
    """Another way in which the loop shows its items."""
    return ROTATE, "".join(f"    {line}\n" for line in how.split("; "))


def lists(found: Study, number: int = 0) -> Lists:
    """The lists of one of its models."""
    return lists_of(found, "main", planned_models(found, "main")[number])


def test_a_rotated_factor_has_as_many_lists_as_levels(tmp_path: Path) -> None:
    found = lists(study(tmp_path))
    assert found.factors == ("group", "severity")
    assert [len(rows) for rows in found.rows] == [8, 8]
    assert (found.cells, found.turns) == (1, ((0, 1),))
    assert found.varies("group", "item")
    assert not found.varies("severity", "item")
    for rows in found.rows:
        assert set(Counter(levels for _, levels in rows).values()) == {2}
    # Over both lists each item is met with both groups.
    assert len({row for rows in found.rows for row in rows}) == 16
    assert found.evenly(50) == (25, 25)
    assert sum(found.people(51)) == 51


def test_crossed_factors_and_repetitions_give_more_rows(tmp_path: Path) -> None:
    found = lists(study(tmp_path, loop("cross: group; times: 2")))
    assert [len(rows) for rows in found.rows] == [32]
    assert set(Counter(found.rows[0]).values()) == {2}


def test_levels_together_on_a_page_are_rows_of_the_same_item(tmp_path: Path) -> None:
    found = lists(study(tmp_path, loop("together: group")))
    (rows,) = found.rows
    assert Counter(item for item, _ in rows) == {f"i{number}": 2 for number in range(1, 9)}


def test_practice_is_never_analysed(tmp_path: Path) -> None:
    practice = "practice: {where: item = i1 or i2 or i3 or i4}"
    found = lists(study(tmp_path, loop(f"rotate: group; {practice}")))
    assert found.items == ("i5", "i6", "i7", "i8")


def test_items_that_are_taken_in_turn_repeat_after_whole_rounds(tmp_path: Path) -> None:
    found = lists(study(tmp_path, loop("rotate: group; take: 4")))
    (turn,) = found.turns
    # Two of four mild and two of four severe items in each round: two rounds of two lists.
    assert len(turn) == 4
    shown = Counter(row for number in turn for row in found.rows[number])
    assert (len(shown), set(shown.values())) == (16, {1})


def test_without_a_period_the_lists_are_those_of_all_slots(tmp_path: Path) -> None:
    few = (SAMPLE, "sample: {participants: 6}\n")
    found = lists(study(tmp_path, loop("rotate: group; take: 4"), few))
    (turn,) = found.turns
    assert len(turn) == 6
    assert sum(found.evenly(60)) == pytest.approx(60)


def test_a_cell_has_all_levels_of_counterbalanced_factors(tmp_path: Path) -> None:
    sample = (SAMPLE, "sample: {per_cell: 30, dropout: 10 %}\n")
    found = study(tmp_path, loop("take: 8"), (WITHIN, MIXED), sample)
    between = list(cell_factors(found.names, "main"))
    assert (between, planned_per_cell(found, "main")) == (["group"], 30)
    own = lists(found)
    assert own.cells == len(own.turns) == 2
    assert sum(own.people(30)) == 60
    groups = [{levels[0] for _, levels in rows} for rows in own.rows]
    assert sorted(map(tuple, groups)) == [("ours",), ("theirs",)]
    assert 30 in PowerSettings().of(found).sizes


def test_participants_in_all_are_divided_over_the_cells(tmp_path: Path) -> None:
    sample = (SAMPLE, "sample: {participants: 61}\n")
    found = study(tmp_path, loop("take: 8"), (WITHIN, MIXED), sample)
    assert planned_per_cell(found, "main") == 30


def test_what_is_asked_after_a_loop_of_one_item_knows_the_item(tmp_path: Path) -> None:
    wish = ("compassion, claim", "wish, claim"), (ANALYSIS, "analysis: wish ~ group * severity\n")
    after = ("  - use: debriefing\n", AFTER)
    found = study(tmp_path, loop("take: 1"), (WITHIN, BETWEEN), after, *wish)
    own = lists(found)
    assert own.rows_per_participant == 1
    # In the cell of a level participants meet the items of that level.
    assert own.items == tuple(f"i{number}" for number in range(1, 9))
    assert {term.group for term in planned_models(found, "main")[0].formula.random} >= {"item"}


def test_a_loop_over_levels_has_no_items(tmp_path: Path) -> None:
    each = (
        "  - each: vignettes.csv           # columns: item, text, severity\n",
        "  - each: group\n",
    )
    only = (WITHIN, "  within: {group: [ours, theirs]}\n")
    text = ('"One of {group}: {text}"', '"One of {group}"')
    found = study(
        tmp_path, each, loop(""), only, text, (ANALYSIS, "analysis: compassion ~ group\n")
    )
    assert lists(found).rows == ((("", ("ours",)), ("", ("theirs",))),)


def test_who_is_not_asked_is_in_no_list(tmp_path: Path) -> None:
    asked = AFTER.replace("{name: after,", "{name: after, when: group = ours,")
    models = """\
analysis:
  main: {formula: compassion ~ group * severity}
  wish: {formula: wish ~ severity, contrasts: [mild - severe]}
"""
    changes = (WITHIN, BETWEEN), ("  - use: debriefing\n", asked), (ANALYSIS, models)
    found = lists(study(tmp_path, loop("take: 1"), *changes), 1)
    assert (found.cells, len(found.turns)) == (4, 2)
    assert sum(found.people(20)) == 40


def test_a_computed_number_and_an_answer_are_values_of_the_rows(tmp_path: Path) -> None:
    before = '  - {name: before, ask: {mood: {slider: "How do you feel?", from: Bad, to: Good}}}\n'
    analysis = (
        "columns: {worse: severity * severity}\nanalysis: compassion ~ group * worse + mood\n"
    )
    changes = ("[mild, severe]", "[1, 3]"), (ANALYSIS, analysis)
    loop = ("  - each: vignettes.csv", f"{before}  - each: vignettes.csv")
    items = small_study.ITEMS.replace("mild", "1").replace("severe", "3")
    own = lists(study(tmp_path, loop, *changes, items=items))
    # The factor that the number is made of is known, too.
    assert own.factors == ("group", "severity")
    assert [(number.name, number.answered) for number in own.numbers] == [
        ("worse", False),
        ("mood", True),
    ]
    values = {row[1:] for rows in own.rows for _, row in rows}
    assert values == {("1", 1.0, 1.0), ("1", 1.0, -1.0), ("3", 9.0, 1.0), ("3", 9.0, -1.0)}
    assert own.evenly(40) == (10, 10, 10, 10)
    assert len(own.levels) == 4


def test_an_answer_to_each_item_cannot_be_planned(tmp_path: Path) -> None:
    known = "    ask:\n      known: {slider: Do you know this?, from: No, to: Yes}\n"
    models = "analysis: {formula: compassion ~ group * severity + known, because: It is asked with it.}\n"
    found = study(tmp_path, ("    ask:\n", known), (ANALYSIS, models))
    with pytest.raises(AnalysisError, match=r"'known' .* differs between the answers"):
        lists(found)
