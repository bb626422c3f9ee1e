"""Write ``changed/STUDY.csv`` again: ``PYTHONPATH=. python tests/before/make_changed.py "WHY"``, after a change that is meant.

WHY is noted at what was not listed so before. Look at the difference of the files before it is committed.
"""

from __future__ import annotations

import json
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from changes import changes_of, read_changes, same, write_changes
from named_numbers import differences, numbers_of
from renamed import renamed
from small_studies import COLLECTIONS, read_json, unpacked

from analysis.planned import analyse, write_results


def main(why: str) -> None:
    """Analyse the stored collections, and list what changed."""
    with tempfile.TemporaryDirectory() as folder:
        home = unpacked(Path(folder))
        for small in COLLECTIONS:
            name = small.study
            before = renamed(read_json(f"results/{name}/numbers.json.gz"), name)
            results = analyse([home / name], seed=1, second_engine=True)
            file = write_results(results, Path(folder) / f"{name} results")
            now = numbers_of(json.loads(file.read_text(encoding="utf-8")))
            listed = read_changes(name)
            found = {}
            apart = changes_of(differences(before, now, relative=1e-5))
            for number, change in changes_of(differences(before, now)).items():
                known = listed.get(number)
                if known is None and number not in apart:
                    continue  # Iterated a little further; see ITERATED in test_numbers.
                meant = known is not None and same(known.now, change.now)
                found[number] = known if meant else replace(change, why=why)
            write_changes(name, found)


if __name__ == "__main__":
    main(sys.argv[1])
