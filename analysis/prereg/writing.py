"""Preregistrations: two layouts as Markdown and HTML, the expansion of the study, and ``prereg.json`` with the lock."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from analysis.curves.compare import Rule
from analysis.data.load import load
from analysis.errors import AnalysisError
from analysis.planned import Results, analyse_data
from analysis.planned.lock import Lock, hash_of, locked
from analysis.planned.plan import ALPHA
from analysis.prereg.items import items_of
from analysis.prereg.plan import contents
from analysis.report.filters import templates
from analysis.simulate import simulate
from experiments.schema import now
from experiments.session.collection import default_folder
from experiments.session.keeping import KEPT
from experiments.study import Study
from experiments.templates import as_html
from experiments.version import code_version

LAYOUTS = ("aspredicted", "osf")
"""The short questions of AsPredicted, and the longer form of the OSF."""
FILES = (*(f"{name}.{kind}" for name in LAYOUTS for kind in ("md", "html")), KEPT, "prereg.json")
DRAFTED = 300
"""Simulated participants of the draft of the results."""


def sessions_before(study: Study, root: Path | None = None) -> int:
    """Count the sessions of real participants in the default folders of all versions of the study."""
    folder = (root or Path()) / default_folder(study, simulated=False).parent.parent
    return len(list(folder.glob("*/collected/sessions/*.jsonl")))


def draft(study: Study, participants: int | None, seed: int, workers: int = 1) -> Results:
    """Analyse simulated participants who follow the claim, to show readers what will be reported.

    Parameters
    ----------
    participants
        Their number (default: ``DRAFTED``).
    """
    mode, number = study.modes[0], participants or DRAFTED
    with tempfile.TemporaryDirectory() as folder:
        collection = Path(folder) / "simulated"
        simulate(study, collection, number, None, seed, mode=mode, workers=workers)
        return analyse_data(load(collection), study, mode=mode, seed=seed)


def write_prereg(
    study: Study,
    folder: Path,
    drafted: Results,
    *,
    power: Mapping[str, Any] | None = None,
    existing: int = 0,
) -> Path:
    """Write a preregistration; return ``prereg.json``.

    Parameters
    ----------
    drafted
        The analysis of simulated participants; see :func:`draft`.
    power
        Output of ``read_power``; without it, the document states how to compute it.
    existing
        Number of sessions of real participants collected so far.

    Raises
    ------
    AnalysisError
        If the folder contains a preregistration, the power analysis was computed for a different content of the
        study, or the folder cannot be written.
    """
    refuse_to_overwrite(folder)
    check_power(power, study)
    parts = locked(study)
    made = now("seconds")
    lock = Lock(
        study=study.study,
        protocol_version=study.version,
        made=made,
        code_version=code_version(),
        sessions_before=existing,
        power=None if power is None else power["key"],
        locked=parts,
        hash=hash_of(parts),
    )
    said = {
        **contents(study),
        "loops": items_of(study),
        "alpha": ALPHA,
        "rule": Rule(),
        "power": power,
        "draft": drafted,
        "sessions": existing,
        "made": made,
        "hash": lock.hash,
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in LAYOUTS:
            text = templates().get_template(f"prereg/{name}.md.j2").render(said)
            page = templates().get_template("prereg/page.html.j2")
            (folder / f"{name}.md").write_text(text, "utf-8")
            html = page.render(title=study.title, body=as_html(text))
            (folder / f"{name}.html").write_text(html, "utf-8")
        (folder / KEPT).write_text(study.opened.expansion.yaml, "utf-8")
        file = folder / "prereg.json"
        # "x": of two commands at the same time, neither may overwrite the file of the other.
        with file.open("x", encoding="utf-8") as out:
            out.write(lock.model_dump_json(indent=1) + "\n")
    except OSError as error:
        raise AnalysisError(
            f"{folder} cannot be written ({error.strerror}).",
            "Choose another folder with --to.",
        ) from error
    return file


def refuse_to_overwrite(folder: Path) -> None:
    """Check that the folder does not contain a preregistration.

    Raises
    ------
    AnalysisError
        If it does; the message names the files.
    """
    existing = [name for name in FILES if (folder / name).exists()]
    if existing:
        raise AnalysisError(
            f"{folder} already contains a preregistration ({', '.join(existing)}), which is not overwritten.",
            "Choose another folder with --to; a changed plan is a new preregistration with its own date.",
        )


def check_power(power: Mapping[str, Any] | None, study: Study) -> None:
    """Check that a power analysis was computed for this content of the study.

    Raises
    ------
    AnalysisError
        If it was not.
    """
    if power is not None and power["protocol_hash"] != study.hash:
        raise AnalysisError(
            f"The power analysis was computed for a file of {power['study']} with the hash"
            f" {power['protocol_hash']}; the hash of this study is {study.hash}.",
            "Repeat it: compassion power STUDY",
        )
