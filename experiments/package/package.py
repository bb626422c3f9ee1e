"""The data package: everything needed to use the data, in a folder that is a valid BIDS dataset."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa

from experiments.package import bids
from experiments.package.arrow import DataError
from experiments.package.codebook import codebook
from experiments.package.csv_table import write_csv
from experiments.package.deleting import LEDGER
from experiments.package.dials import DIALS, dials, has_dials
from experiments.package.gathering import Gathered, gather
from experiments.package.imported import write_imported
from experiments.package.tidy import TIDY, write_tidy
from experiments.places import shipped_folder
from experiments.session.collection import read_collection
from experiments.session.keeping import KEPT, STIMULI
from experiments.study import Study, open_collected
from experiments.templates import environment
from experiments.version import code_version

#: Scripts that are copied into each package: how to read it in R and in Python.
_SCRIPTS = Path(__file__).resolve().parent / "scripts"


def write_package(
    folders: Iterable[Path | str],
    target: Path | str,
    *,
    licence: str = "",
    authors: tuple[str, ...] = (),
) -> list[Path]:
    """Write the data of collections of one study as a data package.

    Parameters
    ----------
    folders
        Folders of collections. Data with different contents of the protocol are separated: each content gets
        its own package inside ``target``.
    target
        Folder of the package, which must not exist.
    licence, authors
        Licence and authors in the description.

    Returns
    -------
    list of Path
        The packages: ``target`` itself, or its subfolders.

    Raises
    ------
    DataError
        If the target exists, or the collections may not be combined.
    """
    where = Path(target)
    if where.exists():
        raise DataError(
            f"{where} already exists; packages are never overwritten. Choose another folder."
        )
    sources = [Path(folder) for folder in folders]
    contents = {c.protocol_hash: c.protocol_version for c in map(read_collection, sources)}
    gathered = [gather(sources, content) for content in contents]
    if len(gathered) > 1:
        # Also refuses several studies, or simulated with collected data, in one folder.
        gather(sources)
    partial = where.with_name(where.name + ".partial")
    try:
        shutil.rmtree(partial, ignore_errors=True)
        for data in gathered:
            _write(data, _folder_of(data, partial, len(gathered)), licence, authors)
        partial.rename(where)
    except OSError as error:
        raise DataError(
            f"{where} cannot be written ({error.strerror}). The collections were not changed;"
            " free some space, or choose another folder."
        ) from error
    return [_folder_of(data, where, len(gathered)) for data in gathered]


def _folder_of(gathered: Gathered, target: Path, count: int) -> Path:
    if count == 1:
        return target
    first = gathered.collections[0]
    return target / f"v{first.protocol_version}-{first.protocol_hash}"


def _write(gathered: Gathered, folder: Path, licence: str, authors: tuple[str, ...]) -> None:
    home = gathered.collections[0].folder
    study = open_collected(home / KEPT)
    book = codebook(study)
    code = code_version()
    folder.mkdir(parents=True)
    bids.write_json(
        folder / "dataset_description.json",
        bids.description(gathered, study, code, licence, authors),
    )
    (folder / "README.md").write_text(_readme(gathered, study, book["rules"]), encoding="utf-8")
    (folder / "CHANGES").write_text(_changes(gathered, study), encoding="utf-8")
    bids.write_participants(folder, gathered)
    bids.write_json(
        folder / f"task-{bids.task_of(gathered.study)}_beh.json",
        bids.sidecar(gathered, book, study),
    )
    bids.write_sessions(folder, gathered)
    _write_tidy(folder / TIDY, gathered, study, book, code)
    _write_code(folder / "code", home, study)
    _write_sources(folder / "sourcedata", gathered)


def _write_code(folder: Path, home: Path, study: Study) -> None:
    """Write the study with what it uses, and the scripts that read the tables."""
    folder.mkdir()
    used = [home / KEPT, *sorted(home.glob("protocol.*.po"))]
    used += [home / name for name in study.opened.files]
    used += sorted((home / STIMULI / "scales").glob("*"))
    for kept in (home / STIMULI).glob("*/set.yaml"):
        if kept.parent.name not in _own_sets(home):
            used += sorted(kept.parent.rglob("*"))
    # Wording that a lab may use by permission must not be published.
    for source in (each for each in used if each.is_file() and ".items." not in each.name):
        target = folder / source.relative_to(home)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
    for script in sorted(_SCRIPTS.glob("read.*")):
        shutil.copyfile(script, folder / script.name)


def _own_sets(home: Path) -> list[str]:
    """Return the stimulus sets of the laboratory, which may have no permission to publish them."""
    sets = sorted(file.parent.name for file in (home / STIMULI).glob("*/set.yaml"))
    return [name for name in sets if not (shipped_folder("stimuli") / name).is_dir()]


def _readme(gathered: Gathered, study: Study, rules: dict[str, str]) -> str:
    sessions = gathered.sessions
    template = environment("experiments.package").get_template("README.md.j2")
    return template.render(
        gathered=gathered,
        study=study,
        ended=_counted(outcome or "not ended" for outcome in sessions["outcome"].to_pylist()),
        modes=_counted(sessions["mode"].to_pylist()),
        drawn=sum(sessions["frames"].to_pylist()),
        late=sum(sessions["dropped_frames"].to_pylist()),
        rules=rules,
        dials=has_dials(study),
        own_sets=_own_sets(gathered.collections[0].folder),
    )


def _counted(values: Iterable[str]) -> str:
    counts = Counter(values)
    return ", ".join(f"{name} {counts[name]}" for name in sorted(counts)) or "none"


def _changes(gathered: Gathered, study: Study) -> str:
    """Return the change log, dated by the last row so that the same data give the same package."""
    last = max((ended for ended in gathered.sessions["ended"].to_pylist() if ended), default="")
    return f"{study.version} {last[:10] or '1970-01-01'}\n  - Data up to this date.\n"


def _write_tidy(
    folder: Path, gathered: Gathered, study: Study, book: dict[str, Any], code: str
) -> None:
    origin = {
        "study": gathered.study,
        "simulated": gathered.simulated,
        "protocol_version": study.version,
        "protocol_hash": gathered.collections[0].protocol_hash,
        "packaged_by": code,
        "factors": list(gathered.factors),
    }
    write_tidy(folder, gathered.rows, gathered.sessions, origin)
    bids.write_json(folder / "codebook.json", book)
    if (samples := dials(gathered, study)) is not None:
        write_csv(samples, folder / DIALS)
    if len(gathered.imported):
        write_imported(folder, gathered.imported)
    for name, lines in (("frames", gathered.frames), ("events", gathered.events)):
        if lines:
            # Different types of events have different details.
            names = list(dict.fromkeys(key for line in lines for key in line))
            texts = {
                key: [None if line.get(key) is None else str(line[key]) for line in lines]
                for key in names
            }
            write_csv(pa.table(texts), folder / f"{name}.csv")
    bids.write_json(
        folder / "dataset_description.json",
        {
            "Name": f"Tidy tables of {study.study}",
            "BIDSVersion": bids.VERSION,
            "DatasetType": "derivative",
            "GeneratedBy": [{"Name": "compassion", "Version": code}],
        },
    )


def _write_sources(folder: Path, gathered: Gathered) -> None:
    folder.mkdir()
    for number, collection in enumerate(gathered.collections, start=1):
        home = folder / f"collection-{number}"
        home.mkdir()
        for name in ("collection.json", "simulation.json", LEDGER):
            if (collection.folder / name).exists():
                shutil.copyfile(collection.folder / name, home / name)
        for path in sorted(collection.folder.glob("allocation-*.jsonl")):
            shutil.copyfile(path, home / path.name)
    if gathered.damage:
        lines = "".join(f"{damage}\n" for damage in gathered.damage)
        (folder / "damaged_lines.txt").write_text(lines, encoding="utf-8")
