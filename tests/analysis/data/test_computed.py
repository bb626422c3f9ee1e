"""Computed columns: each kind of expression gives what pandas gives by hand, in the rows that the study says."""

from __future__ import annotations

import operator
import random
from collections.abc import Callable
from functools import cache

import numpy as np
import pandas as pd
import pytest
import small_study

from analysis.data.frames import Frames
from analysis.data.load import Data
from analysis.errors import AnalysisError
from experiments.files.faults import InvalidFileError
from experiments.study import Study

TEXT = """\
study: computed
title: Computed columns
factors: {{between: {{cost: [asked, none]}}, within: {{place: [same, other]}}}}
flow:
  - name: before
    ask:
      mood: {{rating: How are you?, from: Bad, to: Good}}
      request: {{choice: What do you expect?, options: {{asked: To be asked, sure: To be asked for sure, no: Nothing}}}}
      tense: {{rating: Now I am, points: 5, items: {{calm: calm, worried: worried, sad: sad}}, scores: {{low: [calm, sad]}}}}
  - name: pairs
    each: vignettes.csv
    rotate: place
    page: "{{text}} ({{length}}, {{place}})"
    ask:
      felt: {{rating: What do you feel?, from: Little, to: Much}}
      worry: {{rating: How worried are you?, from: Little, to: Much}}
      answer: {{choice: Which one?, options: {{a: This, b: That}}, correct: a}}
  - name: later
    each: place
    ask: {{liked: {{rating: "How much do you like {{place}}?", from: Little, to: Much}}}}
  - name: after
    ask: {{mood: {{rating: How are you?, from: Bad, to: Good}}}}
columns:
  scaled: (felt - 1) / 6
  mild: felt where severity = mild
  own: mean(felt where place = same)
  tested: {column}
analysis: {{formula: felt ~ place, contrasts: [other - same]}}
sample: {{participants: 10}}
"""
ITEMS = "item,text,severity,length\n" + "".join(
    f"i{number},Story {number}.,{'mild' if number % 2 else 'severe'},{number * 10}\n"
    for number in range(1, 9)
)
MOOD = {"p1": 3, "p2": 5, "p3": 6, "p4": None}
REQUEST = {"p1": "asked", "p2": "no", "p3": "sure", "p4": None}
TENSE = {"p1": (1, 2, 4), "p2": (5, 5, 5), "p3": (2, None, 3), "p4": (None, None, None)}


def felt(person: int, item: int) -> int | None:
    """A rating from 1 to 7; the fourth participant skips two items."""
    return None if person == 4 and item in (2, 5) else 1 + (person * 3 + item * 5) % 7


def answers(name, screen, ask):
    person, item = (
        int(name[1]),
        int("0" + screen.stimulus.removeprefix("i") if ask.measure.startswith("pairs") else 0),
    )
    question = ask.measure.partition(".")[2]
    if question == "mood":
        before = MOOD[name]
        return before if ask.measure.startswith("before") else 1 + person
    if question == "request":
        return REQUEST[name]
    if question.startswith("tense."):
        return dict(zip(("calm", "worried", "sad"), TENSE[name], strict=True))[question[6:]]
    if question == "felt":
        return felt(person, item)
    if question == "worry":
        return None if (person, item) == (1, 3) else 1 + (person + item) % 7
    if question == "answer":
        return None if (person, item) == (2, 8) else "ab"[(person + item) % 3 == 0]
    return "at random"


@pytest.fixture(scope="module")
def computing(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Study]:
    @cache
    def write(column: str = "felt") -> Study:
        text = TEXT.format(column=column)
        return small_study.write(tmp_path_factory.mktemp("study"), text, ITEMS)

    return write


@pytest.fixture(scope="module")
def data(computing, collected, tmp_path_factory: pytest.TempPathFactory) -> Data:
    return collected(computing(), tmp_path_factory.mktemp("sessions"), answers)


@pytest.fixture(scope="module")
def by_hand(data: Data) -> pd.DataFrame:
    """One row for each participant and item, made from the rows alone."""
    rows = data.rows
    asked = rows[rows["measure"].str.startswith("pairs.")]
    numbers = asked.pivot(index=["participant", "stimulus"], columns="measure", values="number")
    wide = numbers.rename(columns=lambda name: name.removeprefix("pairs."))
    first = asked.drop_duplicates(["participant", "stimulus"]).set_index(wide.index.names)
    wide["place"], wide["trial"] = first["place"], first["trial"]
    items = wide.index.get_level_values("stimulus").str[1:].astype(int)
    wide["severity"] = np.where(items % 2, "mild", "severe")
    wide["length"] = items * 10.0
    correct = asked[asked["measure"] == "pairs.answer"].set_index(wide.index.names)
    wide["correct"] = correct["correct"].astype("Float64").astype(float)
    once = rows[rows["measure"].isin(["before.mood", "after.mood", "before.request"])]
    people = once.pivot(index="participant", columns="measure", values="number")
    people["request"] = once[once["measure"] == "before.request"].set_index("participant")["value"]
    people["cost"] = rows.drop_duplicates("participant").set_index("participant")["cost"]
    return wide.join(people.rename(columns=lambda name: name.replace(".", "_")), on="participant")


Hand = Callable[[pd.DataFrame], pd.Series]


def each(of: Hand) -> Hand:
    """A value for each participant, from the participant's rows."""
    return lambda table: pd.Series(
        {name: of(own) for name, own in table.groupby(level="participant")}
    )


def first(name: str) -> Hand:
    return each(lambda own: own[name].iloc[0])


IN_ROWS: dict[str, Hand] = {
    "felt": lambda t: t["felt"],
    "(felt - 1) / 6": lambda t: (t["felt"] - 1) / 6,
    "-felt * 2 + 1": lambda t: 1 - 2 * t["felt"],
    "felt - (worry - 2)": lambda t: t["felt"] - t["worry"] + 2,
    "log(felt)": lambda t: np.log(t["felt"]),
    "mean(felt, worry)": lambda t: (t["felt"] + t["worry"]) / 2,
    "min(felt, worry, 4)": lambda t: t[["felt", "worry"]].min(axis=1, skipna=False).clip(upper=4),
    "max(felt, worry)": lambda t: t[["felt", "worry"]].max(axis=1, skipna=False),
    # What is asked once spreads over the rows.
    "felt - before.mood": lambda t: t["felt"] - t["before_mood"],
    "before.mood * felt + after.mood": lambda t: t["before_mood"] * t["felt"] + t["after_mood"],
    # Fields of the items, the position, and factors as tests.
    "felt * length / 10": lambda t: t["felt"] * t["length"] / 10,
    "felt + trial": lambda t: t["felt"] + t["trial"].astype(float),
    "felt > 3": lambda t: (t["felt"] > 3).astype(float).where(t["felt"].notna()),
    "felt <= 3 and place = same": lambda t: (
        ((t["felt"] <= 3) & (t["place"] == "same"))
        .astype(float)
        .where(t["felt"].notna() | (t["place"] != "same"))
    ),
    "felt = 2 or 3": lambda t: t["felt"].isin([2, 3]).astype(float).where(t["felt"].notna()),
    "felt != 2": lambda t: (t["felt"] != 2).astype(float).where(t["felt"].notna()),
    "felt missing": lambda t: t["felt"].isna().astype(float),
    # Who skips the question does not answer it correctly.
    "answer wrong": lambda t: (t["correct"] != 1).astype(float),
    "answer.correct": lambda t: t["correct"],
    # Only the rows that a condition picks.
    "felt where severity = mild": lambda t: t["felt"][t["severity"] == "mild"],
    "felt where place = other and felt > 2": lambda t: t["felt"][
        (t["place"] == "other") & (t["felt"] > 2)
    ],
    "felt where request = asked or sure": lambda t: t["felt"][t["request"].isin(["asked", "sure"])],
    "felt where request != no": lambda t: t["felt"][t["request"] != "no"],
    # A column of a column, and an aggregate in a row.
    "scaled * 2": lambda t: (t["felt"] - 1) / 3,
    "mild + 1": lambda t: (t["felt"] + 1)[t["severity"] == "mild"],
    "felt - own": lambda t: t["felt"] - own_mean(t)[t.index.get_level_values(0)].to_numpy(),
    "felt - mean(felt)": lambda t: t["felt"] - t.groupby("participant")["felt"].transform("mean"),
    "{of: felt, centre: yes}": lambda t: t["felt"] - t.groupby("participant")["felt"].mean().mean(),
    "{of: felt, standard: yes}": lambda t: (
        (t["felt"] - t.groupby("participant")["felt"].mean().mean())
        / t.groupby("participant")["felt"].mean().std()
    ),
}


@each
def own_mean(own: pd.DataFrame) -> float:
    return float(own["felt"][own["place"] == "same"].mean())


def mood(table: pd.DataFrame) -> pd.Series:
    return first("before_mood")(table)


FOR_EACH: dict[str, Hand] = {
    "after.mood - before.mood": lambda t: first("after_mood")(t) - mood(t),
    "request = asked or sure": lambda t: first("request")(t).map(
        {"asked": 1.0, "sure": 1.0, "no": 0.0}
    ),
    "request missing": lambda t: first("request")(t).isna().astype(float),
    "mean(felt)": each(lambda own: own["felt"].mean()),
    "sum(felt)": each(lambda own: own["felt"].sum()),
    "min(felt)": each(lambda own: own["felt"].min()),
    "max(felt)": each(lambda own: own["felt"].max()),
    "sd(felt)": each(lambda own: own["felt"].std(ddof=1)),
    # All values of several measures together.
    "sd(felt, worry)": each(lambda own: pd.concat([own["felt"], own["worry"]]).std(ddof=1)),
    "sd(felt, worry where place = same)": each(
        lambda own: pd.concat(
            [own["felt"][own["place"] == "same"], own["worry"][own["place"] == "same"]]
        ).std(ddof=1)
    ),
    "count(felt)": each(lambda own: float(own["felt"].count())),
    "first(felt)": each(lambda own: own.sort_values("trial")["felt"].dropna().iloc[0]),
    "last(felt)": each(lambda own: own.sort_values("trial")["felt"].dropna().iloc[-1]),
    "mean(felt where place = other) - mean(felt where place = same)": each(
        lambda own: (
            own["felt"][own["place"] == "other"].mean() - own["felt"][own["place"] == "same"].mean()
        )
    ),
    "mean(answer wrong)": each(lambda own: (own["correct"] != 1).mean()),
    "count(answer wrong where severity = mild)": each(
        lambda own: float((own["correct"] != 1)[own["severity"] == "mild"].sum())
    ),
    "count(felt where felt > 6)": each(lambda own: float((own["felt"] > 6).sum())),
    "mean(scaled * 6 + 1)": each(lambda own: own["felt"].mean()),
    "max(mild)": each(lambda own: own["felt"][own["severity"] == "mild"].max()),
    "mean(felt - own)": lambda t: each(lambda own: own["felt"].mean())(t) - own_mean(t),
    "own / mean(felt)": lambda t: own_mean(t) / each(lambda own: own["felt"].mean())(t),
    "log(own) - 1": lambda t: np.log(own_mean(t)) - 1,
    "{of: before.mood, centre: yes}": lambda t: mood(t) - mood(t).mean(),
    "{of: before.mood, standard: yes}": lambda t: (mood(t) - mood(t).mean()) / mood(t).std(),
    "{of: own, standard: yes}": lambda t: (own_mean(t) - own_mean(t).mean()) / own_mean(t).std(),
}


@pytest.mark.parametrize("column", IN_ROWS)
def test_a_column_in_rows_is_what_pandas_gives(column, computing, data, by_hand) -> None:
    frame = Frames.of(data, computing(column), "main").frame("tested")
    expected = IN_ROWS[column](by_hand).dropna().astype(float)
    found = frame.set_index(["participant", "item"])["tested"]
    assert len(found) == len(expected) > 0
    assert found.reindex(expected.index).to_numpy() == pytest.approx(expected.to_numpy())


@pytest.mark.parametrize("column", FOR_EACH)
def test_a_value_for_each_participant_is_what_pandas_gives(
    column, computing, data, by_hand
) -> None:
    frame = Frames.of(data, computing(column), "main").frame("tested")
    expected = FOR_EACH[column](by_hand).dropna().astype(float)
    assert not {"item", "trial", "place"} & set(frame)
    found = frame.set_index("participant")["tested"]
    assert len(found) == len(expected) > 0
    assert found.reindex(expected.index).to_numpy() == pytest.approx(expected.to_numpy())


@pytest.mark.parametrize("column", [*IN_ROWS, *FOR_EACH])
def test_a_predictor_has_the_same_values_as_an_outcome(column, computing, data) -> None:
    """It is joined on the rows of the outcome, and missing where a condition leaves them out."""
    frames = Frames.of(data, computing(column), "main")
    keys = ["participant", "item"] if column in IN_ROWS else ["participant"]
    own = frames.frame("tested").set_index(keys)["tested"]
    joined = frames.frame("felt", ["tested"]).dropna(subset="tested")
    expected = own[pd.MultiIndex.from_frame(joined[keys]) if len(keys) > 1 else joined[keys[0]]]
    assert joined["tested"].to_numpy() == pytest.approx(expected.to_numpy())


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        # A matrix: three of three items, or four in five of more, must be answered.
        ("tense", {"p1": 7 / 3, "p2": 5.0}),
        ("tense.low", {"p1": 2.5, "p2": 5.0, "p3": 2.5}),
        ("tense.worried", {"p1": 2.0, "p2": 5.0}),
        ("tense.time", {"p1": 1.0, "p2": 1.0, "p3": 1.0, "p4": 1.0}),
        ("before.mood", {"p1": 3.0, "p2": 5.0, "p3": 6.0}),
    ],
)
def test_parts_of_an_answer_are_outcomes(name, expected, computing, data) -> None:
    frame = Frames.of(data, computing(), "main").frame(name)
    found = frame.set_index("participant")[name.replace(".", "_")]
    assert found.to_dict() == pytest.approx(expected)


@pytest.mark.parametrize(
    ("column", "message"),
    [
        ("log(felt - 1)", r"'tested' takes the logarithm of 'felt - 1', which is 0 or less in \d+"),
        ("1 / (felt - 2)", r"'tested' divides by 'felt - 2', which is 0 in \d+ rows"),
        ("felt - liked", r"'liked' has a row for each trial, but 'tested' has one in another loop"),
        ("before.mood where place = same", "There is no level of 'place' here"),
        ("{of: before.mood * 0, standard: yes}", "all participants have the same value"),
    ],
)
def test_what_cannot_be_computed_is_refused(column, message, computing, data) -> None:
    frames = Frames.of(data, computing(column), "main")
    with pytest.raises(AnalysisError, match=message):
        frames.frame("tested")


def test_words_are_no_numbers(computing, data) -> None:
    """The check refuses a column that computes with words; one that is another name for them is no predictor."""
    with pytest.raises(
        InvalidFileError, match="'tested' computes with 'request', which is in words"
    ):
        computing("request + felt")
    frames = Frames.of(data, computing("first(request)"), "main")
    with pytest.raises(
        AnalysisError, match=r"'tested' is in words, such as '\w+', and not a number"
    ):
        frames.frame("felt", ["tested"])


def test_a_predictor_in_finer_rows_than_the_outcome_is_refused(computing, data) -> None:
    frames = Frames.of(data, computing(), "main")
    with pytest.raises(AnalysisError, match=r"but 'after.mood' has one for each participant"):
        frames.frame("after.mood", ["felt"])
    with pytest.raises(AnalysisError, match=r"Compute a column of its mean: mean\(felt\)"):
        frames.frame("after.mood", ["scaled"])
    with pytest.raises(AnalysisError, match="have no level of 'place'"):
        frames.frame("after.mood", ["place"])


def test_a_centred_column_depends_on_who_is_analysed(computing, data) -> None:
    """Participants are excluded first, and columns computed then."""
    frames = Frames.of(data, computing("{of: before.mood, centre: yes}"), "main")
    some = frames.only(data.only(data.sessions[data.sessions["participant"] != "p3"]))
    assert frames.frame("tested")["tested"].tolist() == pytest.approx([-5 / 3, 1 / 3, 4 / 3])
    assert some.frame("tested")["tested"].tolist() == [-1.0, 1.0]


class Invented:
    """A random expression, with what pandas gives for it: a value in each row, or one for each participant."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)

    def row(self, depth: int = 0) -> tuple[str, Hand]:
        """An expression of one row."""
        kind = self.rng.randrange(8 if depth < 3 else 2)
        if kind == 0:
            number = self.rng.randint(1, 9)
            return str(number), lambda t: pd.Series(float(number), t.index)
        if kind == 1:
            name, column = self.rng.choice(list(NAMES.items()))
            return name, lambda t: t[column].astype(float)
        if kind == 2:
            return self.spread(depth)
        (left, of_left), (right, of_right) = self.row(depth + 1), self.row(depth + 1)
        if kind == 3:
            return f"-({left})", lambda t: -of_left(t)
        if kind in (4, 5):
            sign = self.rng.choice("+-*")
            signs = {"+": operator.add, "-": operator.sub, "*": operator.mul}
            return f"({left}) {sign} ({right})", lambda t: signs[sign](of_left(t), of_right(t))
        function = self.rng.choice(["mean", "min", "max"])
        return f"{function}({left}, {right})", lambda t: getattr(
            pd.concat([of_left(t), of_right(t)], axis=1), function
        )(axis=1, skipna=False)

    def spread(self, depth: int) -> tuple[str, Hand]:
        """An aggregate, in each row of the participant."""
        text, of = self.aggregate(depth)
        return text, lambda t: pd.Series(of(t)[t.index.get_level_values(0)].to_numpy(), t.index)

    def aggregate(self, depth: int = 0) -> tuple[str, Hand]:
        """A value for each participant, of those rows that a condition picks."""
        inner, of_inner = self.row(depth + 1)
        inner, of = f"felt + ({inner})", lambda t: t["felt"] + of_inner(t)
        function = self.rng.choice(["mean", "sum", "min", "max", "sd", "count"])
        where, picks = self.rng.choice(list(WHERE.items()))
        name = {"sd": "std"}.get(function, function)

        def by_hand(table: pd.DataFrame) -> pd.Series:
            values = of(table).where(picks(table))
            grouped = values.groupby(level="participant", sort=False)
            if name == "sum":
                return grouped.sum(min_count=1)
            return getattr(grouped, name)().astype(float)

        return f"{function}({inner}{where})", by_hand


NAMES = {
    "felt": "felt",
    "worry": "worry",
    "before.mood": "before_mood",
    "after.mood": "after_mood",
    "length": "length",
    "trial": "trial",
}
WHERE: dict[str, Hand] = {
    "": lambda t: pd.Series(True, t.index),
    " where place = same": lambda t: t["place"] == "same",
    " where worry > 3": lambda t: t["worry"] > 3,
    " where severity = mild and place != same": lambda t: (
        (t["severity"] == "mild") & (t["place"] != "same")
    ),
    " where answer wrong": lambda t: t["correct"] != 1,
}


def test_random_expressions_give_what_pandas_gives(computing, data, by_hand) -> None:
    """Sixty nested expressions, in the rows of the trials or for each participant."""
    made = [Invented(seed).aggregate() if seed % 2 else Invented(seed).row() for seed in range(60)]
    # Each begins with what a loop asks, so that it has the rows of the loop.
    texts = [text if seed % 2 else f"felt + ({text})" for seed, (text, _) in enumerate(made)]
    columns = "".join(f"\n  c{seed}: {text}" for seed, text in enumerate(texts))
    frames = Frames.of(data, computing(f"felt{columns}"), "main")
    for seed, (text, of) in enumerate(made):
        frame = frames.frame(f"c{seed}")
        if seed % 2:
            expected, keys = of(by_hand), ["participant"]
        else:
            expected, keys = by_hand["felt"] + of(by_hand), ["participant", "item"]
        expected = expected.dropna()
        found = frame.set_index(keys)[f"c{seed}"]
        assert len(found) == len(expected), text
        values = found.reindex(expected.index).to_numpy()
        assert values == pytest.approx(expected.to_numpy(), rel=1e-9, abs=1e-9), text
