"""An export has the files and facts that it had in 0.1.0."""

from __future__ import annotations

import json

from small_studies import study_of

from experiments.online.export.exporting import order, write_folder
from experiments.online.recruitment import Recruitment

#: Facts that differ: the study, and what is drawn for its slots.
OTHER = {"protocol_version", "protocol_hash", "slots"}
LETTERS = "media/portraits/"


def test_an_export_has_the_same_files_and_facts(stored, tmp_path):
    before, study = stored("export.json"), study_of("identified_victim")
    back = Recruitment(source="prolific", codes={"complete": "CDONE", "left": "CLEFT"})
    folder = tmp_path / "export"
    write_folder(study, folder, order(study, "static", "lottery", ["en", "he"], 6, back))
    now = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    # Which portraits there are depends on the letters of the first six slots.
    assert {name for name in before["files"] if not name.startswith(LETTERS)} <= now
    assert any(name.startswith(LETTERS) for name in now)
    content = json.loads((folder / "study.json").read_text(encoding="utf-8"))
    for name, fact in before["study"].items():
        assert name in OTHER or content[name] == fact, name
    cells = [sorted(map(str, slot["cells"].values())) for slot in content["slots"]]
    assert sorted(cells) == sorted(
        sorted(map(str, slot["cells"].values())) for slot in before["study"]["slots"]
    )
