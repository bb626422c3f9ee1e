"""The deep check: faults that only the planned slots and rows show, and none in the drafts."""

from __future__ import annotations

import pytest
import small_study

from experiments.places import shipped_folder
from experiments.protocol.check import read_study
from experiments.protocol.deep import deep_faults
from experiments.protocol.planned import primary_test
from experiments.protocol.random_terms import RandomTerms

DRAFTS = sorted(
    path.stem
    for path in shipped_folder("protocols").glob("**/*.yaml")
    if path.parent.name != "parts"
)

THINGS = "item,kind,weight\n" + "".join(f"i{n},{'pq'[n % 2]},{n}\n" for n in range(1, 9))

DEFAULT = {
    "factors": "within: {x: [a, b]}, between: {y: [c, d]}",
    "more": "",
    "loop": "cross: x",
    "liking": "slider: L, from: f, to: t",
    "columns": "{}",
    "analysis": "{formula: liking ~ x * y, contrasts: [a - b]}",
    "sample": "{participants: 40}",
    "steps": "",
}


def design(**changes: str) -> str:
    parts = {**DEFAULT, **changes}
    return f"""\
study: design
title: A design
factors: {{{parts["factors"]}}}
{parts["more"]}
flow:
  - ask: {{before: {{slider: How are you?, from: f, to: t}}}}
  - page: {{by: y, c: You are cold., d: You are warm.}}
  - name: things
    each: things.csv
    {parts["loop"]}
    page: Thing.
    ask:
      liking: {{{parts["liking"]}}}
      wanting: {{slider: W, from: f, to: t}}
  - ask:
      after: {{slider: A, from: f, to: t}}
      said: {{text: What do you think?}}
      chosen: {{choice: Which?, options: {{one: One, two: Two, three: Three}}}}
{parts["steps"]}
columns: {parts["columns"]}
analysis: {parts["analysis"]}
sample: {parts["sample"]}
"""


def faults(desk, **changes: str):
    desk.write("things.csv", THINGS)
    return [(f.key, f.found, f.remedy) for f in deep_faults(desk.open(design(**changes)))]


@pytest.mark.parametrize("name", DRAFTS)
def test_the_drafts_have_no_faults(drafts, name):
    assert deep_faults(read_study(drafts / f"{name}.yaml")) == []


def test_the_smallest_study(desk):
    rows = "".join(f"v{n},Text {n}.,{'mild' if n % 2 else 'severe'}\n" for n in range(1, 17))
    desk.write("vignettes.csv", "item,text,severity\n" + rows)
    study = desk.open(small_study.TEXT)
    assert deep_faults(study) == []
    (model,) = study.study.analysis.values()
    terms = RandomTerms(study.names).of(model, "compassion", "main")
    assert terms == (
        "(1 | participant)",
        "(1 | participant:group)",
        "(1 | participant:severity)",
        "(1 | participant:group:severity)",
        "(1 | item)",
        "(1 | item:group)",
    )
    assert [each.name for each in primary_test(study.names).contrasts] == ["ours - theirs"]


def test_the_default_design_has_no_faults(desk):
    assert faults(desk) == []


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param(
            {"analysis": "{formula: liking ~ x + before, contrasts: [a - b]}"}, id="covariate"
        ),
        pytest.param(
            {"analysis": "{formula: liking ~ x * wanting, contrasts: [a - b], because: Why.}"},
            id="because",
        ),
        pytest.param(
            {
                "columns": "{high: liking > 50}",
                "analysis": "{formula: high ~ x, family: binomial, contrasts: [a - b]}",
            },
            id="a test is a number",
        ),
        pytest.param(
            {
                "columns": "{one: chosen = one}",
                "analysis": "{formula: one ~ y, family: binomial, contrasts: [c - d]}",
            },
            id="words as a test",
        ),
        pytest.param(
            {"analysis": "{formula: chosen ~ y, family: ordinal, contrasts: [c - d]}"},
            id="ordinal answers",
        ),
        pytest.param(
            {
                "liking": "choice: Well?, options: {1: Little, 2: More, 3: Much}",
            },
            id="options that are numbers",
        ),
        pytest.param(
            {"analysis": "{formula: liking ~ x + weight, contrasts: [a - b]}"},
            id="a field of the items",
        ),
        pytest.param(
            {
                "columns": "{own: mean(wanting)}",
                "analysis": "{formula: after ~ y + own, contrasts: [c - d], because: Why.}",
            },
            id="a mean of finer rows",
        ),
        pytest.param(
            {
                "factors": "within: {x: [a, b], kind: [p, q]}, between: {y: [c, d]}",
                "analysis": "{formula: liking ~ x * kind * y, contrasts: [{x: a - b, kind: p - q, y: c - d}]}",
            },
            id="three factors",
        ),
        pytest.param(
            {
                "columns": "{warm: y = c}",
                "analysis": "{formula: liking ~ x + warm, contrasts: [a - b]}",
            },
            id="a column of a factor",
        ),
        pytest.param(
            {"analysis": "{formula: liking ~ x:y, contrasts: ['{x: a - b, y: c}']}"},
            id="an interaction alone",
        ),
    ],
)
def test_what_can_be_analysed_is_no_fault(desk, changes):
    assert faults(desk, **changes) == []


MODEL_FAULTS = [
    pytest.param(
        {
            "columns": "{warm: y = c}",
            "analysis": "{formula: liking ~ y + warm, contrasts: [c - d]}",
        },
        ("analysis.formula", "the design cannot tell 'warm' from y", "Remove one of them"),
        id="a column that is a factor",
    ),
    pytest.param(
        {
            "columns": "{gap: before - late, late: before * 2}",
            "analysis": "{formula: liking ~ x + before + gap, contrasts: [a - b]}",
        },
        ("analysis.formula", "the design cannot tell 'gap' from x + before", "Remove one of them"),
        id="a column of another predictor",
    ),
    pytest.param(
        {
            "factors": "within: {x: [a, b], kind: [p, q]}, between: {y: [c, d]}",
            "loop": "where: kind = p or weight < 3\n    uneven: yes\n    rotate: x\n    order: as written",
            "analysis": "{formula: liking ~ nowhere, contrasts: [a - b]}",
        },
        None,
        id="an unknown predictor is a fault of the form",
    ),
    pytest.param(
        {"analysis": "{formula: after ~ x, contrasts: [a - b]}"},
        (
            "analysis.formula",
            "'x' has no level where 'after' is asked",
            "ask the outcome in its loop",
        ),
        id="a factor of a loop",
    ),
    pytest.param(
        {"analysis": "{formula: after ~ y + wanting, contrasts: [c - d], because: Why.}"},
        (
            "analysis.formula",
            "'wanting' has a row for each trial, but 'after' has one for each participant",
            "mean(wanting)",
        ),
        id="finer rows",
    ),
    pytest.param(
        {"analysis": "{formula: liking ~ x + wanting, contrasts: [a - b]}"},
        (
            "analysis.formula",
            "the predictor 'wanting' (things.wanting) is asked after the treatment",
            "because:",
        ),
        id="after the treatment",
    ),
    pytest.param(
        {
            "columns": "{twice: wanting * 2}",
            "analysis": "{formula: liking ~ x + twice, contrasts: [a - b]}",
        },
        ("analysis.formula", "the predictor 'twice' (things.wanting) is asked after", "because:"),
        id="a column after the treatment",
    ),
    pytest.param(
        {"analysis": "{formula: said ~ y, contrasts: [c - d]}"},
        ("analysis.formula", "'said' is answered in words", "a measure that is a number"),
        id="a text",
    ),
    pytest.param(
        {"analysis": "{formula: chosen ~ y, contrasts: [c - d]}"},
        ("analysis.formula", "'chosen' is answered in words", "'chose_one: chosen = one'"),
        id="a choice",
    ),
    pytest.param(
        {"analysis": "{formula: chosen ~ y, family: binomial, contrasts: [c - d]}"},
        ("analysis.formula", "'chosen' has 3 answers, and a binomial model is of two", "chose_one"),
        id="three answers",
    ),
    pytest.param(
        {
            "columns": "{which: chosen}",
            "analysis": "{formula: which ~ y, contrasts: [c - d]}",
        },
        ("analysis.formula", "'which' computes with 'chosen', which is in words", "chosen = one"),
        id="another name for a choice",
    ),
    pytest.param(
        {
            "columns": "{warm: y}",
            "analysis": "{formula: liking ~ x + warm, contrasts: [a - b]}",
        },
        ("analysis.formula", "'warm' computes with 'y', which is in words", "y = c"),
        id="another name for a factor",
    ),
    pytest.param(
        {
            "more": "modes: {one: {}, two: {}}",
            "analysis": "{formula: liking ~ x + mode, contrasts: [a - b]}",
        },
        ("analysis.formula", "'mode' is among the predictors", "never pooled"),
        id="modes",
    ),
    pytest.param(
        {
            "more": "modes: {one: {}, two: {}}",
            "loop": "when: mode = one\n    cross: x",
        },
        ("analysis.formula", "'liking' is not asked in the mode 'two'", "every mode"),
        id="not asked in a mode",
    ),
    pytest.param(
        {"analysis": "{formula: liking ~ x * step, contrasts: [a - b]}"},
        (
            "analysis.formula",
            "'step' is a predictor, but liking is asked in one step",
            "Remove 'step'",
        ),
        id="one step",
    ),
    pytest.param(
        {"analysis": "{formula: liking ~ x + y, contrasts: ['{x: a - b, y: c - d}']}"},
        (
            "analysis.contrasts[0]",
            "the contrast '{x: a - b, y: c - d}' cannot be estimated in the mode 'main': the formula does not hold",
            "with '*'",
        ),
        id="an interaction that is not in the formula",
    ),
]


@pytest.mark.parametrize(("changes", "expected"), [each for each in MODEL_FAULTS if each.values[1]])
def test_faults_of_models(desk, changes, expected):
    found = faults(desk, **changes)
    assert len(found) == 1, found
    key, what, remedy = expected
    assert found[0][0] == key
    assert what in found[0][1]
    assert remedy in found[0][2]


def test_cells_that_nobody_meets(desk):
    """All light things are p, all heavy ones q: the interaction has empty cells."""
    rows = "".join(f"i{n},{'p' if n < 5 else 'q'},{'lo' if n < 5 else 'hi'}\n" for n in range(1, 9))
    desk.write("things.csv", "item,kind,heft\n" + rows.replace("i4,p,lo", "i4,p,hi"))
    text = design(
        factors="within: {heft: [lo, hi], kind: [p, q]}, between: {y: [c, d]}",
        loop="order: random",
        analysis="{formula: liking ~ heft * kind, contrasts: ['{heft: lo - hi, kind: q}', lo - hi]}",
    ).replace("contrasts:", "primary: p - q, contrasts:")
    found = [(f.key, f.found, f.remedy) for f in deep_faults(desk.open(text))]
    assert found[0] == (
        "analysis.formula",
        "the design cannot tell 'heft:kind' from heft + kind, in the mode 'main'",
        "Nobody answers at heft = lo and kind = q; 3 cells occur. Remove it from the formula, or change the design.",
    )
    assert (
        "analysis.contrasts[0]",
        "the contrast '{heft: lo - hi, kind: q}' cannot be estimated in the mode 'main': "
        "nobody answers at heft = lo and kind = q",
        "Compare levels that occur together, or change the design.",
    ) in found
    additive = text.replace("heft * kind", "heft + kind").replace(
        "'{heft: lo - hi, kind: q}', ", ""
    )
    assert deep_faults(desk.open(additive)) == []


def test_two_columns_that_are_one(desk):
    """Every light thing is p: the factors are one."""
    rows = "".join(f"i{n},{'p' if n < 5 else 'q'},{'lo' if n < 5 else 'hi'}\n" for n in range(1, 9))
    desk.write("things.csv", "item,kind,heft\n" + rows)
    text = design(
        factors="within: {heft: [lo, hi], kind: [p, q]}, between: {y: [c, d]}",
        loop="order: random",
        analysis="{formula: liking ~ heft + kind, contrasts: [lo - hi]}",
    )
    found = [f.found for f in deep_faults(desk.open(text))]
    assert found == ["the design cannot tell 'kind' from heft, in the mode 'main'"]


@pytest.mark.parametrize(
    ("changes", "key", "found", "remedy"),
    [
        (
            {
                "sample": "{participants: 3}",
                "factors": "within: {x: [a, b]}, between: {y: [c, d], z: [e, f]}",
            },
            "sample.participants",
            "3 participants cannot fill 4 cells",
            "Plan 4",
        ),
        (
            {"sample": "{per_cell: 1}", "loop": "rotate: x"},
            "flow[2].rotate",
            "each cell has 1 participants, but 'rotate' makes 2 lists",
            "Plan 4",
        ),
        (
            # No order has the two limits at once, although each by itself can be.
            {
                "factors": "within: {x: [a, b], kind: [p, q]}, between: {y: [c, d]}",
                "loop": "where: weight < 5\n    rotate: x\n    uneven: yes\n    order: random\n    runs: {kind: 1, x: 1}",
            },
            "flow[2].runs",
            "no order was found with runs of at most kind: 1, x: 1",
            "longer runs",
        ),
    ],
)
def test_faults_of_samples_and_orders(desk, changes, key, found, remedy):
    matching = [each for each in faults(desk, **changes) if each[0] == key]
    assert len(matching) == 1, faults(desk, **changes)
    assert found in matching[0][1]
    assert remedy in matching[0][2]


def test_quotas_must_let_in_the_sample(desk):
    text = """\
study: design
title: A design
factors: {between: {x: [a, b]}, answered: {side: {from: club, quota: 10}}}
flow:
  - ask: {club: {choice: Which?, options: {first: First, second: Second}, required: yes}}
  - ask: {liking: {slider: L, from: f, to: t}}
analysis: {formula: liking ~ x, contrasts: [a - b]}
sample: {participants: 40}
"""
    (fault,) = deep_faults(desk.open(text))
    assert fault.key == "factors.answered.side"
    assert "lets in 20 participants, but 40 are planned" in fault.found
    assert "quota: 20" in fault.remedy
    assert deep_faults(desk.open(text.replace("quota: 10", "quota: 20"))) == []


def test_what_is_paid_is_asked_and_no_practice(desk):
    pay = "{pay: gift, paid: '{given}', drawn: '{given}', not_drawn: '{given}', unpaid: '{given}'}"
    text = design(
        more="stakes: {endowment: 5 USD, paid: everyone}\nmodes: {one: {}, two: {}}",
        steps=(f"  - when: mode = one\n    ask: {{gift: {{allocation: How much?}}}}\n  - {pay}"),
    )
    desk.write("things.csv", THINGS)
    (fault,) = deep_faults(desk.open(text))
    assert fault.key == "flow[5].pay"
    assert fault.found == "'gift' is paid but not asked in the mode 'two'"
    text = text.replace("when: mode = one\n    ask: {gift", "practice: yes\n    ask: {gift")
    (fault,) = deep_faults(desk.open(text))
    assert fault.found == "'gift' is practice"


def test_a_predictor_of_a_later_session_follows_the_treatment(desk):
    text = """\
study: design
title: A design
factors: {between: {x: [a, b]}}
sessions: {first: {}, second: {since: first, wait: 1 day}}
flow:
  first:
    - ask: {calm: {slider: C, from: f, to: t}}
    - page: {by: x, a: You are cold., b: You are warm.}
  second:
    - ask: {mood: {slider: M, from: f, to: t}}
    - ask: {liking: {slider: L, from: f, to: t}}
analysis: {formula: liking ~ x + calm, contrasts: [a - b]}
sample: {participants: 40}
"""
    assert deep_faults(desk.open(text)) == []
    (fault,) = deep_faults(desk.open(text.replace("x + calm", "x + mood")))
    assert "'mood' (second.mood) is asked after the treatment" in fault.found


@pytest.mark.parametrize(
    ("formula", "slope", "unit", "remedy"),
    [
        ("liking ~ x * y + (y | participant)", "y", "a participant", "(1 | participant)"),
        ("liking ~ x * y + (x + y | participant)", "y", "a participant", "(x | participant)"),
        ("liking ~ x * y + before + (x + x:y + before | participant)", "before", "a participant", "(x + x:y | participant)"),
        ("liking ~ x + weight + (1 | participant) + (0 + weight | item)", "weight", "an item", "(1 | item)"),
        ("liking ~ x * y + (y | participant:x)", "y", "a participant:x", "(1 | participant:x)"),
        ("bias ~ y + (y | participant)", "y", "a participant", "(1 | participant)"),
    ],
)  # fmt: skip
def test_a_slope_of_what_does_not_vary_within_its_unit(desk, formula, slope, unit, remedy):
    columns = "{bias: mean(liking where x = a) - mean(liking where x = b)}"
    analysis = f'{{main: {{formula: liking ~ x * y, primary: a - b}}, other: "{formula}"}}'
    (found,) = faults(desk, columns=columns, analysis=analysis)
    assert found[1].startswith(f"the slope of '{slope}' in (")
    assert found[1].endswith(f"cannot be estimated: '{slope}' does not vary within {unit}")
    assert found[2] == f"Write {remedy}."


@pytest.mark.parametrize(
    "formula",
    [
        "liking ~ x * y + (x | participant) + (x * y | item)",
        "liking ~ x + weight + (weight | participant) + (1 | item)",
        "liking ~ x + trial + (trial || participant)",
        "liking ~ x + wanting + (wanting | participant) + (wanting | item)",
    ],
)
def test_slopes_that_vary_within_their_unit(desk, formula):
    analysis = f"{{main: {{formula: liking ~ x * y, primary: a - b}}, other: {{formula: {formula}, because: Why.}}}}"
    assert faults(desk, analysis=analysis) == []


def test_what_has_a_row_for_each_trial_is_no_predictor_of_one_for_each_participant(desk):
    columns = "{bias: mean(liking where x = a) - mean(liking where x = b)}"
    analysis = "{main: {formula: liking ~ x * y, primary: a - b}, other: {formula: bias ~ y * wanting, because: Why.}}"
    (found,) = faults(desk, columns=columns, analysis=analysis)
    assert found[1:] == (
        "'wanting' has a row for each trial, but 'bias' has one for each participant",
        "Compute a column of its mean: mean(wanting).",
    )
