"""Compare a demo with the stored one, by hand: ``python tests/before/compare_demo.py DEMO_FOLDER``.

Prints every number and every cell of a table that differs (360, 600 and 120 sessions at the demo's own
seeds; `compassion demo --to DEMO_FOLDER` takes two to three minutes).
"""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from named_numbers import differences, numbers_of
from small_studies import COLLECTIONS, STORED
from table_cells import cell_differences, cells_of


def main(demo: Path) -> int:
    """Print the differences; return 1 if numbers differ."""
    differ = 0
    for small in COLLECTIONS:
        before, report = STORED / "demo" / small.study, demo / small.study / "report"
        numbers = _read(before / "numbers.json.gz")
        results = json.loads((report / "results.json").read_text(encoding="utf-8"))
        lines = differences(numbers, numbers_of(results))
        page = (report / "report.html").read_text(encoding="utf-8")
        cells = cell_differences(_read(before / "cells.json.gz"), cells_of(page))
        print(f"{small.study}: {len(lines)} of {len(numbers)} numbers differ")
        print("".join(f"  {line}\n" for line in lines), end="")
        print(f"{small.study}: {len(cells)} cells of tables differ")
        print("".join(f"  {line}\n" for line in cells), end="")
        differ += len(lines)
    return int(differ > 0)


def _read(file: Path) -> Any:
    return json.loads(gzip.decompress(file.read_bytes()))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
