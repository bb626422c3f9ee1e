"""The JATOS archive has the structure that JATOS 3.10 imports, and the same bytes each time.

Checked against the format as published (facts in the module's docstring), never on a JATOS server.
"""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest

from experiments.online.export.exporting import ExportError, order, write_folder
from experiments.online.export.jatos_archive import properties, write_archive
from experiments.places import shipped_folder
from experiments.study import Study, open_study

#: JATOS's own rule for the path of a component's page.
HTML_PATH = re.compile(r"^[\w-][\w/-]*\.[\w-]+$")


@pytest.fixture(scope="module")
def study(modules: Path) -> Study:
    """Return a study; skip where the page cannot be built."""
    return open_study(shipped_folder("protocols") / "compassion_collapse.yaml").allocated("secret")


def archive_of(study: Study, folder: Path) -> Path:
    """Export a study of three slots for JATOS."""
    write_folder(study, folder, order(study, "jatos", "within", slots=3))
    return write_archive(folder)


@pytest.fixture(scope="module")
def archive(study: Study, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return one archive."""
    return archive_of(study, tmp_path_factory.mktemp("jatos") / "export")


def description(archive: Path) -> dict[str, Any]:
    """Return the content of an archive's ``.jas``."""
    with zipfile.ZipFile(archive) as packed:
        (name,) = (name for name in packed.namelist() if name.endswith(".jas"))
        return json.loads(packed.read(name))


def test_one_jas_and_one_folder_are_at_the_top(archive: Path) -> None:
    with zipfile.ZipFile(archive) as packed:
        assert packed.testzip() is None
        names = packed.namelist()
    assert archive.name == "export.jzip"
    assert [name for name in names if "/" not in name] == ["compassion_collapse_within.jas"]
    assert {name.split("/")[0] for name in names if "/" in name} == {"compassion_collapse_within"}
    assert not any(name.startswith("/") or ".." in name for name in names)


def test_the_jas_names_the_folder_and_a_page_in_it(archive: Path) -> None:
    content = description(archive)
    assert content["version"] == "3"
    data = content["data"]
    assert data["dirName"] == "compassion_collapse_within"
    assert 0 < len(data["title"]) <= 255
    assert not re.search("[<>&]", data["title"])
    assert json.loads(data["studyInput"]) == {}
    assert (data["groupStudy"], data["linearStudy"]) == (False, False)
    (component,) = data["componentList"]
    assert component["reloadable"] is True
    assert HTML_PATH.match(component["htmlFilePath"])
    with zipfile.ZipFile(archive) as packed:
        page = packed.read(f"{data['dirName']}/{component['htmlFilePath']}").decode()
    assert '<script src="jatos.js"></script>' in page
    (batch,) = data["batchList"]
    assert set(batch["allowedWorkerTypes"]) <= {
        "Jatos",
        "PersonalSingle",
        "PersonalMultiple",
        "GeneralSingle",
        "GeneralMultiple",
        "MT",
        "MTSandbox",
    }
    identities = [data["uuid"], component["uuid"], batch["uuid"]]
    assert len(set(identities)) == 3
    assert all(
        re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab]" r".{16}", each)
        for each in identities
    )


def test_slots_are_in_and_what_is_for_researchers_is_not(archive: Path) -> None:
    with zipfile.ZipFile(archive) as packed:
        files = {name.split("/", 1)[1] for name in packed.namelist() if "/" in name}
    assert {f"slots/{slot:04d}.json" for slot in (1, 2, 3)} <= files
    assert not {"study.json", "protocol.yaml", "README.md"} & files


def test_the_same_export_has_the_same_bytes(study: Study, archive: Path, tmp_path: Path) -> None:
    again = archive_of(study, tmp_path / "elsewhere" / "export")
    assert again.read_bytes() == archive.read_bytes()
    with zipfile.ZipFile(again) as packed:
        assert {entry.date_time for entry in packed.infolist()} == {(2000, 1, 1, 0, 0, 0)}


def test_a_new_version_has_the_same_identity_and_another_mode_has_not(archive: Path) -> None:
    about = {
        "study": "compassion_collapse",
        "mode": "within",
        "title": "<b>Another</b> & longer " + "title " * 60,
        "protocol_version": "2.0.0",
        "protocol_hash": "f" * 16,
    }
    later = properties(about)["data"]
    assert later["uuid"] == description(archive)["data"]["uuid"]
    assert len(later["title"]) == 255
    assert "<" not in later["title"]
    assert properties({**about, "mode": "between"})["data"]["uuid"] != later["uuid"]


def test_an_archive_is_never_overwritten(study: Study, tmp_path: Path) -> None:
    (tmp_path / "export.jzip").write_bytes(b"precious")
    with pytest.raises(ExportError, match="never overwrite"):
        archive_of(study, tmp_path / "export")
    assert (tmp_path / "export.jzip").read_bytes() == b"precious"
