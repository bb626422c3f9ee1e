"""Loading a million rows from a data package, against a bare pyarrow read of its Parquet file: goal at most 2x.

    python benchmarks/data/load_a_million_rows.py [--rows 1000000]

The rows are those of simulated sessions of ``compassion_collapse``, repeated under other codes until there are enough.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from analysis.data.frames import Frames
from analysis.data.load import Data, load
from analysis.simulate import simulate
from experiments.package import gather, write_tidy
from experiments.places import shipped_folder
from experiments.study import Study, open_study


def seconds(action: Callable[[], object], times: int = 7) -> float:
    """Return the best time of an action, after one to warm up; other work on the machine can only add to a time."""
    action()
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        action()
        taken.append(time.perf_counter() - began)
    return min(taken)


def many(rows: pa.Table, sessions: pa.Table, wanted: int) -> tuple[pa.Table, pa.Table]:
    """Repeat sessions under other codes."""
    copies = -(-wanted // len(rows))

    def under(table: pa.Table, copy: int) -> pa.Table:
        codes = pa.array([f"{code}c{copy}" for code in table["participant"].to_pylist()])
        return table.set_column(table.column_names.index("participant"), "participant", codes)

    return (
        pa.concat_tables([under(rows, copy) for copy in range(copies)]),
        pa.concat_tables([under(sessions, copy) for copy in range(copies)]),
    )


def frames_of(data: Data, study: Study) -> None:
    """Make the frames of two measures."""
    frames = Frames.of(data, study, "between")
    for measure in ("appeals.donation", "appeals.compassion"):
        frames.frame(measure)


def main(wanted: int) -> None:
    """Print the times."""
    study = open_study(shipped_folder("protocols") / "compassion_collapse.yaml")
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        simulate(study, folder / "s", 500)
        began = time.perf_counter()
        gathered = gather([folder / "s"])
        journals = len(gathered.rows) / (time.perf_counter() - began)
        rows, sessions = many(gathered.rows, gathered.sessions, wanted)
        write_tidy(folder / "t", rows, sessions, {"study": gathered.study, "simulated": True})
        bare = seconds(lambda: pq.read_table(folder / "t" / "rows.parquet"))
        pandas = seconds(lambda: pq.read_table(folder / "t" / "rows.parquet").to_pandas())
        ours = seconds(lambda: load(folder / "t"))
        data = load(folder / "t")
        wide = seconds(lambda: frames_of(data, study), 3)
        (folder / "t" / "rows.parquet").unlink()
        text = seconds(lambda: load(folder / "t"), 2)
    print(f"{len(rows):,} rows, {len(sessions):,} sessions")
    print(f"bare pyarrow read          {bare:7.3f} s")
    print(f"pyarrow read to pandas     {pandas:7.3f} s  {pandas / bare:.2f}x")
    print(f"analysis.data.load, Parquet     {ours:7.3f} s  {ours / bare:.2f}x (goal <= 2)")
    print(f"analysis.data.load, CSV         {text:7.3f} s  {text / bare:.2f}x")
    print(f"frames of two measures     {wide:7.3f} s")
    print(f"reading journals           {journals:9,.0f} rows/s")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    main(parser.parse_args().rows)
