"""``compare`` on a user's own frame: it finds the curve that generated the data, and uses the user's own names."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

import compassion
from analysis.curves.compare import Comparison
from analysis.errors import AnalysisError

CURVES = ["flat", "log_fade"]


def data() -> pd.DataFrame:
    rng = np.random.default_rng(2)
    children = np.tile([1, 2, 4, 8, 16, 32], 40)
    felt = 5 - np.log(children) + rng.normal(size=len(children))
    return pd.DataFrame({"children": children, "felt": felt})


@pytest.fixture(scope="module")
def found() -> Comparison:
    holed = data()
    holed.loc[7, "felt"] = np.nan
    return compassion.compare("felt", CURVES, holed, over={"victims": "children"}, random="")


def test_the_summary_names_the_true_curve(found: Comparison) -> None:
    assert found.verdict.family == "falling_log"
    summary = found.summary()
    assert (
        "Falling log is best supported. Among 2 families of curves, it has a BIC weight above .99"
        in summary
    )
    assert "1 of 240 rows is left out because a value is missing (felt: 1)." in summary
    assert found.table()["id"].tolist() == ["M2", "M0"]
    assert "<table" in found._repr_html_()


def test_the_plot_has_a_line_for_each_family(found: Comparison) -> None:
    axes = found.plot(Figure().subplots())
    assert [label.get_text() for label in axes.get_xticklabels()] == [
        "1",
        "2",
        "4",
        "8",
        "16",
        "32",
    ]
    labels = [text.get_text() for text in axes.get_legend().get_texts()]
    assert [label.split()[0] for label in labels] == ["M2", "M0"]


def test_where_no_curve_is_named_the_summary_gives_the_reason() -> None:
    noise = data().assign(felt=np.random.default_rng(3).normal(size=240))
    over = {"victims": "children"}
    summary = compassion.compare("felt", CURVES, noise, over=over, random="").summary()
    assert "Undetermined. The leading family, " in summary
    assert "is not shown" in summary or "is below" in summary


def with_dates(data: pd.DataFrame) -> pd.DataFrame:
    days = pd.to_timedelta(data["children"], unit="D")
    return data.assign(when=pd.Timestamp("2024-01-01") + days)


def with_comma(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the data with a number written with a comma, after a row without an answer."""
    words = frame["children"].astype(str)
    words[3] = "10,000"
    return frame.assign(victims=words, felt=frame["felt"].mask(frame.index == 1))


def people() -> pd.DataFrame:
    """Return the data with 40 people, six answers each."""
    return data().assign(subj=[f"p{row // 6}" for row in range(240)])


def test_random_effects_under_own_names_are_fitted() -> None:
    over = {"victims": "children"}
    named = compassion.compare("felt", CURVES, people(), over=over, random="(1 | subj)")
    assert "random effects: (1 | subj)." in named.summary()
    default = people().rename(columns={"subj": "participant"})
    again = compassion.compare("felt", CURVES, default, over=over)
    assert "random effects: (1 | participant)." in again.summary()
    assert "the data have no column 'item'" in again.summary()
    np.testing.assert_allclose(
        again.weights.families["weight_bic"], named.weights.families["weight_bic"]
    )


@pytest.mark.parametrize(
    ("random", "sentence"),
    [
        ({"random": "(1 | sub)"}, "names 'sub', which is not in the data. Did you mean 'subj'?"),
        ({"random": "(1 | subj) + (1 | stimulus)"}, "names 'stimulus', which is not in the data"),
        (
            {},
            'The data have no column \'participant\'. Give random="(1 | your column)", or random="" if'
            " each participant has one row.",
        ),
    ],
)
def test_random_effects_without_their_column_are_refused(
    random: dict[str, str], sentence: str
) -> None:
    with pytest.raises(AnalysisError) as error:
        compassion.compare("felt", CURVES, people(), over={"victims": "children"}, **random)
    assert sentence in str(error.value)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda d: compassion.compare("felt", "flat", d), "needs several curves; found only 'flat'"),
        (lambda d: compassion.compare("felt", ["flat"], d), "Name at least two curves; found 1."),
        (
            lambda d: compassion.compare("felt", CURVES, d),
            "The curve 'flat' needs a column 'victims', which the data do not have.",
        ),
        (
            lambda d: compassion.compare(
                "felt", CURVES, d.astype({"felt": str}), over={"victims": "children"}, random=""
            ),
            "'felt' contains text ('",
        ),
        (
            lambda d: compassion.compare(
                "felt", CURVES, d.astype({"children": str}), over={"victims": "children"}, random=""
            ),
            "'children' contains text ('1'). Convert it with pandas.to_numeric.",
        ),
        (
            lambda d: compassion.compare("felt", CURVES, with_dates(d), over={"victims": "when"}, random=""),
            "'when' contains dates (first: 2024-01-02 00:00:00), but numbers are needed.",
        ),
        (
            lambda d: compassion.compare("when", CURVES, with_dates(d), over={"victims": "children"}, random=""),
            "'when' contains dates",
        ),
        (
            lambda d: compassion.compare("felt", CURVES, d.assign(few=d.children < 5), over={"victims": "few"},
                                         random=""),
            "'few' contains True and False, but numbers are needed. Convert it with astype(int)",
        ),
        (lambda d: compassion.fit("felt ~ when", with_dates(d)), "'when' contains dates"),
        (lambda d: compassion.fit("felt ~ log(when)", with_dates(d)), "'when' contains dates"),
        (lambda d: compassion.compare("felt", CURVES, with_comma(d), random=""), "'victims' has '10,000' in row 3"),
        (lambda d: compassion.compare("felt", CURVES, d), "over={'victims': 'your column'}"),
        (lambda d: compassion.compare("felt", ["flat", "log_fad"], d), "log_fade"),
        (
            lambda d: compassion.compare("felt", CURVES, d, over={"victims": "childs"}),
            "have no column 'childs'",
        ),
        (
            lambda d: compassion.compare("felt", CURVES, d, over={"number": "children"}),
            "None of the curves reads a column 'number'",
        ),
        (
            lambda d: compassion.compare("fel", CURVES, d, over={"victims": "children"}, random=""),
            "Did you mean 'felt'?",
        ),
    ],
)  # fmt: skip
def test_a_mistake_is_a_sentence(call: Callable[[pd.DataFrame], object], sentence: str) -> None:
    with pytest.raises(AnalysisError) as error:
        call(data())
    assert sentence in str(error.value)


@pytest.mark.parametrize(
    ("difference", "people", "words"),
    [
        (1.0, 60, "There is a difference, in the direction of the claim. The claim is that"),
        (-1.0, 60, "There is a difference, in the opposite direction. The claim is that"),
        (0.0, 1500, "The difference is too small to matter. The claim is that"),
        (0.0, 15, "Undetermined. The claim is that victims 1 minus victims 8 is above zero."),
    ],
)
def test_two_cells_go_by_their_difference(difference, people, words):
    rng = np.random.default_rng(5)
    n = np.tile([1.0, 8.0], people)
    two = pd.DataFrame({"n": n, "felt": 4 + difference * (n == 1) + rng.normal(size=len(n))})
    found = compassion.compare("felt", ["log_fade", "flat"], two, over={"victims": "n"}, random="")
    assert found.summary().splitlines()[1].startswith(words)
