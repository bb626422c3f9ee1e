"""Downloads: the texts in the files, folders and archives that JATOS and Pavlovia give back, and in saved files."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

from experiments.errors import UserError

#: What a folder is searched for, by source.
_ENDINGS = {
    "jatos": (".txt", ".jrzip", ".zip"),
    "pavlovia": (".csv",),
    "file": (".jsonl",),
}
#: Name of a result in JATOS's archives: ``study_result_31/comp-result_40/data.txt``.
_RESULT = "data.txt"


class ImportFault(UserError):
    """Files that cannot be imported; the message names file and line."""


def texts_of(path: Path, source: str) -> Iterator[tuple[str, str]]:
    """Give the texts that a file, a folder or an archive holds, each with its name.

    What is not UTF-8 stands as surrogates, so that one torn line does not cost all others.

    Raises
    ------
    ImportFault
        If a file cannot be read, or holds nothing that its source would write.
    """
    try:
        if path.is_dir():
            files = sorted(p for p in path.rglob("*") if p.suffix.lower() in _ENDINGS[source])
            if not files:
                endings = ", ".join(_ENDINGS[source])
                raise ImportFault(f"{path} holds no files that end in {endings}.")
            for file in files:
                yield from _texts_of_file(file, source)
        else:
            yield from _texts_of_file(path, source)
    except OSError as error:
        raise ImportFault(f"{path} cannot be read ({error.strerror or error}).") from error
    except zipfile.BadZipFile as error:
        raise ImportFault(
            f"{path} is a damaged archive ({error}); download it again from JATOS."
        ) from error


def _texts_of_file(path: Path, source: str) -> Iterator[tuple[str, str]]:
    is_archive = path.suffix.lower() in {".jrzip", ".zip"} or zipfile.is_zipfile(path)
    if source != "jatos" or not is_archive:
        yield str(path), _decoded(path.read_bytes())
        return
    with zipfile.ZipFile(path) as archive:
        results = [name for name in archive.namelist() if name.rsplit("/", 1)[-1] == _RESULT]
        if not results:
            raise ImportFault(
                f"{path} holds no results ({_RESULT}); in JATOS, choose Export Results and JATOS Results"
                " Archive, or Data Only as plain text."
            )
        for name in results:
            yield f"{path}/{name}", _decoded(archive.read(name))


def _decoded(text: bytes) -> str:
    return text.decode("utf-8-sig", "surrogateescape")
