"""The collection: a folder with the sessions of one protocol, either all collected or all simulated."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path

from experiments.codes import mistyped
from experiments.schema import SCHEMA, SCHEMA_KEY, check_schema, now
from experiments.session.journal import JournalError
from experiments.session.keeping import keep
from experiments.study import Study
from experiments.version import code_version

CARD = "collection.json"
#: Fields of the card (``collection.json``), which describes the sessions in the folder.
CARD_FIELDS = ("study", "protocol_version", "protocol_hash", "simulated")


def label(code: str) -> str:
    """Return the label of a participant or session code: letters and digits that every file system and BIDS accept.

    A code of lower-case letters and digits is its own label. The label of any other code (including codes with
    upper-case letters, which some file systems do not distinguish) consists of its letters and digits and its hash.

    >>> label("p01")
    'p01'
    >>> label("../O'Neil 😀")
    'oneilxe558cdb6'
    """
    if re.fullmatch(r"[a-z0-9]{1,40}", code):
        return code
    kept = re.sub(r"[^a-z0-9]", "", code.lower())[:20]
    return f"{kept}x{hashlib.sha256(code.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"


@dataclass(frozen=True)
class Collection:
    """A folder of sessions: ``collection.json``, a copy of the protocol, allocation, and journals."""

    folder: Path
    study: str
    protocol_version: str
    protocol_hash: str
    simulated: bool

    @property
    def sessions(self) -> Path:
        """The folder of the journals."""
        return self.folder / "sessions"

    def journal(self, participant: str, session: str) -> Path:
        """Return the path of the journal of a session."""
        return self.sessions / f"sub-{label(participant)}_ses-{label(session)}.jsonl"

    def existing_journal(self, participant: str, session: str) -> Path:
        """Return the path of the journal of an existing session.

        Raises
        ------
        JournalError
            If there is no such session.
        """
        path = self.journal(participant, session)
        if not path.exists():
            nothing = f"there is no session '{session}' of '{participant}' in {self.folder}."
            raise JournalError(" ".join(filter(None, (nothing, mistyped(participant)))))
        return path

    def journals(self) -> list[Path]:
        """Return the paths of all journals."""
        return sorted(self.sessions.glob("*.jsonl"))


def default_folder(study: Study, simulated: bool) -> Path:
    """Return the default folder of a study's sessions."""
    kind = "simulated" if simulated else "collected"
    return Path("data") / study.study / study.version / kind


def open_collection(
    folder: Path, study: Study, *, simulated: bool, begun: str | None = None
) -> Collection:
    """Open a collection, or create it if it does not exist.

    Parameters
    ----------
    begun
        Date and time at which a new collection begins (default: now; simulated sessions have a simulated clock).

    Raises
    ------
    JournalError
        If the folder contains another study or protocol, or simulated instead of collected data (or vice versa).
    """
    requested = Collection(folder, study.study, study.version, study.hash, simulated)
    if not (folder / CARD).exists():
        _make(requested, study, begun or now())
    existing = read_collection(folder)
    if existing.simulated != simulated:
        kinds = {True: "simulated", False: "collected"}
        raise JournalError(
            f"{folder} has {kinds[existing.simulated]} data; {kinds[simulated]} data cannot be added to it."
            " Choose another folder with --data."
        )
    if existing.study != study.study:
        raise JournalError(
            f"{folder} belongs to the study '{existing.study}', not to '{study.study}'. Choose another folder with --data."
        )
    if existing.protocol_hash != study.hash:
        changed = (
            f"{folder} was begun with version {existing.protocol_version} of the study (hash {existing.protocol_hash});"
            f" the study has changed since, and is now version {study.version} (hash {study.hash})."
        )
        raise JournalError(
            f"{changed} These data are simulated: delete the folder {folder}, or choose another one with --data."
            if simulated
            else f"{changed} Increase 'version' in the protocol:"
            " its data are then stored in a separate folder and analysed separately."
        )
    return existing


def read_collection(folder: Path) -> Collection:
    """Read the card of a collection.

    Raises
    ------
    JournalError
        If the folder is not a collection.
    SchemaError
        If a later version of compassion began it.
    """
    card = folder / CARD
    try:
        facts = json.loads(card.read_text(encoding="utf-8"))
        check_schema(card, facts)
        return Collection(folder, **{name: facts[name] for name in CARD_FIELDS})
    except OSError as error:
        raise JournalError(
            f"{folder} is not a collection of sessions ({CARD}: {error.strerror})."
            " Name a folder created by `compassion run`, `simulate` or `data import --from`."
        ) from error
    except (ValueError, KeyError) as error:
        raise JournalError(
            f"{card} is damaged ({error!r}). Restore it from a backup of the folder; the sessions are not affected."
        ) from error


def _make(collection: Collection, study: Study, begun: str) -> None:
    folder = collection.folder
    card = {name: getattr(collection, name) for name in CARD_FIELDS}
    card |= {SCHEMA_KEY: SCHEMA, "code_version": code_version(), "begun": begun}
    try:
        collection.sessions.mkdir(parents=True, exist_ok=True)
        keep(study, folder)
        (folder / CARD).write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise JournalError(
            f"{folder} cannot be written ({error.strerror}). Choose another folder with --data, or change its permissions."
        ) from error
