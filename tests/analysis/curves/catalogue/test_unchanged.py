"""Each curve is what it was when its columns were still written by hand, beside its equation.

``catalogue.json`` holds what the catalogue of commit ce48d4f stated about its 66 curves, and what it
computed for them: means and columns at the defaults and at random parameters (seed 20261129), with
and without the optional columns, to 13 digits. Claims, evidence, citations and sources of parameters
were reworded since, both there and in the catalogue; numbers, equations and names never were.
"""

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from analysis.curves.catalogue import catalogue, get

OLD = json.loads((Path(__file__).parent / "catalogue.json").read_text("utf-8"))
TEXTS = (
    "id", "name", "title", "topic", "family", "role", "grade", "claim", "equation", "citation",
    "evidence", "intercept", "axis",
)  # fmt: skip
CHANGED = {"W0": {"role": "rival"}}
"""A straight line predicts differences, so that it is not a null model; it was an exception to the rule."""
NEEDED = {("M8", "h1"): "regulation"}
"""Previously, the function that built the columns left this one out if regulation was not measured."""


def test_no_curve_is_lost_and_their_order_is_kept():
    known = [old["id"] for old in OLD]
    assert [h.id for h in catalogue() if h.id in known] == known
    assert len(OLD) == 66


@pytest.mark.parametrize("old", OLD, ids=lambda old: old["id"])
def test_the_texts_of_a_curve(old):
    h = get(old["id"])
    assert {name: getattr(h, name) for name in TEXTS} == {
        name: CHANGED.get(h.id, {}).get(name, old[name]) for name in TEXTS
    }
    for name in ("requires", "optional", "signs"):
        assert list(getattr(h, name)) == old[name]
    for kind in ("shape", "linear"):
        for new, was in zip(getattr(h, kind), old[kind], strict=True):
            was = was | {"needs": NEEDED.get((h.id, new.name), was["needs"])}
            assert {name: asdict(new)[name] for name in was} == was


@pytest.mark.parametrize("old", OLD, ids=lambda old: old["id"])
def test_the_numbers_of_a_curve(old):
    h = get(old["id"])
    assert {c: np.asarray(held).tolist() for c, held in h.example.items()} == old["example"]
    assert len(old["cases"]) == 2 * (1 + len(old["optional"]))
    for case in old["cases"]:
        design = {
            column: np.asarray(held)[old["rows"]]
            for column, held in h.example.items()
            if column not in case["without"]
        }
        shape = {p.name: case["params"][p.name] for p in h.shape if p.name in case["params"]}
        mean, basis = h.predict(design, case["params"]), h.basis(design, shape)
        np.testing.assert_allclose(mean, case["mean"], rtol=1e-12, atol=1e-14)
        assert basis.shape == (len(mean), len(case["basis"]))
        for column, was in zip(basis.T, case["basis"], strict=True):
            np.testing.assert_allclose(column, was, rtol=1e-12, atol=1e-14)
