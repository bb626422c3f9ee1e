"""The curve that docs/curves.md writes for a factor of one's own needs its own file only."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from analysis.curves.catalogue import Hypothesis, Slope, catalogue, crossed, curve, get, topics
from analysis.curves.catalogue.drawing import draw
from analysis.curves.compare import compare, recover
from analysis.curves.fitting.problem import numeric
from analysis.errors import AnalysisError
from compassion.commands.main import app

DOCS = Path(__file__).resolve().parents[4] / "docs" / "curves.md"


def recipe() -> str:
    """Return the file that the docs write."""
    section = DOCS.read_text("utf-8").partition("# A curve of your own")[2]
    code = re.search(r"```python\n(.*?)```", section, flags=re.S)
    assert code is not None
    return code[1]


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A further folder of topics, for the time of a test."""
    topics.__path__.append(str(tmp_path))
    catalogue.cache_clear()
    yield tmp_path
    topics.__path__.remove(str(tmp_path))
    catalogue.cache_clear()
    for file in tmp_path.glob("*.py"):
        sys.modules.pop(f"{topics.__name__}.{file.stem}", None)


@pytest.fixture
def curves(folder: Path) -> dict[str, Hypothesis]:
    """The null and the curve of the docs, from a file beside those of the catalogue."""
    (folder / "audience.py").write_text(recipe(), "utf-8")
    return {name: get(name) for name in ("audience_indifferent", "public_gives_more")}


def test_the_file_is_found_and_its_curves_are_listed_last(curves):
    assert [h.id for h in catalogue()[-2:]] == ["A0", "A1"]
    assert get("a1") is curves["public_gives_more"]


def test_a_name_that_is_taken_is_refused(folder):
    (folder / "audience.py").write_text(recipe().replace('"A0"', '"M5"'), "utf-8")
    with pytest.raises(
        AnalysisError, match=r"called 'M5', in victims.py and audience.py"
    ) as raised:
        catalogue()
    assert raised.value.remedy.startswith(
        "Give one of them a different id and name. Ids in use: D0, "
    )
    assert ", V3, " in raised.value.remedy


def test_prediction_and_columns_agree(curves):
    design = {"audience": ["private", "public", "public"]}
    indifferent, public = curves.values()
    assert public.predict(design, {"a": 0.2, "d": 0.3}) == pytest.approx([0.2, 0.5, 0.5])
    assert 0.2 + public.basis(design) @ [0.3] == pytest.approx([0.2, 0.5, 0.5])
    assert indifferent.predict(design, {"a": 0.2}) == pytest.approx([0.2, 0.2, 0.2])
    assert indifferent.basis(design).shape == (3, 0)
    assert (public.signs, public.intercept) == ((1,), True)


def test_an_unknown_level_names_those_the_curve_knows(curves):
    with pytest.raises(AnalysisError, match="contains 'publik'") as raised:
        curves["public_gives_more"].predict({"audience": ["private", "publik"]})
    assert raised.value.remedy == "The levels of A1 public_gives_more are 'private', 'public'."


def test_a_fit_keeps_its_levels_as_text(curves):
    data = pd.DataFrame({"given": [1, 2], "audience": ["private", "public"]})
    read = numeric(data, "given", list(curves.values()))
    assert read["audience"].tolist() == ["private", "public"]
    assert read["given"].dtype == np.float64


def test_it_is_drawn_with_its_labels(curves, tmp_path):
    axes = draw("public_gives_more").axes[0]
    assert axes.get_xlabel() == "Who hears about the donation"
    assert [label.get_text() for label in axes.get_xticklabels()] == ["nobody", "others"]
    result = CliRunner().invoke(
        app, ["hypotheses", "show", "A1", "--to", str(tmp_path / "a1.png")], catch_exceptions=False
    )
    assert "More is given when others hear about it." in result.output


@pytest.mark.parametrize(("people", "family"), [(12_000, "audience_indifferent"), (300, None)])
def test_its_null_is_a_null(curves, people, family):
    """Named only where equivalence within the SESOI is shown, whatever its weight."""
    rng = np.random.default_rng(2)
    data = pd.DataFrame({"audience": np.resize(["private", "public"], people)})
    data = data.assign(participant=np.arange(people), y=2 + rng.normal(0, 1, people))
    result = compare(
        data, "y", list(curves.values()), np.random.default_rng(0), level=None, sesoi=0.2
    )
    assert result.weights.leader("bic") == "audience_indifferent"
    assert result.verdict.family == family
    missing = "no_equivalence" in result.verdict.reasons
    assert missing == (family is None)


def test_its_null_is_a_null_in_power_as_well(curves):
    design = {"audience": np.array(["private", "public"])}
    means, vcov = np.array([[2.0, 2.0], [2.0, 2.5]]), np.eye(2) * 0.0005
    found = recover(
        design, means, vcov, list(curves.values()), n=4000, k_other=1, sesoi=0.2, df=3997
    )
    # Two cells identify no shape, so that only the null can be named.
    assert found.verdicts.tolist() == ["audience_indifferent", "undetermined"]
    doubtful = recover(
        design, means, vcov * 40, list(curves.values()), n=4000, k_other=1, sesoi=0.2, df=3997
    )
    assert doubtful.verdicts.tolist() == ["undetermined", "undetermined"]


MISTAKES = {
    "is not linear in its levels and slopes": ("a + d * (audience", "a * d * (audience"),
    "a and d in A1 public_gives_more cannot be fitted as an intercept": (
        "d=Slope(0.1",
        "d=Level(0.1",
    ),
    "has no range and no source": ("a=LEVEL, d", "a=0.4, d"),
    "lacks its claim or equation": ("    mu = a + d 1[public]\n", ""),
    "'d' has no effect in any row of the example of A1": ('"public")', '"publik")'),
    "lacks a column": ("public_gives_more(audience,", "public_gives_more("),
}


@pytest.mark.parametrize("message", MISTAKES)
def test_a_function_that_no_fit_can_use_is_refused(message):
    short = 'def public_gives_more(audience, *, a=LEVEL, d=Slope(0.1, 0.0, 1.0, "for drawing"))'
    code = re.sub(r"def public_gives_more\(.*?\n\)", short, recipe(), flags=re.S)
    right, wrong = MISTAKES[message]
    assert right in code
    code = code.replace(right, wrong).replace("sign=+1", "")
    if "lacks a column" in message:
        code = code.replace('a + d * (audience == "public")', "a + d")
    with pytest.raises(AnalysisError, match=message):
        exec(code, {})


def test_a_slope_of_an_optional_column_comes_last():
    """Signs are counted by position, and the column is left out where the data lack it."""
    needed, other = Slope(1.0, 0.0, 1.0, "invented", needs="cost"), Slope(1.0, 0.0, 1.0, "invented")
    example = crossed(victims=[1.0, 2.0, 8.0], cost=[0.0, 1.0])
    known = {"citation": "none", "evidence": "none", "example": example}
    declare = curve("X1", topic="victims", role="rival", grade="untested", **known)

    def right(victims, cost=0.0, *, b=other, c=needed):
        """Cost counts.

        mu = b N + c cost
        """
        return b * victims + c * cost

    def wrong(victims, cost=0.0, *, c=needed, b=other):
        """Cost counts.

        mu = b N + c cost
        """
        return b * victims + c * cost

    made = declare(right)
    assert made.basis(example).shape == (6, 2)
    assert made.basis({"victims": [1, 2]}).tolist() == [[1.0], [2.0]]
    with pytest.raises(AnalysisError, match="comes before one that does not"):
        declare(wrong)
