"""The ``.jzip`` that JATOS 3.10 imports: a ZIP with one ``.jas`` (the study's properties) and one folder.

The same protocol gives the same bytes: times are fixed and entries are sorted. Identifiers are derived from the
study and its mode (UUIDv5), so that importing a new version updates the study instead of adding another.
"""

from __future__ import annotations

import json
import re
import uuid
import zipfile
from pathlib import Path
from typing import Any

from experiments.online.export.exporting import ExportError, site_of

_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://compassion.example/jatos")
_FIXED_TIME = (2000, 1, 1, 0, 0, 0)


def archive_beside(folder: Path) -> Path:
    """Return the path of an export's archive.

    Raises
    ------
    ExportError
        If the archive already exists.
    """
    folder = folder.resolve()
    archive = folder.with_name(f"{folder.name}.jzip")
    if archive.exists():
        raise ExportError(
            f"{archive} already exists; exports never overwrite files. Choose another folder with --to."
        )
    return archive


def write_archive(folder: Path) -> Path:
    """Pack the site of an export into an archive next to its folder; return the archive's path.

    Raises
    ------
    ExportError
        If the archive already exists, or cannot be written.
    """
    archive = archive_beside(folder)
    partial = archive.with_name(f".{archive.name}.unfinished")
    site = site_of(folder, "jatos")
    try:
        study = json.loads((folder / "study.json").read_text("utf-8"))
        about = properties(study)
        name = about["data"]["dirName"]
        with zipfile.ZipFile(partial, "w") as packed:
            _put(packed, f"{name}.jas", json.dumps(about, indent=1, ensure_ascii=False).encode())
            for path in sorted(path for path in site.rglob("*") if path.is_file()):
                _put(packed, f"{name}/{path.relative_to(site).as_posix()}", path.read_bytes())
        partial.rename(archive)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise ExportError(f"{archive} cannot be written ({error.strerror or error}).") from error
    return archive


def _put(packed: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name, _FIXED_TIME)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    entry.create_system = 3  # Unix, on whatever system it is packed.
    packed.writestr(entry, content)


def properties(study: dict[str, Any]) -> dict[str, Any]:
    """Return the study's properties as JATOS reads them from the ``.jas``.

    Parameters
    ----------
    study
        The content of the export's ``study.json``.
    """
    name = f"{study['study']}_{study['mode']}"

    def identifier(part: str) -> str:
        return str(uuid.uuid5(_NAMESPACE, f"{name}/{part}"))

    component = {
        "uuid": identifier("component"),
        "title": "Study",
        "htmlFilePath": "index.html",
        # Without this JATOS ends the study when the page is refreshed.
        "reloadable": True,
        "active": True,
        "comments": "",
        "jsonData": "{}",
    }
    batch = {
        "uuid": identifier("batch"),
        "title": "Default",
        "active": True,
        "maxActiveMembers": None,
        "maxTotalMembers": None,
        "maxTotalWorkers": None,
        "allowedWorkerTypes": ["GeneralSingle", "PersonalSingle", "Jatos"],
        "comments": "",
        "jsonData": "{}",
    }
    return {
        "version": "3",
        "data": {
            "uuid": identifier("study"),
            "title": re.sub(r"[<>&]", " ", f"{study['title']} ({study['mode']})")[:255],
            "description": f"Protocol {study['protocol_version']}, content {study['protocol_hash']}.",
            "active": True,
            "groupStudy": False,
            "linearStudy": False,
            "allowPreview": False,
            "dirName": name,
            "comments": "",
            "studyInput": "{}",
            "endRedirectUrl": "",
            "studyEntryMsg": "",
            "componentList": [component],
            "batchList": [batch],
        },
    }
