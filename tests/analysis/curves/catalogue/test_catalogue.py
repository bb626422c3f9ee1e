"""The catalogue is complete, names are unambiguous, and mistakes are explained in words."""

import pytest

from analysis.curves.catalogue import MODEL_SETS, Slope, catalogue, get, model_set
from analysis.curves.catalogue.drawing import draw
from analysis.errors import AnalysisError

FACT_SHEET = (
    [f"M{i}" for i in range(11)]
    + ["M4b", "M6b"]
    + [f"P{i}" for i in range(11)]
    + [f"W{i}" for i in range(5)]
    + [f"S{i}" for i in range(4)]
    + [f"D{i}" for i in range(6)]
    + [f"T{i}" for i in range(4)]
    + [f"V{i}" for i in range(4)]
)


def test_every_curve_of_the_fact_sheet_is_there():
    assert set(FACT_SHEET) <= {h.id for h in catalogue()}
    assert {"M5e", "M4e", "M6e"} == {h.id for h in model_set("essay")}


def test_ids_and_names_are_unique():
    names = [key.lower() for h in catalogue() for key in (h.id, h.name)]
    assert len(names) == len(set(names))


def test_six_families_for_the_number_of_victims():
    families = {h.family for h in model_set("victims")}
    assert families == {"flat", "rising", "falling_log", "step", "decay_to_floor", "inverted_u"}
    clones = [h.id for h in model_set("victims") if h.family == "decay_to_floor"]
    assert clones == ["M5", "M6", "M6b"]


def test_every_set_names_known_curves_with_a_null_or_rivals():
    for name in MODEL_SETS:
        assert len(model_set(name)) >= 2


def test_lookup_by_id_or_name_in_any_spelling():
    assert get("m5") is get("exponential_to_floor") is get("Exponential to-floor")


@pytest.mark.parametrize(
    ("wrong", "suggested"), [("exponental_to_flor", "M5"), ("M11", "M1"), ("favoritism", "P1")]
)
def test_unknown_name_suggests_the_nearest(wrong, suggested):
    with pytest.raises(AnalysisError, match=rf"Did you mean {suggested}"):
        get(wrong)


def test_unknown_set_suggests_the_nearest():
    with pytest.raises(AnalysisError, match="Did you mean 'groups'"):
        model_set("group")


@pytest.mark.parametrize("h", catalogue(), ids=lambda h: h.id)
def test_every_parameter_has_a_source_and_a_tag(h):
    assert h.linear
    for p in h.parameters:
        assert p.source
        if p.tag == "M":
            assert "to be checked against the paper" in p.caption


def test_weakly_recalled_numbers_cannot_be_shown():
    with pytest.raises(AnalysisError, match=r"M\?"):
        Slope(0.1, 0.0, 1.0, "somewhere", "M?")
    with pytest.raises(AnalysisError, match="outside its range"):
        Slope(2.0, 0.0, 1.0, "somewhere", "V")


@pytest.mark.parametrize(
    ("name", "design", "params", "message"),
    [
        ("M5", {"n": [1, 2]}, {}, "needs the column 'victims'"),
        ("M5", {"victims": [0, 2]}, {}, "lowest possible value is 1"),
        ("M5", {"victims": [1, float("nan")]}, {}, "missing or infinite"),
        ("M5", {"victims": ["one", "two"]}, {}, "not a number"),
        ("M5", {"victims": [1, 2]}, {"labda": 1}, "no parameter 'labda'"),
        ("M5", {"victims": [1, 2]}, {"T": float("inf")}, "not a number"),
        ("P1", {"group": ["in", "them"]}, {}, "'them'"),
        ("M8", {"victims": [1, 2]}, {}, "cost_expected"),
    ],
)
def test_bad_designs_are_explained(name, design, params, message):
    with pytest.raises(AnalysisError, match=message):
        get(name).predict(design, params)


def test_parameters_can_be_given():
    fixed = get("M5").at(**{"lambda": 2.0})
    assert fixed.free_shape == ()
    assert fixed.defaults["lambda"] == 2.0
    other = get("M5").at(F=0.3)
    assert other.predict({"victims": [1, 800_000]}) == pytest.approx([1.0, 0.3])
    assert other.free_shape == get("M5").free_shape
    with pytest.raises(AnalysisError, match="no parameter 'kappa'"):
        get("M5").at(kappa=1.0)


@pytest.mark.parametrize("name", ["M5", "M7", "P6", "W3"])
def test_a_share_of_a_search_range_and_back(name):
    for p in get(name).shape:
        assert [p.value_at(share) for share in (0, 1)] == pytest.approx([p.lower, p.upper])
        assert p.share_of(p.value_at(0.3)) == pytest.approx(0.3)


@pytest.mark.parametrize("h", catalogue(), ids=lambda h: h.id)
def test_every_curve_can_be_drawn_with_its_sources(h):
    figure = draw(h)
    words = " ".join(" ".join(t.get_text().split()) for t in figure.texts).replace("\\$", "$")
    for p in h.parameters:
        assert " ".join(p.caption.split()) in words
    assert h.citation.split(";")[0].split("(")[0].strip()[:40] in words


def test_victims_are_drawn_on_a_log_axis_with_linear_labels():
    axes = draw("M5").axes[0]
    assert axes.get_xscale() == "log"
    labels = [t.get_text() for t in axes.get_xticklabels()]
    assert labels == ["1", "2", "8", "100", "10,000", "800,000"]


def test_a_part_of_a_name_suggests_the_curves_that_have_it():
    with pytest.raises(AnalysisError, match=r"M5e \(.*\) or M4e \(.*\) or M6e \("):
        get("essay")


def test_sources_are_ones_that_a_reader_can_find():
    for h in catalogue():
        text = " ".join([h.citation, h.evidence, h.claim, *(p.source for p in h.parameters)])
        assert "fact sheet" not in text
        assert "[M?]" not in text
