"""Type I error, coverage, power, families of tests and recovery of curves in thousands of simulated studies."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from proving import whole
from scipy.stats import beta

from benchmarks.power.proof import __main__ as proof
from benchmarks.power.proof.promises import AT_MOST, EXACT, NOTHING, Promise, conservative, held

CHECKOUT = Path(__file__).resolve().parents[3]
ERROR, COVERAGE = EXACT


def run(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "benchmarks.power.proof", "--to", str(folder), *options]
    return subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)


def rows(folder: Path) -> pd.DataFrame:
    files = folder.glob("proof_*.csv")
    return pd.concat([pd.read_csv(file, keep_default_na=False) for file in files])


@pytest.mark.proof
@pytest.mark.parametrize(
    ("study", "mode"), [(study, mode) for study, modes in proof.STUDIES.items() for mode in modes]
)
def test_planned_tests_and_comparisons_keep_their_promises(
    study: str, mode: str, tmp_path: Path
) -> None:
    """A share whose interval does not meet what is promised is named, and the script fails."""
    studies = str(whole(10_000))
    done = run(tmp_path, "--study", study, "--mode", mode, "--studies", studies)
    print(done.stdout)
    table = rows(tmp_path)
    assert set(table["table"]) == {"tests", "families", "recovery"}
    assert (table["promise"] != "").sum() > 60
    broken = table.loc[table["kept"] == "no", ["world", "subject", "size", "question", "share"]]
    assert broken.empty, f"not kept:\n{broken.to_string()}"
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
def test_a_few_studies_of_one_mode(tmp_path: Path) -> None:
    done = run(tmp_path, "--study", "identified_victim", "--mode", "real", "--studies", "40")
    assert done.returncode == 0, done.stderr
    table = rows(tmp_path)
    assert (table["low"] <= table["share"]).all()
    assert (table["share"] <= table["high"]).all()
    tests = table[table["table"] == "tests"].set_index(["world", "subject", "question"])["share"]
    for (world, test, question), share in tests.items():
        if question == "type I error":
            # All fits converge, so that what is not rejected is covered.
            assert share + tests[world, test, "coverage"] == pytest.approx(1)
    curves = table[table["table"] == "recovery"]
    own = curves[curves["question"].isin(["recovered", "wrong family", "undetermined"])]
    sums = own.groupby(["subject", "size"])["share"].sum()
    assert sums.tolist() == pytest.approx([1.0] * len(sums))
    reached = own[own["question"] == "recovered"]
    assert ((reached["promise"] != "") == (reached["bic"].astype(float) >= 20)).all()
    page = (tmp_path / "proof.md").read_text(encoding="utf-8")
    assert "promises are kept" in page
    assert "NOT KEPT" not in page


def test_a_promise_that_is_not_kept_is_named_and_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = [
        {"question": "type I error", **held(900, 10_000, ERROR)},
        {"question": "coverage", **held(9_100, 10_000, COVERAGE)},
        {"question": "power at d = 0.2", "expected": 0.8, **held(8_000, 10_000, NOTHING)},
        {"question": "a variance at zero", **held(0, 10_000, NOTHING)},
    ]
    here = {"study": "s, main", "world": "as planned", "subject": "m: a - b", "table": "tests"}
    monkeypatch.setattr(proof, "rows_of", lambda *given: [here | row for row in own])
    given = ["proof", "--study", "identified_victim", "--to", str(tmp_path)]
    monkeypatch.setattr(sys, "argv", given)
    assert proof.main() == 1
    assert rows(tmp_path)["kept"].tolist() == ["no", "no", "", ""]
    page = (tmp_path / "proof.md").read_text(encoding="utf-8")
    assert "**0 of 2 promises are kept.**" in page
    assert "NOT KEPT: s, main, as planned, m: a - b: type I error 0.090 [0.081, 0.100]" in page


@pytest.mark.parametrize(
    ("hits", "studies", "promise", "kept"),
    [
        (500, 10_000, ERROR, "yes"),
        (560, 10_000, ERROR, "yes"),  # The interval reaches below .055.
        (640, 10_000, ERROR, "no"),
        (390, 10_000, ERROR, "yes"),
        (360, 10_000, ERROR, "no"),  # An exact test is not conservative either.
        (300, 10_000, AT_MOST, "yes"),
        (640, 10_000, AT_MOST, "no"),
        (9_500, 10_000, COVERAGE, "yes"),
        (9_360, 10_000, COVERAGE, "no"),
        (9_640, 10_000, COVERAGE, "no"),
        (64, 1_000, ERROR, "yes"),  # So few studies say less.
        (0, 2, ERROR, "yes"),
        (2, 2, COVERAGE, "yes"),
        (0, 100, NOTHING, ""),
    ],
)
def test_a_promise_is_kept_if_the_interval_meets_its_range(
    hits: int, studies: int, promise: Promise, kept: str
) -> None:
    assert held(hits, studies, promise)["kept"] == kept


@pytest.mark.parametrize(("hits", "studies"), [(0, 50), (3, 50), (50, 50), (500, 10_000)])
def test_intervals_are_those_of_clopper_and_pearson(hits: int, studies: int) -> None:
    found = held(hits, studies, AT_MOST)
    low = beta.ppf(0.0005, hits, studies - hits + 1) if hits else 0.0
    high = beta.ppf(0.9995, hits + 1, studies - hits) if hits < studies else 1.0
    assert (found["low"], found["high"]) == pytest.approx((low, high))


def test_a_conservative_test_has_a_reason_and_one_bound() -> None:
    error, coverage = conservative("a variance is often zero")
    assert "a variance is often zero" in error.text
    assert (error.low, error.high) == (0, 0.055)
    assert (coverage.low, coverage.high) == (0.945, 1)
    assert held(300, 10_000, error)["kept"] == held(9_700, 10_000, coverage)["kept"] == "yes"
