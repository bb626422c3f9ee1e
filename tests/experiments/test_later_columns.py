"""A column that a later version adds: data of earlier versions are read, with its default."""

from __future__ import annotations

import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
OLD = CHECKOUT / "tests" / "old" / "1.0"
#: Run with another list of columns, from the start: everything that is derived from it is derived again.
CHILD = """
import importlib.util, sys
from pathlib import Path

spec = importlib.util.find_spec("experiments.schema")
source = Path(spec.origin).read_text("utf-8")
added = {"later_of_rows": "measure", "seven_of_rows": "measure", "later_of_sessions": "pauses"}
for name, before in added.items():
    start = source.index(f'    Column("{before}",')
    default = ", default=7" if name == "seven_of_rows" else ""
    column = f'    Column("{name}", "integer", "New.", since="1.1.0"{default}),\\n'
    source = source[:start] + column + source[start:]
module = importlib.util.module_from_spec(spec)
sys.modules["experiments.schema"] = module
exec(compile(source, spec.origin, "exec"), module.__dict__)

from analysis.data.load import load
data = load(sys.argv[1])
assert (data.rows["seven_of_rows"] == 7).all()
assert data.rows["later_of_rows"].isna().all() and data.sessions["later_of_sessions"].isna().all()
print(len(data.rows), len(data.sessions), len(data.damage))
"""


def read(program: str, folder: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program, str(folder)],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


@pytest.mark.parametrize("kind", ["collection", "parquet", "csv"])
def test_data_without_the_column_are_read(kind: str, tmp_path: Path) -> None:
    with tarfile.open(OLD / "data.tar.xz") as packed:
        packed.extractall(tmp_path, filter="data")
    folder = tmp_path / ("lab" if kind == "collection" else "packages/lab/derivatives/tidy")
    if kind == "csv":
        for path in folder.glob("*.parquet"):
            path.unlink()
    plain = CHILD.split("spec =")[0] + "from analysis" + CHILD.split("from analysis")[1]
    plain = "\n".join(line for line in plain.splitlines() if not line.startswith("assert"))
    now = read(plain, folder)
    assert int(now.split()[0]) > 10
    assert read(CHILD, folder) == now
