"""The curves give the numbers of the fact sheet, and equal one another where theory implies it."""

import numpy as np
import pytest

from analysis.curves.catalogue import catalogue, get

LEVELS = {"victims": [1, 2, 8, 100, 10_000, 800_000]}


def test_essay_vector_of_the_fact_sheet():
    """Fact sheet section 1: exponential to .10, lambda .588 gives 1, .600, .115, .100 ... [C]."""
    expected = [1.0, 0.600, 0.115, 0.100, 0.100, 0.100]
    assert get("M5").predict(LEVELS) == pytest.approx(expected, abs=5e-4)
    assert get("M5e").predict(LEVELS) == pytest.approx(expected, abs=5e-4)


def test_hyperbola_of_the_fact_sheet():
    assert get("M6").predict({"victims": [8]})[0] == pytest.approx(0.236, abs=5e-4)


def test_the_essays_three_versions_conflict():
    assert get("essay_one_over_n").predict(LEVELS)[:4] == pytest.approx([1, 0.5, 0.125, 0.01])
    dollars = get("essay_floor_48").predict(LEVELS)
    assert dollars == pytest.approx([1.0] + [1.14 / 2.38] * 5)
    assert round(float(dollars[-1]), 2) == 0.48


def test_social_discounting_of_the_fact_sheet():
    """k = .05 gives .95, .91, .80, .67, .50, .29, .17 [C]."""
    shares = get("P4").predict({"distance": [1, 2, 5, 10, 20, 50, 100]})
    assert shares == pytest.approx([0.95, 0.91, 0.80, 0.67, 0.50, 0.29, 0.17], abs=5e-3)


def test_limits_and_nesting():
    floor = {"T": 1.0, "F": 0.2}
    step = get("M4").predict(LEVELS, floor)
    assert get("M5").predict(LEVELS, floor | {"lambda": 10}) == pytest.approx(step, abs=1e-4)
    assert get("M4b").predict(LEVELS, floor | {"K": 1.5}) == pytest.approx(step)
    one_over_n = get("M6").predict(LEVELS, {"T": 1, "F": 0, "kappa": 1})
    assert one_over_n == pytest.approx(get("M6e").predict(LEVELS))
    # N^-beta at a small beta is 1 - beta ln N: the logarithmic fade.
    tiny = get("M6b").predict(LEVELS, {"T": 1, "F": 0, "beta": 1e-6})
    assert (1 - tiny) / 1e-6 == pytest.approx(np.log(LEVELS["victims"]), rel=1e-4, abs=1e-6)
    d = {"distance": [1.0, 10.0, 100.0]}
    assert get("P6").predict(d, {"q": 0.0}) == pytest.approx(get("P4").predict(d))
    near = get("P6").predict(d, {"q": 0.999})
    assert near == pytest.approx(get("P5").predict(d), abs=0.01)


def test_inverted_u_is_the_quadratic_of_the_fact_sheet():
    """a + b x - c x^2 with N* = exp(b / 2c), x = ln N."""
    c, peak, top = 0.006, 8.0, 0.9
    b, x = 2 * c * np.log(peak), np.log(LEVELS["victims"])
    a = top - c * np.log(peak) ** 2
    curve = get("M7").predict(LEVELS, {"top": top, "c": c, "peak": peak})
    assert curve == pytest.approx(a + b * x - c * x**2)


def test_one_identified_victim_and_identification_alone():
    design = {"victims": [1, 1, 8, 8], "identity": ["named", "unnamed", "named", "unnamed"]}
    single = get("identified_single").predict(design, {"a": 0.4, "d": 0.2})
    assert single == pytest.approx([0.6, 0.4, 0.4, 0.4])
    # The interaction that Kogut and Ritov claim is the whole difference, and identification alone has none.
    interaction = np.array([1, -1, -1, 1])
    assert interaction @ single == pytest.approx(0.2)
    alone = get("identification_only").predict(design, {"a": 0.4, "d": 0.2})
    assert alone == pytest.approx([0.6, 0.4, 0.6, 0.4])
    assert interaction @ alone == pytest.approx(0.0)


def test_shutdown_turns_with_cost_and_regulation():
    design = {"victims": [1.0, 8.0], "cost_expected": [0.0, 0.0]}
    free = get("M8").predict(design)
    paid = get("M8").predict(design | {"cost_expected": [1.0, 1.0]})
    weak = get("M8").predict(design | {"cost_expected": [1.0, 1.0], "regulation": [-1.0, -1.0]})
    assert free[1] > free[0]
    assert paid[1] < paid[0]
    assert weak[1] == pytest.approx(weak[0])


def test_a_unit_does_not_fade():
    n = {"victims": LEVELS["victims"]}
    assert np.ptp(get("M10").predict(n | {"unity": [1.0] * 6})) == 0
    separate = get("M10").predict(n | {"unity": [0.0] * 6})
    assert separate == pytest.approx(get("M5").predict(n))


def test_groups_need_three_levels():
    three = {"group": ["in", "none", "out"]}
    assert get("P1").predict(three) == pytest.approx([0.19, 0, 0])
    assert get("P2").predict(three) == pytest.approx([0, 0, -0.19])
    assert get("P3").predict(three) == pytest.approx([0.19, 0, -0.19])
    two = {"group": ["in", "out"]}
    first, second = get("P1").predict(two), get("P2").predict(two)
    assert np.diff(first) == pytest.approx(np.diff(second))


def test_window_closes_earlier_without_boundary():
    e = np.linspace(0, 1, 201)
    peak = [
        e[np.argmax(get("W3").predict({"empathy": e, "boundary": np.full(201, b)}))]
        for b in (0.0, 1.0)
    ]
    assert 0 < peak[0] < peak[1] < 1
    whole = get("W3").predict({"empathy": e}) + get("W3d").predict({"empathy": e})
    assert whole == pytest.approx(e)


def test_training_ratios_of_the_figure():
    design = {
        "measure": ["threat", "soothing", "distress"] * 2,
        "phase": ["before"] * 3 + ["after"] * 3,
    }
    blocks = get("T3e").predict(design, {"u": 1.0}).reshape(2, 3)
    assert blocks[0] == pytest.approx([24, 4, 16])
    assert blocks[1] / blocks[0] == pytest.approx([0.58, 5.0, 0.50], abs=5e-3)


@pytest.mark.parametrize("h", catalogue(), ids=lambda h: h.id)
def test_predict_is_intercept_plus_basis(h):
    """For random parameters the equation is in the span of the design columns, and the reverse."""
    rng = np.random.default_rng(7)
    for _ in range(5):
        shape = {
            p.name: float(rng.uniform(0.3, 0.6) * (p.upper - p.lower) + p.lower) for p in h.shape
        }
        linear = {p.name: float(rng.normal()) for p in h.linear}
        y = h.predict(h.example, shape | linear)
        basis = h.basis(h.example, shape)
        assert basis.shape == (len(y), len(h.signs))
        matrix = np.column_stack([np.ones(len(y)), basis]) if h.intercept else basis
        scale = np.abs(matrix).max(axis=0)
        scale[scale == 0] = 1
        weights = np.linalg.lstsq(matrix / scale, y, rcond=None)[0] / scale
        size = max(1.0, float(np.abs(y).max()))
        assert matrix @ weights == pytest.approx(y, abs=1e-8 * size)
        start = int(h.intercept)
        back = h.linear_from(h.example, shape, weights[0] if start else 0.0, weights[start:])
        again = h.predict(h.example, shape | back)
        assert again == pytest.approx(y, abs=1e-7 * size)


@pytest.mark.parametrize("h", catalogue(), ids=lambda h: h.id)
def test_defaults_keep_the_signs_of_the_claim(h):
    """The curve that is drawn is one that the claim allows."""
    y, basis = h.predict(h.example), h.basis(h.example)
    matrix = np.column_stack([np.ones(len(y)), basis]) if h.intercept else basis
    weights = np.linalg.pinv(matrix) @ y
    coefficients = weights[int(h.intercept) :]
    assert all(sign * c >= -1e-9 for sign, c in zip(h.signs, coefficients, strict=True))
