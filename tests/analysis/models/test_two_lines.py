"""Two lines and interior peak: recovery, the log curve that misleads the quadratic, errors."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from other_software import run_r
from proving import hold, times

from analysis import models
from analysis.errors import AnalysisError
from analysis.models import RandomTerm, parse_random
from analysis.models import two_lines as module
from analysis.models.two_lines import interior_peak, p_spline, two_lines


def make(curve, n=600, sd=0.5, seed=1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    x = rng.uniform(0, 10, n)
    return pd.DataFrame({"x": x, "y": curve(x) + rng.normal(0, sd, n)})


def test_inverted_u_is_found_near_its_peak():
    found = two_lines(make(lambda x: -0.1 * (x - 6) ** 2), "y", "x")
    assert found.shape == "inverted U"
    assert 4.5 < found.break_at < 7.5
    assert found.low.slope > 0 > found.high.slope


def test_lines_are_fitted_again_only_where_the_break_point_moves(monkeypatch):
    fitted = []
    lines = module._lines
    monkeypatch.setattr(module, "_lines", lambda *given: fitted.append(given[1]) or lines(*given))
    moved = two_lines(make(lambda x: -0.1 * (x - 6) ** 2), "y", "x")
    assert fitted[1:] == [moved.break_at] != fitted[:1]
    fitted.clear()
    levels = make(lambda x: 4 - np.abs(np.round(x / 2.5) - 2)).assign(
        x=lambda d: np.round(d["x"] / 2.5)
    )
    assert fitted == [two_lines(levels, "y", "x").break_at] == [2.0]


def test_u_is_recognised():
    assert two_lines(make(lambda x: 0.1 * (x - 5) ** 2), "y", "x").shape == "U"


@times(guard=20, proof=1000)
def test_saturating_curve_fools_the_quadratic_but_not_two_lines(n):
    """y = log(x): significant curvature in nearly every sample, a window in almost none."""
    windows = curvatures = 0
    for seed in range(n):
        data = make(lambda x: np.log(x + 0.05), sd=0.8, seed=seed)
        windows += two_lines(data, "y", "x").shape == "inverted U"
        fit = models.fit(data, "y ~ x + I(x ** 2)")
        curvatures += fit.terms["p"][2] < 0.05
    hold(curvatures, n, 0.95, 1.0)
    hold(windows, n, 0.0, 0.05)


@times(guard=20, proof=1000)
def test_false_positives_of_a_flat_line_are_rare(n):
    shapes = [two_lines(make(lambda x: 0 * x, n=200, seed=s), "y", "x").shape for s in range(n)]
    hold(sum(s != "neither" for s in shapes), n, 0.0, 0.05)


@times(guard=30, proof=2000)
def test_interior_peak_covers_the_truth(n):
    covered = 0
    for seed in range(n):
        data = make(lambda x: -0.05 * (x - 6) ** 2, sd=1.0, seed=seed)
        fit = models.fit(data, "y ~ x + I(x ** 2)", errors="classical")
        peak = interior_peak(fit, "x", "I(x ** 2)", (0, 10))
        covered += peak.ci_low <= 6 <= peak.ci_high
        assert peak.interior
    hold(covered, n, 0.95)


def test_peak_of_a_flat_curve_is_undetermined():
    fit = models.fit(make(lambda x: 0 * x, n=80), "y ~ x + I(x ** 2)")
    peak = interior_peak(fit, "x", "I(x ** 2)", (0, 10))
    assert not peak.interior
    assert not np.isfinite(peak.ci_low)


def test_clusters_widen_the_slopes():
    data = pd.concat([make(lambda x: -0.1 * (x - 6) ** 2, n=100)] * 6, ignore_index=True)
    data["p"] = np.tile(np.arange(100), 6)
    alone, grouped = two_lines(data, "y", "x"), two_lines(data, "y", "x", cluster="p")
    assert grouped.low.se > 1.8 * alone.low.se


def stories(seed: int, of_story: float, participants: int = 100) -> pd.DataFrame:
    """Return ratings of 20 stories at five levels, which rise to the third and are equal from there.

    Each participant reads each story at one level. ``of_story`` is the SD of the stories at each level.
    """
    rng = np.random.default_rng(seed)
    p = np.repeat(np.arange(participants), 20)
    story = np.tile(np.arange(20), participants)
    x = (p + story) % 5
    y = 0.2 * np.minimum(x, 2) + rng.normal(0, 0.8, participants)[p]
    y += rng.normal(0, of_story, (20, 5))[story, x] + rng.normal(0, 0.5, len(p))
    return pd.DataFrame({"p": p, "story": story, "x": x + 1.0, "y": y})


STORIES = [RandomTerm("1", group) for group in ("p", "story", "story:x")]


def test_random_terms_leave_the_slopes_of_a_balanced_design_and_widen_their_errors():
    data = stories(1, of_story=0.2)
    alone = two_lines(data, "y", "x", cluster="p")
    mixed = two_lines(data, "y", "x", random=STORIES)
    assert mixed.break_at == alone.break_at
    assert mixed.low.slope == pytest.approx(alone.low.slope, abs=1e-6)
    assert mixed.high.slope == pytest.approx(alone.high.slope, abs=1e-6)
    # The SD of a level's mean: 20 stories at it, and four answers of each participant.
    of_mean = np.sqrt(0.2**2 / 20 + 0.5**2 / 400)
    levels = np.arange(np.ceil(mixed.break_at), 6)
    expected = of_mean / np.sqrt(np.sum((levels - levels.mean()) ** 2))
    assert mixed.high.se == pytest.approx(expected, rel=0.25)
    assert mixed.high.se > 1.4 * alone.high.se
    half = (mixed.high.interval[1] - mixed.high.interval[0]) / 2
    assert 1.96 < half / mixed.high.se < 2.1


@times(guard=12, proof=400)
def test_stories_that_differ_show_no_window_where_there_is_none(n):
    """Without terms for them, a few weak stories at the highest levels look like a fall."""
    alone = mixed = 0
    for seed in range(n):
        data = stories(seed, of_story=0.2, participants=50)
        alone += two_lines(data, "y", "x", cluster="p").shape == "inverted U"
        mixed += two_lines(data, "y", "x", random=STORIES).shape == "inverted U"
    hold(mixed, n, 0.0, 0.05)
    assert mixed <= alone


def test_smooth_follows_a_sine():
    rng = np.random.default_rng(5)
    x = np.sort(rng.uniform(0, 6, 400))
    smooth = p_spline(x, np.sin(x) + rng.normal(0, 0.2, 400))
    assert np.abs(smooth.fitted - np.sin(x)).mean() < 0.06
    assert np.mean(np.abs(smooth.fitted - np.sin(x)) < 2 * smooth.se) > 0.85


def test_few_levels_are_refused():
    data = pd.DataFrame({"x": np.tile([1, 2, 3], 30), "y": np.arange(90.0)})
    with pytest.raises(
        AnalysisError, match="3 distinct values; an inverted U can only be tested with at least 5"
    ):
        two_lines(data, "y", "x")


def test_missing_values_are_named():
    data = make(lambda x: x)
    data.loc[3, "x"] = np.nan
    with pytest.raises(AnalysisError, match="'x' is missing or infinite in 1 of 600 rows"):
        two_lines(data, "y", "x")


@pytest.mark.parametrize(
    ("spoilt", "message"),
    [
        ({"y": 4.0}, "Every value of 'y' is 4"),
        ({"y": "high"}, "'y' contains text where numbers are needed, in 600 of 600 rows"),
        ({"p": 1}, "1 p levels are too few for clustered standard errors"),
    ],
)
def test_what_shows_no_window_is_refused(spoilt, message):
    data = make(lambda x: x).assign(p=range(600)).assign(**spoilt)
    with pytest.raises(AnalysisError, match=message):
        two_lines(data, "y", "x", cluster="p")


def test_a_peak_of_a_term_that_is_not_there():
    fit = models.fit(make(lambda x: x), "y ~ x")
    with pytest.raises(AnalysisError, match=r"'I\(x \*\* 2\)' is not a term"):
        interior_peak(fit, "x", "I(x ** 2)", (0, 10))


def test_a_single_value_beyond_the_break_point_needs_no_line():
    """Five levels whose peak is next to the lowest: each slope is that of its own rows."""
    rng = np.random.default_rng(2)
    x = np.tile([1.0, 2.0, 3.0, 4.0, 5.0], 40)
    y = np.where(x == 1, 0.0, 14.0 - 2 * x) + rng.normal(0, 1, 200)
    found = two_lines(pd.DataFrame({"x": x, "y": y}), "y", "x")
    assert found.break_at == 2.0
    assert found.shape == "inverted U"
    above = sm.OLS(y[x >= 2], sm.add_constant(x[x >= 2])).fit(cov_type="HC3")
    assert found.high.slope == pytest.approx(above.params[1])
    assert found.high.se == pytest.approx(above.bse[1])


def people_with_slopes(seed: int, people: int = 40, of_slope: float = 0.25) -> pd.DataFrame:
    """Return 20 answers of each participant, which rise to the middle of a continuous predictor and are equal from there.

    Participants and items differ in how the answers follow the predictor; ``of_slope`` is the SD of participants.
    """
    rng = np.random.default_rng(seed)
    p, item = np.repeat(np.arange(people), 20), np.tile(np.arange(20), people)
    x = np.round(np.clip(rng.normal(5, 1, people)[p] + rng.normal(0, 2, len(p)), 0, 10), 1)
    own = rng.normal(0, of_slope, people)[p] + rng.normal(0, 0.05, 20)[item]
    y = 0.5 * np.minimum(x - 5, 0) + own * (x - 5) + rng.normal(0, 1, people)[p]
    y += rng.normal(0, 0.3, 20)[item] + rng.normal(0, 1, len(p))
    return pd.DataFrame({"participant": p, "item": item, "x": x, "y": y})


INTERCEPTS = parse_random("(1 | participant) + (1 | item)")
SLOPES = parse_random("(x | participant) + (1 | item)")


def test_a_planned_slope_becomes_slopes_of_both_lines():
    data = people_with_slopes(0)
    plain = two_lines(data, "y", "x", random=INTERCEPTS)
    sloped = two_lines(data, "y", "x", random=SLOPES)
    for line in (sloped.low, sloped.high):
        assert list(map(str, line.random)) == [
            "(own_line + other_line | participant)",
            "(1 | item)",
        ]
    assert plain.high.random == INTERCEPTS
    assert sloped.break_at == pytest.approx(plain.break_at, abs=0.2)
    # The slopes of 40 participants vary with an SD of .25, which the rows alone do not show.
    assert sloped.high.se > 0.25 / np.sqrt(40)
    assert sloped.low.se > 1.2 * plain.low.se


def test_a_slope_is_left_out_where_it_cannot_be_estimated():
    """Participants do not differ in their slopes over an item that is the same for all of them."""
    data = people_with_slopes(2, of_slope=0.0)
    data = data.assign(item=data["x"].astype(int).clip(0, 3))
    found = two_lines(data, "y", "x", random=parse_random("(x | participant) + (x | item)"))
    assert "item" not in " ".join(map(str, found.low.random))
    assert "participant" in str(found.low.random[0])


@times(guard=12, proof=400)
def test_participants_with_slopes_of_their_own_show_no_fall_where_there_is_none(n):
    """Without random slopes, a few participants whose answers fall look like a fall of all."""
    plain = sloped = 0
    for seed in range(n):
        data = people_with_slopes(seed)
        plain += two_lines(data, "y", "x", random=INTERCEPTS).shape == "inverted U"
        sloped += two_lines(data, "y", "x", random=SLOPES).shape == "inverted U"
    hold(sloped, n, 0.0, 0.05)
    assert sloped <= plain


@pytest.mark.r
def test_lines_with_random_slopes_are_those_of_lmer(tmp_path):
    data = people_with_slopes(1)
    random = parse_random("(x | participant) + (x | item)")
    found = two_lines(data, "y", "x", random=random)
    for line, above in ((found.low, False), (found.high, True)):
        high = data["x"] >= found.break_at if above else data["x"] > found.break_at
        own = high if above else ~high
        away = data["x"] - found.break_at
        rows = data.assign(own=away * own, other=away * ~own, step=high.astype(float))
        rows.to_csv(tmp_path / "rows.csv", index=False)
        output = run_r(
            "-e",
            f'd <- read.csv("{tmp_path / "rows.csv"}");'
            "m <- suppressMessages(lmerTest::lmer("
            "y ~ own + step + other + (own + other | participant) + (own + other | item), d));"
            'cat(summary(m)$coefficients["own", ])',
        )
        estimate, se, _, _, p = map(float, output.split())
        assert line.slope == pytest.approx(estimate, rel=1e-3)
        assert line.se == pytest.approx(se, rel=1e-3)
        assert line.p == pytest.approx(p, rel=1e-2)
