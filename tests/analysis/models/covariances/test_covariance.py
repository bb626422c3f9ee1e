"""The covariance by kinds of blocks equals that of whole matrices."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.models.covariances.covariance import Covariance
from analysis.models.covariances.estimates import At
from analysis.models.covariances.structure import Structure
from analysis.models.formula import parse_formula
from analysis.models.preparing import prepare

FORMULAS = {
    "nested and crossing": "(1 | person) + (1 | person:level) + (1 | story) + (1 | story:level) + (1 | story:side)",
    "one within the other": "(1 | person) + (1 | story) + (1 | story:level) + (1 | story:level:side)",
    "nested only": "(1 | person) + (1 | person:level)",
    "crossing with a slope": "(1 | person) + (1 + number | story)",
    "slopes that correlate": "(1 + number | person) + (1 | story)",
    "slopes that do not": "(1 + number || person) + (1 | story)",
}


@pytest.fixture(scope="module")
def answers() -> pd.DataFrame:
    """24 participants and 12 stories in three lists; 5 % of answers are missing."""
    rng = np.random.default_rng(5)
    person, story = np.repeat(np.arange(24), 12), np.tile(np.arange(12), 24)
    data = pd.DataFrame(
        {
            "person": person.astype(str),
            "story": story.astype(str),
            "level": ((person + story) % 3).astype(str),
            "number": ((person + story) % 3) * 100_000.0,
            "side": (person // 3 % 2).astype(str),
            "y": rng.normal(size=len(person)),
        }
    )
    return data.sample(frac=0.95, random_state=5)


def whole_matrices(structure: Structure) -> list[np.ndarray]:
    """Return the matrices of the parameters (rows, rows), written down directly."""
    found = [np.eye(structure.rows)]
    for each in structure.parameters:
        group = structure.groups[each.term]
        same = np.equal.outer(group.codes.codes, group.codes.codes)
        one, other = group.slopes[:, each.row], group.slopes[:, each.column]
        product = np.outer(one, other)
        found.append(same * (product if each.row == each.column else product + product.T))
    return found


@pytest.mark.parametrize("written", FORMULAS.values(), ids=FORMULAS)
def test_products_and_traces_equal_those_of_whole_matrices(
    answers: pd.DataFrame, written: str
) -> None:
    model = prepare(answers, parse_formula(f"y ~ level * side + {written}"))
    structure = Structure(model.groups, model.design.matrix)
    matrices = whole_matrices(structure)
    # Of each parameter, the average variance of an answer is about as large.
    values = np.array([0.4 / max(abs(np.trace(each)) / structure.rows, 0.5) for each in matrices])
    for r, each in enumerate(structure.parameters, start=1):
        values[r] *= 0.3 if each.row != each.column else 1.0
    v = sum(value * each for value, each in zip(values, matrices, strict=True))
    inverse = np.linalg.inv(v)
    found = Covariance(structure, values)
    assert found.log_determinant == pytest.approx(np.linalg.slogdet(v)[1], rel=1e-9)
    right = np.column_stack([model.y, answers["number"] / 1e5])
    assert found.solve(right) == pytest.approx(inverse @ right, rel=1e-7, abs=1e-9)
    rows = np.array([3, 0, 40, 41])
    assert found.inverse_at(rows) == pytest.approx(inverse[np.ix_(rows, rows)], rel=1e-7, abs=1e-9)
    moved = [inverse @ each for each in matrices]
    assert found.traces == pytest.approx([np.trace(each) for each in moved], rel=1e-7)
    double = [[np.sum(one * other.T) for other in moved] for one in moved]
    assert found.double_traces == pytest.approx(np.array(double), rel=1e-7, abs=1e-9)
    at, x = At(structure, model.y, values), model.design.matrix
    assert at.vcov == pytest.approx(np.linalg.inv(x.T @ inverse @ x), rel=1e-7)
    assert at.beta == pytest.approx(at.vcov @ x.T @ inverse @ model.y, rel=1e-7, abs=1e-9)
    first = [-x.T @ inverse @ each @ inverse @ x for each in matrices]
    assert at.first == pytest.approx(np.array(first), rel=1e-7, abs=1e-9)
    second = [[x.T @ inverse @ one @ inverse @ other @ inverse @ x for other in matrices] for one in matrices]  # fmt: skip
    assert at.second == pytest.approx(np.array(second), rel=1e-6, abs=1e-9)


def test_participants_with_the_same_design_are_of_one_kind(answers: pd.DataFrame) -> None:
    model = prepare(answers, parse_formula("y ~ level * side + (1 | person) + (1 | story)"))
    structure = Structure(model.groups, model.design.matrix)
    whole = next(block for block in structure.blocks if block.rows.shape[1] == 12)
    assert len(whole.rows) > 10
    assert len(whole.count) == 6  # three lists and two sides
    assert sum(block.count.sum() for block in structure.blocks) == 24


def test_terms_have_no_columns_that_are_sums_of_those_of_another(answers: pd.DataFrame) -> None:
    person = "(1 | person) + (1 | person:level)"
    written = (
        f"{person} + (1 | story) + (1 | story:level) + (1 | story:side) + (0 + number | story)"
    )
    model = prepare(answers, parse_formula(f"y ~ number + {written}"))
    structure = Structure(model.groups, model.design.matrix)
    # 12 stories at three levels and on two sides, and their slopes; 12 of (1 | story) are sums of either.
    assert structure.columns.shape[1] == 36 + 24 + 12 + 1


def test_columns_of_many_units_have_places_of_their_own() -> None:
    """Codes of categories are small integers, which must not overflow."""
    person = np.repeat(np.arange(70), 12)
    story = (person * 5 + np.tile(np.arange(12), 70) * 7) % 70
    data = pd.DataFrame({"person": person, "story": story, "room": (person + 3 * story) % 70})
    data["y"] = np.sin(np.arange(len(data)))
    written = "y ~ 1 + (1 | person) + (1 | story) + (1 | room)"
    model = prepare(data.astype({"person": str, "story": str, "room": str}), parse_formula(written))
    structure = Structure(model.groups, model.design.matrix)
    assert structure.columns.shape == (840, 70 + 70 + 1)
    found = Covariance(structure, np.array([1.0, 0.2, 0.3, 0.4]))
    v = sum(s * m for s, m in zip([1.0, 0.2, 0.3, 0.4], whole_matrices(structure), strict=True))
    assert found.log_determinant == pytest.approx(np.linalg.slogdet(v)[1], rel=1e-9)


def test_the_margin_is_small_where_a_direction_has_hardly_any_variance(
    answers: pd.DataFrame,
) -> None:
    whole = answers.groupby("person").filter(lambda own: len(own) == 12)
    model = prepare(whole, parse_formula("y ~ 1 + (1 | person) + (1 | story)"))
    structure = Structure(model.groups, model.design.matrix)
    assert Covariance(structure, np.array([2.0, 1.0, 0.5])).margin == pytest.approx(1.0)
    # Answers of a participant correlate by -1/11 at most; their mean then has no variance.
    nearly = np.array([2.0, -(2.0 - 1e-6) / 12, 0.5])
    assert Covariance(structure, nearly).margin == pytest.approx(5e-7, rel=0.01)
