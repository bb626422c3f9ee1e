"""The ``.jzip`` that JATOS 3.10 imports: a ZIP with one ``.jas`` and one folder (format: facts/online.md).

The same protocol gives the same bytes: times are fixed, entries sorted, identities derived (UUIDv5), so
that importing a new version updates the study instead of adding another.
"""

from __future__ import annotations

import json
import re
import uuid
import zipfile
from pathlib import Path
from typing import Any

from experiments.online.exporting import ExportError, site_of

_SPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://compassion.example/jatos")
_THEN = (2000, 1, 1, 0, 0, 0)


def archive_beside(folder: Path) -> Path:
    """Return where the archive of an export will stand.

    Raises
    ------
    ExportError
        If something stands there already.
    """
    folder = folder.resolve()
    archive = folder.with_name(f"{folder.name}.jzip")
    if archive.exists():
        raise _there(archive)
    return archive


def _there(archive: Path) -> ExportError:
    return ExportError(
        f"{archive} is there already; exports never overwrite. Give another folder with --to."
    )


def write_archive(folder: Path, study: dict[str, Any]) -> Path:
    """Pack the site of an export; return the archive, which stands beside the folder.

    Parameters
    ----------
    folder
        The export folder.
    study
        What stands in its ``study.json``.

    Raises
    ------
    ExportError
        If the archive is there already, or cannot be written.
    """
    name = f"{study['study']}_{study['mode']}"
    site = site_of(folder, "jatos")
    archive = archive_beside(folder)
    try:
        with zipfile.ZipFile(archive, "x", zipfile.ZIP_DEFLATED) as packed:
            told = json.dumps(properties(study), indent=1, ensure_ascii=False)
            _put(packed, f"{name}.jas", told.encode())
            for path in sorted(path for path in site.rglob("*") if path.is_file()):
                _put(packed, f"{name}/{path.relative_to(site).as_posix()}", path.read_bytes())
    except FileExistsError as error:
        raise _there(archive) from error
    except OSError as error:
        archive.unlink(missing_ok=True)
        raise ExportError(f"{archive} cannot be written ({error.strerror or error}).") from error
    return archive


def _put(packed: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name, _THEN)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    entry.create_system = 3  # Unix, whatever it is packed on.
    packed.writestr(entry, content)


def properties(study: dict[str, Any]) -> dict[str, Any]:
    """Return the study's properties as JATOS reads them from the ``.jas``."""
    name = f"{study['study']}_{study['mode']}"
    title = re.sub(r"[<>&]", " ", f"{study['title']} ({study['mode']})")[:255]

    def identity(part: str) -> str:
        return str(uuid.uuid5(_SPACE, f"{name}/{part}"))

    return {
        "version": "3",
        "data": {
            "uuid": identity("study"),
            "title": title,
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
            "componentList": [
                {
                    "uuid": identity("component"),
                    "title": "Study",
                    "htmlFilePath": "index.html",
                    # Without this JATOS ends the study when the page is refreshed.
                    "reloadable": True,
                    "active": True,
                    "comments": "",
                    "jsonData": "{}",
                }
            ],
            "batchList": [
                {
                    "uuid": identity("batch"),
                    "title": "Default",
                    "active": True,
                    "maxActiveMembers": None,
                    "maxTotalMembers": None,
                    "maxTotalWorkers": None,
                    "allowedWorkerTypes": ["GeneralSingle", "PersonalSingle", "Jatos"],
                    "comments": "",
                    "jsonData": "{}",
                }
            ],
        },
    }
