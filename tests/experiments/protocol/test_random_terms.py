"""Random terms follow from the design: a table for every model of the drafts, and each rule by itself."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from experiments.places import shipped_folder
from experiments.protocol.check import read_study
from experiments.protocol.random_terms import RandomTerms

EXPECTED = yaml.safe_load(
    (Path(__file__).parent / "random_terms_of_drafts.yaml").read_text(encoding="utf-8")
)
DRAFTS = sorted(
    path.stem
    for path in shipped_folder("protocols").glob("**/*.yaml")
    if path.parent.name != "parts"
)


def terms(study, mode: str = "", model: str = "") -> dict[str, str]:
    """Return outcome -> random terms of a model (default: the first one)."""
    planned = study.study.analysis[model]
    found = RandomTerms(study.names)
    mode = mode or next(iter(study.study.modes))
    return {
        one: " + ".join(found.of(planned, one, mode)) or "none" for one in planned.formula.outcomes
    }


def test_the_table_has_every_draft():
    assert sorted(EXPECTED) == DRAFTS


@pytest.mark.parametrize("name", DRAFTS)
def test_random_terms_of_the_drafts(drafts, name):
    study = read_study(drafts / f"{name}.yaml")
    modes = list(study.study.modes)
    for model in study.study.analysis:
        expected = EXPECTED[name][model]
        for mode in modes:
            of_mode = {
                outcome: each[mode] if isinstance(each, dict) else each
                for outcome, each in expected.items()
            }
            assert terms(study, mode, model) == of_mode, (model, mode)


FIRST_EDITION = {
    "identified_victim": ("real", {"gift": "(1 | item) + (1 | item:victim)"}),
    "compassion_collapse": ("within", {
        "gift": "(1 | participant) + (1 | participant:victims) + (1 | item) + (1 | item:victims)",
    }),
    "parochial_vignettes": ("dots", {
        "compassion": "(1 | participant) + (1 | participant:group) + (1 | item) + (1 | item:group)",
    }),
}  # fmt: skip
"""Random terms of protocols/*.yaml of the first edition, where an item was a stimulus."""


@pytest.mark.parametrize("name", FIRST_EDITION)
def test_the_shipped_studies_have_the_terms_that_were_written_by_hand(drafts, name):
    mode, models = FIRST_EDITION[name]
    study = read_study(drafts / f"{name}.yaml")
    for model, written in models.items():
        assert set(terms(study, mode, model).values()) == {written}


FILE = "item,kind,weight\n" + "".join(
    f"i{n},{'pq'[n % 2]},{n}\n" for n in range(1, 13)
)  # twelve items, six of each kind


def design(
    formula: str,
    contrasts: str = "",
    loop: str = "cross: x",
    factors: str = "within: {x: [a, b]}",
    columns: str = "{}",
    more: str = "",
    sample: str = "{participants: 100}",
) -> str:
    tests = f", contrasts: [{contrasts}]" if contrasts else ""
    primary = "" if contrasts.count(",") == 0 and contrasts else ", primary: a - b"
    return f"""\
study: design
title: A design
factors: {{{factors}}}
{more}
flow:
  - ask: {{age_group: {{slider: How old?, from: f, to: t}}}}
  - name: things
    each: things.csv
    {loop}
    page: Thing.
    ask:
      liking: {{slider: L, from: f, to: t}}
      wanting: {{slider: W, from: f, to: t}}
  - ask: {{after: {{slider: A, from: f, to: t}}}}
columns: {columns}
analysis: {{formula: {formula}{tests}{primary}}}
sample: {sample}
"""


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param(
            {"formula": "liking ~ x", "contrasts": "a - b"},
            "(1 | participant) + (1 | participant:x) + (1 | item) + (1 | item:x)",
            id="crossed",
        ),
        pytest.param(
            {"formula": "liking ~ x", "contrasts": "a - b", "loop": "rotate: x\n    take: 2"},
            "(1 | participant) + (1 | item) + (1 | item:x)",
            id="one row in each cell",
        ),
        pytest.param(
            {"formula": "liking ~ x", "contrasts": "a - b", "loop": "rotate: x\n    take: 4"},
            "(1 | participant) + (1 | participant:x) + (1 | item) + (1 | item:x)",
            id="two rows in each cell",
        ),
        pytest.param(
            {
                "formula": "liking ~ x",
                "contrasts": "a - b",
                "loop": "cross: x\n    where: weight < 5",
            },
            "(1 | participant) + (1 | participant:x)",
            id="four items",
        ),
        pytest.param(
            {
                "formula": "liking ~ x",
                "contrasts": "a - b",
                "loop": "cross: x\n    where: weight < 6",
            },
            "(1 | participant) + (1 | participant:x) + (1 | item) + (1 | item:x)",
            id="five items",
        ),
        pytest.param(
            {
                "formula": "liking ~ x",
                "contrasts": "a - b",
                "loop": "cross: x\n    practice: {where: weight > 4}",
            },
            "(1 | participant) + (1 | participant:x)",
            id="practice items do not count",
        ),
        pytest.param(
            {"formula": "liking ~ x + (x | participant)", "contrasts": "a - b"},
            "(x | participant)",
            id="own terms",
        ),
        pytest.param(
            {"formula": "liking ~ x * kind", "factors": "within: {x: [a, b], kind: [p, q]}"},
            "(1 | participant) + (1 | participant:x) + (1 | participant:kind) + (1 | participant:x:kind)"
            " + (1 | item) + (1 | item:x)",
            id="without contrasts each term",
        ),
        pytest.param(
            {
                "formula": "liking ~ x * kind",
                "factors": "within: {x: [a, b], kind: [p, q]}",
                "contrasts": "a - b, {x: a - b, kind: p}",
            },
            "(1 | participant) + (1 | participant:x) + (1 | participant:x:kind) + (1 | item) + (1 | item:x)",
            id="a simple effect holds the factor that is fixed",
        ),
        pytest.param(
            {
                "formula": "liking ~ x * y",
                "factors": "within: {x: [a, b]}, between: {y: [c, d]}",
                "contrasts": "a - b, {x: a - b, y: c - d}",
            },
            "(1 | participant) + (1 | participant:x) + (1 | item) + (1 | item:x) + (1 | item:x:y)",
            id="between-factors vary within items",
        ),
        pytest.param(
            {
                "formula": "liking ~ x + y",
                "factors": "within: {x: [a, b]}, counterbalanced: {y: [c, d]}",
                "contrasts": "a - b, c - d",
            },
            "(1 | participant) + (1 | participant:x) + (1 | item) + (1 | item:x)",
            id="counterbalanced factors have none",
        ),
        pytest.param(
            {
                "formula": "liking ~ x + kind",
                "factors": "within: {x: [a, b]}, between: {kind: [p, q]}",
                "contrasts": "a - b, p - q",
            },
            "(1 | participant) + (1 | participant:x) + (1 | item) + (1 | item:x)",
            id="a column fixes a between-factor",
        ),
        pytest.param(
            {
                "formula": "liking ~ x",
                "contrasts": "a - b",
                "loop": "rotate: x\n    take: 2",
                "sample": "{participants: 10}",
            },
            "(1 | participant) + (1 | item)",
            id="an item has one row in each cell over all participants",
        ),
        pytest.param(
            {"formula": "liking ~ x * wanting", "contrasts": "a - b, {wanting: slope}"},
            "(wanting | participant) + (1 | participant:x) + (wanting | item) + (1 | item:x)",
            id="slope of what is asked for each item",
        ),
        pytest.param(
            {"formula": "liking ~ x + age_group", "contrasts": "a - b, {age_group: slope}"},
            "(1 | participant) + (1 | participant:x) + (age_group | item) + (1 | item:x)",
            id="slope of what is asked once",
        ),
        pytest.param(
            {"formula": "liking ~ x + wanting", "contrasts": "a - b"},
            "(1 | participant) + (1 | participant:x) + (1 | item) + (1 | item:x)",
            id="a number that no contrast names",
        ),
        pytest.param(
            {
                "formula": "liking ~ x + late + own",
                "contrasts": "a - b, {late: slope}, {own: slope}",
                "columns": "{late: trial / 24, own: mean(wanting)}",
            },
            "(late | participant) + (1 | participant:x) + (late + own | item) + (1 | item:x)",
            id="columns of the place and of the participant",
        ),
        pytest.param(
            {
                "formula": "liking ~ x + late",
                "contrasts": "a - b, {late: slope}",
                "columns": "{late: trial / 24}",
                "loop": "cross: x\n    order: as written",
            },
            "(late | participant) + (1 | participant:x) + (1 | item) + (1 | item:x)",
            id="the place of an item is fixed in the order as written",
        ),
        pytest.param(
            {
                "formula": "high ~ x",
                "contrasts": "a - b",
                "columns": "{high: liking where kind = p}",
            },
            "(1 | participant) + (1 | participant:x) + (1 | item) + (1 | item:x)",
            id="six items of one kind",
        ),
        pytest.param(
            {
                "formula": "high ~ x",
                "contrasts": "a - b",
                "columns": "{high: liking where weight > 8}",
            },
            "(1 | participant) + (1 | participant:x)",
            id="a column with four items",
        ),
        pytest.param(
            {"formula": "m ~ x", "contrasts": "a - b", "columns": "{m: mean(liking)}"},
            "none",
            id="one value for each participant",
        ),
        pytest.param(
            {"formula": "gap ~ x", "contrasts": "a - b", "columns": "{gap: liking - after}"},
            "(1 | participant) + (1 | participant:x) + (1 | item) + (1 | item:x)",
            id="what is asked once spreads over the rows",
        ),
        pytest.param({"formula": "after ~ x", "contrasts": "a - b"}, "none", id="asked once"),
        pytest.param(
            {
                "formula": "after ~ y",
                "contrasts": "c - d",
                "factors": "between: {y: [c, d]}",
                "loop": "take: 1",
            },
            "(1 | item) + (1 | item:y)",
            id="asked after a loop of one item",
        ),
        pytest.param(
            {
                "formula": "liking ~ x",
                "contrasts": '"10 - 1"',
                "factors": 'within: {x: ["1", "10", "100"]}',
                "loop": "rotate: x\n    take: 6",
            },
            "(1 | participant) + (1 | participant:x) + (1 | item) + (1 | item:x)",
            id="a factor of numbers",
        ),
        pytest.param(
            {
                "formula": "liking ~ x",
                "contrasts": "{x: slope}",
                "factors": 'within: {x: ["1", "10", "100"]}',
                "loop": "rotate: x\n    take: 6",
            },
            "(1 | participant) + (1 | participant:x) + (1 | item) + (1 | item:x)",
            id="the slope of a factor",
        ),
    ],
)
def test_each_rule(desk, changes, expected):
    desk.write("things.csv", FILE)
    study = desk.open(design(**changes))
    assert list(terms(study).values()) == [expected]


def test_a_log_has_a_row_for_each_day(desk):
    study = desk.open("""\
study: design
title: A design
factors: {between: {x: [a, b]}}
sessions: {daily: {every: 1 day, times: 7}}
flow:
  daily:
    - ask: {mood: {slider: L, from: f, to: t}}
analysis: {formula: mood ~ x + occasion, contrasts: [a - b, {occasion: slope}], primary: a - b}
sample: {participants: 20}
""")
    assert terms(study) == {"mood": "(occasion | participant)"}


SESSIONS = """\
study: design
title: A design
factors: {between: {x: [a, b]}}
sessions: {before: {}, after: {since: before, wait: 1 day}}
flow:
  before:
    - {name: films, each: things.csv, take: 4, page: P, ask: {liking: {slider: L, from: f, to: t}}}
  after:
    - repeat: before.films
analysis: {formula: liking ~ x * session, contrasts: ["{x: a - b, session: after - before}"]}
sample: {participants: 100}
"""


def test_sessions_are_stacked_and_vary_within_participants_and_items(desk):
    desk.write("things.csv", FILE)
    study = desk.open(SESSIONS)
    expected = "(1 | participant) + (1 | participant:session) + (1 | item) + (1 | item:x:session)"
    assert terms(study) == {"liking": expected}


def test_steps_are_stacked(desk):
    desk.write("things.csv", FILE)
    desk.write("others.csv", FILE.replace("i", "o").replace("otem", "item"))
    text = """\
study: design
title: A design
factors: {between: {x: [a, b]}}
flow:
  - {name: one, each: things.csv, take: 4, page: P, ask: {liking: {slider: L, from: f, to: t}}}
  - {name: two, each: FILE, take: 4, page: P, ask: {liking: {slider: L, from: f, to: t}}}
analysis: {formula: liking ~ x * step, contrasts: ["{x: a - b, step: one - two}"]}
sample: {participants: 100}
"""
    participants = "(1 | participant) + (1 | participant:step)"
    same = desk.open(text.replace("FILE", "things.csv"))
    assert terms(same) == {"liking": f"{participants} + (1 | item) + (1 | item:x:step)"}
    other = desk.open(text.replace("FILE", "others.csv"))
    assert terms(other) == {"liking": f"{participants} + (1 | item) + (1 | item:x)"}
