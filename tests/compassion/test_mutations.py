"""Studies damaged at random: checking never crashes, and every error has its line and its remedy."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import numpy as np
from proving import times

from analysis.planned.checking import faults_of_plan
from experiments.files.faults import InvalidFileError
from experiments.places import shipped_folder
from experiments.protocol.deep import deep_faults
from experiments.study import open_study

STUDIES = ("identified_victim", "compassion_collapse", "parochial_vignettes")
#: What is put into files: syntax of YAML, text that looks like something else, what editors and keyboards leave.
PIECES = (
    *(":", " :", "- ", "? ", "#", "'", '"', "[", "]", "{", "}", "&a", "*a", "!!int ", "|", ">", "%", "@", "`"),
    *("\t", "  ", "\n", "\r", "---\n", "...\n", "<<: *a\n", "null", "~", "yes", "on", "1:30", "0o7", "1e999", ".nan"),
    *("999999999999999999999", "-1", "\x00", "\ufeff", "\u202e", "é", "שלום", "😀", "[[name]]", "{name}", "../../x"),
)  # fmt: skip


def damaged(text: str, rng: np.random.Generator) -> str:
    """Return a text with one to three damages."""
    for _ in range(rng.integers(1, 4)):
        lines = text.splitlines(keepends=True)
        if not lines:
            break
        at, other = (int(place) for place in rng.integers(len(lines), size=2))
        line = lines[at]
        where = int(rng.integers(len(line) + 1))
        piece = PIECES[rng.integers(len(PIECES))]
        match rng.integers(10):
            case 0:
                lines[at] = ""
            case 1:
                lines[at] = line + line
            case 2:
                lines[at], lines[other] = lines[other], lines[at]
            case 3:
                lines[at] = " " * int(rng.integers(1, 4)) + line
            case 4:
                lines[at] = line[min(2, len(line) - len(line.lstrip(" "))) :]
            case 5:
                lines[at] = line[:where] + line[where + 1 :]
            case 6:
                lines[at] = line[:where] + piece + line[where:]
            case 7:
                # Another value for a key.
                lines[at] = re.sub(r"(?<=: ).+", lambda _, piece=piece: piece, line)
            case 8:
                lines[at] = line + lines[other]
            case 9:
                lines = lines[: at + 1] if rng.random() < 0.1 else [*lines[:at], *lines[at + 2 :]]
        text = "".join(lines)
    return text


@times(guard=40, proof=10_000)
def test_no_damage_crashes_the_check(n: int, tmp_path: Path) -> None:
    rng = np.random.default_rng(2)
    texts = []
    for name in STUDIES:
        text = (shipped_folder("protocols") / f"{name}.yaml").read_text("utf-8")
        # A short allocation list is drawn fast, and is checked as a long one is.
        texts.append(re.sub(r"(?m)^  per_cell: \d+$", "  per_cell: 4", text))
    file = tmp_path / "study.yaml"
    found: Counter[str] = Counter()
    for number in range(n):
        file.write_text(damaged(texts[number % len(texts)], rng), encoding="utf-8", newline="")
        try:
            study = open_study(file)
            faults = (*deep_faults(study.opened), *faults_of_plan(study))
        except InvalidFileError as faulty:
            faults = faulty.faults
            assert faults
        except Exception as crash:
            crash.add_note(f"damaged file {number}:\n{file.read_text('utf-8')}")
            raise
        found["with faults" if faults else "as good as before"] += 1
        found["faults"] += len(faults)
        for fault in faults:
            assert fault.line >= 1, fault
            assert fault.found, fault
            assert fault.remedy, fault
    assert found["with faults"] > n / 3
    print(f"{n:,} files: {dict(found)}")
