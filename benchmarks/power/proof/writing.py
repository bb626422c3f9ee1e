"""The tables of the proof: one file of rows for each mode of a study, and a page of all that are there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from benchmarks.power.proof.planned import SEED
from benchmarks.power.proof.promises import LEVEL

WHERE = ["study", "world", "subject"]


def write_page(folder: Path) -> Path:
    """Write the page of all modes whose rows are in a folder."""
    files = sorted(folder.glob("proof_*.csv"))
    rows = pd.concat([pd.read_csv(file, keep_default_na=False) for file in files])
    for name in ("expected", "loglik", "bic"):
        rows[name] = pd.to_numeric(rows[name])
    promised = rows[rows["promise"] != ""]
    broken = promised[promised["kept"] != "yes"]
    made = rows.drop_duplicates(["study", "made", "version", "seconds"])
    lines = [
        "# Proof: what planned tests and comparisons of curves promise",
        "",
        f"SIMULATED. Seed {SEED}. Intervals are those of Clopper and Pearson ({100 * LEVEL:g} %); a promise is kept if the"
        " interval meets the promised range. All rows are in `proof_STUDY_MODE.csv`. Made by `python -m benchmarks.power.proof`:",
        "",
        *(
            f"- {one.study}: {one.made}, compassion {one.version}, {one.seconds} s of one processor"
            for one in made.itertuples()
        ),
        "",
        f"**{len(promised) - len(broken)} of {len(promised)} promises are kept.**",
        *(
            f"- NOT KEPT: {one.study}, {one.world}, {one.subject}: {one.question} {_share(one)} ({one.promise})"
            for one in broken.itertuples()
        ),
        "",
        *_tests(rows[rows["table"] == "tests"]),
        *_families(rows[rows["table"] == "families"]),
        *_recovery(rows[rows["table"] == "recovery"]),
    ]
    path = folder / "proof.md"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _tests(rows: pd.DataFrame) -> Iterator[str]:
    yield from (
        "## Planned tests",
        "",
        "Equivalence: how often an effect of exactly the smallest size, in either direction, is shown to be smaller (at most"
        " .055 is promised). Power: at the smallest effect (without a promise where `compassion power` simulates).",
        "",
    )
    lines = []
    for where, own in rows.groupby(WHERE, sort=False):
        by = {str(one.question): one for one in own.itertuples()}
        power = next(one for name, one in by.items() if name.startswith("power"))
        sides = [one for name, one in by.items() if name.startswith("equivalence")]
        lines.append(
            (
                *where,
                _share(by["type I error"]),
                by["type I error"].promise,
                _share(by["coverage"]),
                " and ".join(map(_share, sides)),
                f"{power.share:.3f}, expected {power.expected:.3f}",
                f"{by['a variance at zero'].share:.2f}",
                power.studies,
                _kept(own),
            )
        )
    heads = (
        "study",
        "world",
        "test",
        "type I error",
        "promise",
        "coverage",
        "equivalence",
        "power",
    )
    yield from _table((*heads, "variance at zero", "studies", "kept"), lines)


def _families(rows: pd.DataFrame) -> Iterator[str]:
    yield from (
        "## Families of tests",
        "",
        "How often any true null hypothesis is rejected (`any`: Holm's method among the contrasts of a model), or all tests"
        " are significant although one is true (`all`), as if these contrasts were the primary tests; and Holm's method over"
        " the secondary tests of a mode, in which models are independent, and two-part models have uniform p values.",
        "",
    )
    lines = [
        (*(getattr(one, name) for name in WHERE), one.question, _share(one), one.promise, one.kept)
        for one in rows.itertuples()
    ]
    yield from _table((*WHERE, "question", "family-wise error", "promise", "kept"), lines)


def _recovery(rows: pd.DataFrame) -> Iterator[str]:
    yield from (
        "## Recovery of claims and of families of curves",
        "",
        "2ΔlogL and ΔBIC are the expected differences to the nearest curve of another family. With ΔBIC of at least 10 the"
        " family is a wrong one in at most 5 %, with at least 20 it is the right one in at least 80 %"
        " (`benchmarks/power/proof/recovery.py` says why). Other studies are shown without a promise. Claims about contrasts"
        " have no distance: at most .055 of their verdicts are promised to be wrong.",
        "",
    )
    lines = []
    names = ["study", "subject", "size", "rival", "loglik", "bic"]
    for where, own in rows.groupby(names, sort=False, dropna=False):
        by = {str(one.question): one for one in own.itertuples()}
        study, subject, size, rival, *distances = where
        shares = (
            _share(by[name]) + ("" if by[name].kept == "" else f" ({by[name].promise})")
            for name in ("recovered", "wrong family", "undetermined")
        )
        shown = ("" if pd.isna(each) else f"{each:.1f}" for each in distances)
        lines.append((study, subject, size, rival, *shown, *shares, _kept(own)))
    heads = ("study", "true (verdict)", "study of", "nearest", "2ΔlogL", "ΔBIC")
    yield from _table((*heads, "recovered", "wrong family", "undetermined", "kept"), lines)


def _table(heads: tuple[str, ...], lines: list[tuple[object, ...]]) -> Iterator[str]:
    yield "| " + " | ".join(heads) + " |"
    yield "|" + " --- |" * len(heads)
    for line in lines:
        yield "| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |"
    yield ""


def _share(row: object) -> str:
    share, low, high = (float(getattr(row, name)) for name in ("share", "low", "high"))
    return f"{share:.3f} [{low:.3f}, {high:.3f}]"


def _kept(own: pd.DataFrame) -> str:
    promised = own.loc[own["promise"] != "", "kept"]
    return "" if promised.empty else "yes" if (promised == "yes").all() else "no"
