"""The allocation list: balanced by every rule of the design, the same at its start when made longer, and secret."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from experiments.protocol.orders import longest_run
from experiments.protocol.slots import AllocationList


def table(columns: dict[str, list[str]]) -> str:
    """Return a conditions file."""
    rows = zip(*columns.values(), strict=True)
    return "\n".join([",".join(columns), *(",".join(row) for row in rows)]) + "\n"


def items(number: int, **columns: list[str]) -> str:
    """Return a conditions file with items i1, i2, ..."""
    return table({"item": [f"i{n}" for n in range(1, number + 1)], **columns})


def opened(desk, factors: str, loop: str, sample: str = "{participants: 24}", more: str = ""):
    """Return a study with one loop."""
    page = "Thing {x}." if loop.startswith("together: x") else "Thing."
    return desk.open(f"""\
study: design
title: A design
factors: {{{factors}}}
{more}
flow:
  - page: Welcome.
  - name: things
    each: things.csv
    {loop}
    page: "{page}"
    ask: {{liking: {{rating: How much do you like it?, points: 7, from: Not at all, to: Very much}}}}
analysis: {{formula: liking ~ x, contrasts: [a - b]}}
sample: {sample}
""")


def slots(study, mode: str = "main", secret: str = "s"):
    return list(AllocationList(study, mode, secret).slots())


def trials(slot, loop: str = "flow.1"):
    return [trial for trial in slot.trials[loop] if not trial.practice]


X = "within: {x: [a, b]}"


def test_every_block_holds_each_cell_twice_or_once(desk):
    desk.write("things.csv", items(4))
    factors = "between: {x: [a, b], y: [c, d, e]}, counterbalanced: {z: [f, g]}"
    for block in (1, 2):
        study = opened(desk, factors, "", f"{{per_cell: 10, block: {block}}}")
        drawn = slots(study)
        size = 12 * block
        assert len(drawn) % size == 0
        orders = set()
        for start in range(0, len(drawn), size):
            cells = [tuple(slot.cells.values()) for slot in drawn[start : start + size]]
            assert set(Counter(cells).values()) == {block}
            assert {slot.block for slot in drawn[start : start + size]} == {start // size + 1}
            orders.add(tuple(cells))
        assert len(orders) == len(drawn) // size
        assert [slot.number for slot in drawn] == list(range(1, len(drawn) + 1))


@pytest.mark.parametrize(
    ("factors", "sample", "length"),
    [
        ("between: {x: [a, b]}", "{participants: 60}", 60),
        ("between: {x: [a, b]}", "{participants: 61}", 64),
        # 90 of 100 are left after 10 % drop out.
        ("between: {x: [a, b]}", "{participants: 90, dropout: 10 %}", 100),
        # Six cells of x and y; z is counterbalanced and does not count.
        (
            "between: {x: [a, b, c], y: [d, e]}, counterbalanced: {z: [f, g]}",
            "{per_cell: 10}",
            72,
        ),
    ],
)
def test_there_are_slots_for_the_sample_and_its_drop_out(desk, factors, sample, length):
    desk.write("things.csv", items(4))
    study = opened(desk, factors, "", sample)
    assert AllocationList(study, "main", "s").length == length == len(slots(study))


def test_each_mode_has_its_own_list(desk):
    desk.write("things.csv", items(4))
    more = "modes: {real: {}, imagined: {}}"
    study = opened(desk, "between: {x: [a, b]}", "", "{participants: 40}", more)
    real, imagined = slots(study, "real"), slots(study, "imagined")
    assert {slot.mode for slot in imagined} == {"imagined"}
    assert [slot.cells for slot in real] != [slot.cells for slot in imagined]


def test_a_longer_list_begins_with_the_same_slots(desk):
    desk.write("things.csv", items(12))
    loop = "rotate: x\n    take: 4"
    short = slots(opened(desk, X, loop, "{participants: 20}"))
    long = slots(opened(desk, X, loop, "{participants: 90}"))
    assert long[: len(short)] == short
    study = opened(desk, X, loop, "{participants: 20}")
    assert list(AllocationList(study, "main", "s").slots(blocks=3)) == short[:6]
    assert list(AllocationList(study, "main", "s").slots(blocks=30)) == long[:60]


def test_another_secret_gives_another_list(desk):
    desk.write("things.csv", items(8))
    study = opened(desk, f"between: {{y: [c, d]}}, {X}", "rotate: x", "{participants: 40}")
    mine, theirs = slots(study, secret="mine"), slots(study, secret="theirs")
    assert [slot.cells for slot in mine] != [slot.cells for slot in theirs]
    assert [trials(slot) for slot in mine] != [trials(slot) for slot in theirs]
    assert mine == slots(study, secret="mine")


def test_texts_and_other_steps_change_no_allocation(desk):
    desk.write("things.csv", items(8))
    before = slots(opened(desk, X, "rotate: x"))
    text = (desk.folder / "study.yaml").read_text(encoding="utf-8")
    text = text.replace("How much do you like it?", "How pleasant is it?").replace(
        "Thing.", "That."
    )
    text = text.replace("  - page: Welcome.", "  - page: Hello.\n  - page: Another page.")
    after = slots(desk.open(text))
    assert [slot.cells for slot in after] == [slot.cells for slot in before]
    assert [trials(slot, "flow.2") for slot in after] == [trials(slot) for slot in before]


def test_item_i_of_list_l_is_in_cell_i_plus_l(desk):
    desk.write("things.csv", items(6))
    study = opened(desk, "within: {x: [a, b], y: [c, d, e]}", "rotate: [x, y]")
    cells = [(x, y) for x in "ab" for y in "cde"]
    lists = set()
    for slot in slots(study):
        by_item = {trial.item: tuple(trial.cells.values()) for trial in trials(slot)}
        shift = cells.index(by_item["i1"])
        assert [by_item[f"i{n + 1}"] for n in range(6)] == [
            cells[(n + shift) % 6] for n in range(6)
        ]
        lists.add(shift)
    assert lists == set(range(6))


def test_lists_come_in_a_new_order_each_round_and_for_each_loop_by_itself(desk):
    desk.write("things.csv", items(4))
    text = """\
study: design
title: A design
factors: {within: {x: [a, b, c, d]}}
flow:
  - {name: one, each: things.csv, rotate: x, page: P, ask: {liking: {slider: L, from: f, to: t}}}
  - {name: two, each: things.csv, rotate: x, page: P, ask: {hating: {slider: L, from: f, to: t}}}
analysis: {formula: liking ~ x, contrasts: [a - b]}
sample: {participants: 80}
"""
    drawn = slots(desk.open(text))
    shifts = {
        loop: [next(t.cells["x"] for t in slot.trials[loop] if t.item == "i1") for slot in drawn]
        for loop in ("flow.0", "flow.1")
    }
    assert shifts["flow.0"] != shifts["flow.1"]
    for of_loop in shifts.values():
        rounds = [tuple(of_loop[start : start + 4]) for start in range(0, 80, 4)]
        assert all(sorted(each) == list("abcd") for each in rounds)
        assert len(set(rounds)) > 5


@settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(
    st.integers(1, 3), st.integers(1, 3), st.integers(1, 2), st.integers(1, 3), st.integers(1, 2)
)
def test_over_whole_rounds_each_item_meets_each_cell_equally_often(
    desk, k, levels, parts, spare, crossed
):
    """Rotated over k cells, with a column of several levels, a part of the items taken, and a crossed factor."""
    per_level = k * (parts + spare)
    column = [f"v{level}" for level in range(levels) for _ in range(per_level)]
    factors = {"r": [f"r{n}" for n in range(k)], "v": sorted(set(column)), "c": ["c0", "c1"]}
    names = [name for name, use in (("r", k > 1), ("v", levels > 1), ("c", crossed > 1)) if use]
    if not names:
        return
    desk.write("things.csv", items(len(column), **({"v": column} if levels > 1 else {})))
    within = ", ".join(f"{name}: [{', '.join(factors[name])}]" for name in names)
    take = k * parts * levels
    loop = f"take: {take}"
    loop += "\n    rotate: r" if k > 1 else ""
    loop += "\n    cross: c" if crossed > 1 else ""
    study = desk.open(f"""\
study: design
title: A design
factors: {{within: {{{within}}}}}
flow:
  - each: things.csv
    {loop}
    page: Thing.
    ask: {{liking: {{slider: L, from: f, to: t}}}}
analysis: {{formula: liking ~ {names[0]}, contrasts: [{factors[names[0]][0]} - {factors[names[0]][1]}]}}
sample: {{participants: {per_level * k}, block: {per_level * k}}}
""")
    # After k * per_level participants the cyclic order of each level has come round a whole number of times.
    drawn = slots(study)
    met = Counter(
        (trial.item, *trial.cells.items()) for slot in drawn for trial in trials(slot, "flow.0")
    )
    assert len(met) == len(column) * k * crossed
    assert len(set(met.values())) == 1
    for slot in drawn:
        own = Counter(tuple(sorted(t.cells.items())) for t in trials(slot, "flow.0"))
        assert len(own) == k * levels * crossed
        assert set(own.values()) == {parts}
    for start in range(0, len(drawn), k):
        sharing = {
            frozenset(trial.item for trial in trials(slot, "flow.0"))
            for slot in drawn[start : start + k]
        }
        assert len(sharing) == 1


def test_uneven_cells_differ_by_one_item(desk):
    desk.write("things.csv", items(10, x=["a"] * 5 + ["b"] * 5))
    study = opened(
        desk,
        "within: {x: [a, b], y: [c, d, e]}",
        "rotate: y\n    take: 7\n    uneven: yes",
        "{participants: 60}",
    )
    parts = Counter()
    for slot in slots(study):
        for factor in ("x", "y"):
            counts = Counter(trial.cells[factor] for trial in trials(slot))
            assert max(counts.values()) - min(counts.values()) <= 1
        parts[Counter(trial.cells["x"] for trial in trials(slot))["a"]] += 1
    # The longer part changes from round to round of three.
    assert parts == {4: 30, 3: 30}


def test_crossed_items_come_in_every_cell_so_many_times(desk):
    desk.write("things.csv", items(3))
    study = opened(desk, "within: {x: [a, b], y: [c, d]}", "cross: [x, y]\n    times: 2")
    for slot in slots(study):
        met = Counter((trial.item, *trial.cells.values()) for trial in trials(slot))
        assert len(met) == 12
        assert set(met.values()) == {2}


def test_levels_together_have_places_by_chance_that_are_recorded(desk):
    desk.write("things.csv", items(2))
    study = opened(desk, X, "together: x", "{participants: 200}")
    places = Counter()
    for slot in slots(study):
        assert len(trials(slot)) == 2
        for trial in trials(slot):
            assert trial.cells == {}
            places[tuple(cells["x"] for cells in trial.together)] += 1
    # 99.99% interval of a binomial with 400 draws at 1/2
    assert set(places) == {("a", "b"), ("b", "a")}
    assert 161 <= places["a", "b"] <= 239


def test_participants_get_the_items_of_their_level(desk):
    desk.write("things.csv", items(6, y=["c"] * 3 + ["d"] * 3))
    study = opened(desk, f"counterbalanced: {{y: [c, d]}}, {X}", "cross: x")
    for slot in slots(study):
        own = {"c": {"i1", "i2", "i3"}, "d": {"i4", "i5", "i6"}}[slot.cells["y"]]
        assert {trial.item for trial in trials(slot)} == own
        assert all(trial.cells.keys() == {"x"} for trial in trials(slot))


def test_ready_made_lists_give_each_item_once_at_the_level_of_the_list(desk):
    """The column ``item`` repeats; each participant meets the rows of their own list."""
    rows = {"item": ["i1", "i2"] * 2, "list": ["p", "p", "q", "q"], "x": ["a", "b", "b", "a"]}
    desk.write("things.csv", table(rows))
    study = opened(desk, f"counterbalanced: {{list: [p, q]}}, {X}", "")
    met = Counter()
    for slot in slots(study):
        assert sorted(trial.item for trial in trials(slot)) == ["i1", "i2"]
        met.update((trial.item, trial.cells["x"]) for trial in trials(slot))
    assert set(met.values()) == {12}


def test_a_factor_that_is_between_in_a_mode_does_not_vary_there(desk):
    desk.write("things.csv", items(4))
    more = "modes: {separate: {}, joint: {within: [x]}}"
    for how in ("rotate", "cross", "together"):
        study = opened(desk, "between: {x: [a, b]}", f"{how}: x", "{participants: 8}", more)
        separate, joint = slots(study, "separate"), slots(study, "joint")
        assert Counter(slot.cells["x"] for slot in separate) == {"a": 4, "b": 4}
        assert all(len(trials(s)) == 4 and not trials(s)[0].cells for s in separate)
        assert not any(trial.together for slot in separate for trial in trials(slot))
        assert all(slot.cells == {} for slot in joint)
        first = trials(joint[0])
        assert len(first) == {"rotate": 4, "cross": 8, "together": 4}[how]
        assert bool(first[0].together) == (how == "together")


def test_the_number_of_items_can_differ_by_mode_and_factor(desk):
    desk.write("things.csv", items(8))
    more = "modes: {short: {}, long: {}}"
    loop = "take: {by: [mode, y], short c: 2, short d: 4, else: 8}"
    study = opened(desk, f"between: {{y: [c, d]}}, {X}", loop + "\n    rotate: x", more=more)
    taken = {
        (mode, slot.cells["y"]): len(trials(slot))
        for mode in ("short", "long")
        for slot in slots(study, mode)
    }
    assert taken == {("short", "c"): 2, ("short", "d"): 4, ("long", "c"): 8, ("long", "d"): 8}


def test_fresh_items_are_none_of_another_loop_and_are_balanced(desk):
    desk.write("things.csv", items(8))
    text = """\
study: design
title: A design
factors: {within: {x: [a, b]}}
flow:
  - {name: one, each: things.csv, take: 2, rotate: x, page: P, ask: {liking: {slider: L, from: f, to: t}}}
  - {name: two, each: things.csv, take: 4, fresh: yes, page: P, ask: {hating: {slider: L, from: f, to: t}}}
analysis: {formula: liking ~ x, contrasts: [a - b]}
sample: {participants: 16}
"""
    met = defaultdict(Counter)
    for slot in slots(desk.open(text)):
        one, two = ({trial.item for trial in slot.trials[f"flow.{n}"]} for n in (0, 1))
        assert (len(one), len(two), one & two) == (2, 4, set())
        met["one"].update(one)
        met["two"].update(two)
    assert set(met["one"].values()) == {4}


def test_fresh_items_of_two_sessions_change_places(desk):
    desk.write("things.csv", items(8, x=["a", "b"] * 4))
    text = """\
study: design
title: A design
factors: {within: {x: [a, b]}}
sessions: {before: {}, after: {since: before, wait: 1 day}}
flow:
  before:
    - {name: films, each: things.csv, take: 4, fresh: yes, page: P, ask: {liking: {slider: L, from: f, to: t}}}
  after:
    - repeat: before.films
analysis: {formula: before.liking ~ x, contrasts: [a - b]}
sample: {participants: 12}
"""
    met = Counter()
    for slot in slots(desk.open(text)):
        before, after = ({t.item for t in slot.trials[f"flow.{s}.0"]} for s in ("before", "after"))
        assert len(before) == len(after) == 4
        assert not before & after
        assert Counter(t.cells["x"] for t in slot.trials["flow.before.0"]) == {"a": 2, "b": 2}
        met.update((item, "before") for item in before)
        met.update((item, "after") for item in after)
    assert set(met.values()) == {6}


def test_where_restricts_the_items(desk):
    desk.write("things.csv", items(6, size=["1", "2", "3", "4", "5", "6"]))
    study = opened(desk, X, "where: size > 2 and item != i6\n    cross: x")
    for slot in slots(study):
        assert {trial.item for trial in trials(slot)} == {"i3", "i4", "i5"}


def test_practice_items_come_first_by_chance_and_are_left_out(desk):
    desk.write("things.csv", items(6, y=["c", "c", "d", "c", "d", ""]))
    loop = "practice: {where: item = i6 or i1}\n    cross: x"
    study = opened(
        desk, "within: {x: [a, b]}, counterbalanced: {z: [f, g]}", loop, "{participants: 80}"
    )
    drawn = Counter()
    for slot in slots(study):
        whole = slot.trials["flow.1"]
        assert [trial.item for trial in whole[:2]] == ["i1", "i6"]
        assert [trial.practice for trial in whole] == [True, True] + [False] * 8
        assert {trial.item for trial in whole[2:]} == {"i2", "i3", "i4", "i5"}
        drawn.update(trial.cells["x"] for trial in whole[:2])
    # 99.99% interval of a binomial with 160 draws at 1/2
    assert 55 <= drawn["a"] <= 105


def test_orders_are_drawn_for_each_participant_or_as_written(desk):
    desk.write("things.csv", items(8, x=["b", "a"] * 4))
    random = [tuple(t.item for t in trials(s)) for s in slots(opened(desk, X, ""))]
    assert len(set(random)) == len(random)
    written = {
        tuple(t.item for t in trials(s)) for s in slots(opened(desk, X, "order: as written"))
    }
    assert written == {tuple(f"i{n}" for n in range(1, 9))}
    taken = slots(opened(desk, X, "order: as written\n    take: 4"))
    assert len({tuple(t.item for t in trials(slot)) for slot in taken}) > 1
    for slot in taken:
        numbers = [int(trial.item[1:]) for trial in trials(slot)]
        assert numbers == sorted(numbers)


def test_every_item_comes_at_every_place_about_equally_often(desk):
    desk.write("things.csv", items(4, x=["a", "b"] * 2))
    study = opened(desk, X, "", "{participants: 800}")
    places = Counter(
        (trial.item, place) for slot in slots(study) for place, trial in enumerate(trials(slot))
    )
    # 99.99% interval of a binomial with 800 draws at 1/4
    assert all(153 <= places[f"i{n}", place] <= 249 for n in (1, 2, 3, 4) for place in range(4))


def test_blocks_rotate_and_are_kept_together(desk):
    desk.write("things.csv", items(12, y=["c", "d", "e"] * 4))
    loop = "order: blocks of y\n    rotate: x\n    take: 6"
    study = opened(desk, "within: {x: [a, b], y: [d, e, c]}", loop, "{participants: 60}")
    orders = Counter()
    for slot in slots(study):
        blocks = [trial.cells["y"] for trial in trials(slot)]
        order = list(dict.fromkeys(blocks))
        assert sum(one != other for one, other in pairwise(blocks)) == len(order) - 1
        orders["".join(order)] += 1
    assert orders == {"dec": 20, "ecd": 20, "cde": 20}


def test_first_and_last_items_and_short_runs(desk):
    desk.write("things.csv", items(10, x=["a"] * 6 + ["b"] * 4))
    study = opened(desk, X, "first: i2\n    last: i1\n    runs: {x: 2}", "{participants: 100}")
    middles = set()
    for slot in slots(study):
        order = [trial.item for trial in trials(slot)]
        assert (order[0], order[-1]) == ("i2", "i1")
        assert sorted(order) == sorted(f"i{n}" for n in range(1, 11))
        assert longest_run([trial.cells["x"] for trial in trials(slot)]) <= 2
        middles.add(tuple(order[1:-1]))
    assert len(middles) > 90


def test_a_loop_over_levels_shows_each_level_crossed_and_rotated(desk):
    text = """\
study: design
title: A design
factors: {within: {x: ["1", "2", "3"], y: [c, d], z: [f, g, h]}}
flow:
  - {name: levels, each: x, where: x < 3, cross: y, page: P, ask: {liking: {slider: L, from: f, to: t}}}
  - {name: lists, each: x, rotate: z, page: P, ask: {hating: {slider: L, from: f, to: t}}}
analysis: {formula: liking ~ y, contrasts: [c - d]}
sample: {participants: 12}
"""
    met = Counter()
    for slot in slots(desk.open(text)):
        crossed = Counter((t.item, t.cells["x"], t.cells["y"]) for t in slot.trials["flow.0"])
        assert crossed == {(x, x, y): 1 for x in "12" for y in "cd"}
        lists = [(t.cells["x"], t.cells["z"]) for t in slot.trials["flow.1"]]
        assert {z for _, z in lists} == set("fgh")
        met.update(lists)
    assert set(met.values()) == {4}


def test_a_loop_that_is_not_shown_has_no_trials(desk):
    desk.write("things.csv", items(4))
    loop = "when: y = c\n    rotate: x"
    for slot in slots(opened(desk, f"between: {{y: [c, d]}}, {X}", loop)):
        assert len(slot.trials["flow.1"]) == (4 if slot.cells["y"] == "c" else 0)


ANSWERED = """\
study: design
title: A design
factors: {between: {x: [a, b]}, answered: {side: {from: club, quota: 30}}}
modes: {asked: {}, drawn: {}}
flow:
  - when: mode = asked
    ask: {club: {choice: Which?, options: {first: First, second: Second, neither: Neither}, required: yes}}
  - {when: club = neither, end: Thank you.}
  - ask: {liking: {slider: L, from: f, to: t}}
analysis: {formula: liking ~ x, contrasts: [a - b]}
sample: {participants: 40, dropout: 25 %}
"""


def test_chance_works_within_each_answer_up_to_its_quota(desk):
    study = desk.open(ANSWERED)
    drawn = slots(study, "asked")
    # 30 are wanted at each of two levels, 40 with drop-out; 'neither' leads to the end.
    assert len(drawn) == 80 == AllocationList(study, "asked", "s").length
    for side in ("first", "second"):
        own = [slot for slot in drawn if slot.answered == {"side": side}]
        assert len(own) == 40
        for start in range(0, 40, 4):
            assert Counter(s.cells["x"] for s in own[start : start + 4]) == {"a": 2, "b": 2}
    by_side = [
        [s.cells for s in drawn if s.answered["side"] == side] for side in ("first", "second")
    ]
    assert by_side[0] != by_side[1]
    longer = desk.open(ANSWERED.replace("quota: 30", "quota: 60"))
    assert slots(longer, "asked")[:80] == drawn
    without = slots(study, "drawn")
    assert len(without) == 56
    assert all(slot.answered == {} for slot in without)


def test_sealed_arms_are_letters_in_the_list(desk):
    text = ANSWERED.replace(
        "between: {x: [a, b]}, answered: {side: {from: club, quota: 30}}",
        "sealed: {x: [active, placebo]}",
    )
    study = desk.open(text.replace("[a - b]", "[active - placebo]"))
    drawn = slots(study, "drawn")
    assert Counter(slot.cells["x"] for slot in drawn) == {"A": 28, "B": 28}


def test_the_lottery_pays_about_its_share(desk):
    desk.write("things.csv", items(2))
    more = "stakes: {endowment: 10 USD}\nmodes: {real: {paid: everyone}, lottery: {paid: 1 in 10}, none: {paid: nobody}}"
    study = opened(desk, X, "cross: x", "{participants: 1000}", more)
    paid = {
        mode: sum(slot.draws["implemented"] for slot in slots(study, mode))
        for mode in ("real", "lottery", "none")
    }
    assert (paid["real"], paid["none"]) == (1000, 0)
    # 99.99% interval of a binomial with 1,000 draws at 1/10
    assert 65 <= paid["lottery"] <= 138
    assert all(0 <= slot.draws["paid"] < 1 for slot in slots(study, "lottery"))
    shared = "stakes: {endowment: 10 USD, paid: everyone}"
    assert all(s.draws["implemented"] for s in slots(opened(desk, X, "cross: x", more=shared)))
