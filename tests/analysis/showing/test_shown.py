"""How results display themselves: aligned text, escaped HTML, numbers as in reports, plots on given axes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.models import fit, marginal_means
from analysis.models.pairwise import pairwise
from analysis.showing import Part, Shown, Summary, written


class Example(Shown):
    def parts(self) -> Iterator[Part]:
        table = pd.DataFrame({"term": ["a", "long name"], "p": [0.04321, 0.00001]})
        yield Part("Title <b>", ("One sentence.", "word " * 40), written(table))

    def table(self) -> pd.DataFrame:
        return pd.DataFrame()

    def plot(self, axes: Axes | None = None) -> Axes:
        raise NotImplementedError


def test_a_summary_is_aligned_broken_into_lines_and_shown_as_it_is() -> None:
    summary = Example().summary()
    assert isinstance(summary, Summary)
    assert repr(summary) == str(summary) == str(Example())
    lines = summary.splitlines()
    assert lines[:4] == ["Title <b>", "term            p", "a            .043", "long name  < .001"]
    assert max(map(len, lines)) <= 100


def test_html_is_escaped() -> None:
    page = Example()._repr_html_()
    assert "Title &lt;b&gt;" in page
    assert "<b>" not in page
    assert "<table" in page


def test_both_ends_of_an_interval_are_one_column() -> None:
    table = pd.DataFrame({"estimate": [1.0], "ci_low": [-0.5], "ci_high": [np.inf]})
    assert written(table, 0.9).to_dict("list") == {"estimate": ["1.000"], "90% CI": ["[−0.500, ∞]"]}


@pytest.fixture(scope="module")
def data() -> pd.DataFrame:
    rng = np.random.default_rng(3)
    n, items = 40, 6
    frame = pd.DataFrame(
        {"participant": np.repeat(range(n), items), "item": list(range(items)) * n}
    )
    frame["arm"] = np.where(frame["participant"] % 2, "b", "a")
    frame["x"] = rng.normal(size=len(frame))
    person, item = rng.normal(size=n), rng.normal(size=items)
    frame["felt"] = person[frame["participant"]] + item[frame["item"]] + rng.normal(size=len(frame))
    frame["gave"] = (frame["felt"] > 0).astype(int)
    return frame


def test_a_mixed_model_shows_what_a_reader_needs(data: pd.DataFrame) -> None:
    model = fit(data, "felt ~ arm + x + (1 + x | participant) + (1 | item)")
    summary = model.summary()
    assert "240 rows; groups: 40 (participant), 6 (item)." in " ".join(summary.split())
    for words in (
        "Linear mixed model by restricted maximum likelihood",
        "Fixed effects", "arm[b]", "SE", "df", "95% CI",
        "Random effects", "variance", "residual", "with Intercept",
        "Only 6 item levels",
    ):  # fmt: skip
        assert words in summary
    assert model.table().equals(model.terms)
    assert model.table() is not model.terms


def test_standard_errors_of_a_linear_model_are_named(data: pd.DataFrame) -> None:
    summary = fit(data, "felt ~ arm").summary()
    assert "HC2 standard errors and Satterthwaite degrees of freedom" in summary
    assert "HC3 standard errors" in fit(data, "felt ~ arm", errors="HC3").summary()
    assert "cluster standard errors" in fit(data, "felt ~ arm", cluster="participant").summary()


def test_a_fit_that_did_not_converge_says_so_first(data: pd.DataFrame) -> None:
    from dataclasses import replace

    notes = replace(fit(data, "felt ~ arm"), converged=False).summary().split("Notes\n")[1]
    assert notes.startswith("- The fit did NOT converge: do not use these estimates.")


def test_plots_go_on_given_axes_and_carry_their_scale(data: pd.DataFrame) -> None:
    model = fit(data, "gave ~ arm * x + (1 | participant)", "binomial")
    axes = Figure().subplots(1, 3)
    assert model.plot(axes[0]) is axes[0]
    assert "log odds" in axes[0].get_xlabel()
    assert [label.get_text() for label in axes[0].get_yticklabels()] == ["arm[b]", "x", "arm[b]:x"]
    pairwise(model, "arm").plot(axes[1])
    assert [label.get_text() for label in axes[1].get_yticklabels()] == ["a - b"]
    marginal_means(model, ["arm"]).plot(axes[2])
    assert [label.get_text() for label in axes[2].get_xticklabels()] == ["a", "b"]
    low, high = axes[2].get_ylim()
    assert 0 <= low < high <= 1
