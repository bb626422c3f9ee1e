"""A collection: the folder that holds the sessions of one study, one protocol, and one kind of people."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from experiments.journal import JournalError
from experiments.labels import label
from experiments.places import find, room
from experiments.protocol import Protocol
from experiments.scales import scale_file
from experiments.schema import now
from experiments.tasks.scale import ScaleStep
from experiments.version import code_version


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
        """Folder of the journals."""
        return self.folder / "sessions"

    def journal(self, participant: str, session: str) -> Path:
        """Return where the journal of a session stands."""
        return self.sessions / f"sub-{label(participant)}_ses-{label(session)}.jsonl"

    def held(self, participant: str, session: str) -> Path:
        """Return the journal of a session that was begun.

        Raises
        ------
        JournalError
            If it was not.
        """
        path = self.journal(participant, session)
        if not path.exists():
            raise JournalError(
                f"there is no session '{session}' of '{participant}' in {self.folder}."
            )
        return path

    def journals(self) -> list[Path]:
        """Return the journals there are."""
        return sorted(self.sessions.glob("*.jsonl"))


def default_folder(protocol: Protocol, simulated: bool) -> Path:
    """Return where the sessions of a protocol go if nobody says otherwise."""
    kind = "simulated" if simulated else "collected"
    return Path("data") / protocol.study / protocol.version / kind


def open_collection(
    folder: Path, protocol: Protocol, *, simulated: bool, begun: str | None = None
) -> Collection:
    """Open a collection, making it if it is not there.

    Parameters
    ----------
    begun
        Date and time that a new collection states (default: now; simulated ones have a simulated clock).

    Raises
    ------
    JournalError
        If the folder holds another study, another content of the protocol, or the other kind of people.
    """
    card = folder / "collection.json"
    wanted = Collection(folder, protocol.study, protocol.version, protocol.hash, simulated)
    if not card.exists():
        _make(card, wanted, protocol, begun or now())
    found = read_collection(folder)
    if found.simulated != simulated:
        kinds = {True: "simulated", False: "collected"}
        raise JournalError(
            f"{folder} holds {kinds[found.simulated]} data; {kinds[simulated]} data are never put beside them."
            " Choose another folder with --data."
        )
    if found.study != protocol.study:
        raise JournalError(
            f"{folder} belongs to the study '{found.study}', not to '{protocol.study}'. Choose another folder with --data."
        )
    if found.protocol_hash != protocol.hash:
        raise JournalError(
            f"{folder} was begun with version {found.protocol_version} of the protocol (content {found.protocol_hash});"
            f" the file now has version {protocol.version} (content {protocol.hash}). Raise 'version' in the protocol:"
            " its data then go to a folder of their own, and the analysis tells the two apart."
        )
    return found


def read_collection(folder: Path) -> Collection:
    """Read the card of a collection.

    Raises
    ------
    JournalError
        If the folder is none.
    """
    card = folder / "collection.json"
    try:
        said: dict[str, Any] = json.loads(card.read_text(encoding="utf-8"))
        return Collection(
            folder,
            said["study"],
            said["protocol_version"],
            said["protocol_hash"],
            said["simulated"],
        )
    except OSError as error:
        raise JournalError(
            f"{folder} is no collection of sessions ({card.name}: {error.strerror})."
            " Name a folder that `compassion run`, `simulate` or `data import --from` has made."
        ) from error
    except (ValueError, KeyError) as error:
        raise JournalError(
            f"{card} is damaged ({error!r}). Put it back from a copy of the folder; the sessions are not touched."
        ) from error


def _make(card: Path, collection: Collection, protocol: Protocol, begun: str) -> None:
    said = {
        "study": collection.study,
        "protocol_version": collection.protocol_version,
        "protocol_hash": collection.protocol_hash,
        "simulated": collection.simulated,
        "code_version": code_version(),
        "begun": begun,
    }
    try:
        collection.sessions.mkdir(parents=True, exist_ok=True)
        if protocol.path is not None:
            (card.parent / "protocol.yaml").write_bytes(protocol.path.read_bytes())
            _copy_own(protocol, protocol.path.parent, card.parent)
        card.write_text(json.dumps(said, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise JournalError(
            f"{card.parent} cannot be written ({error.strerror}). Choose another folder with --data, or mend the permissions."
        ) from error


def _copy_own(protocol: Protocol, beside: Path, folder: Path) -> None:
    """Copy the stimuli and scales that the lab keeps beside its protocol, so that the data stand alone."""
    shipped = room("stimuli").resolve()
    own = [find(use.set, "stimuli", beside) for use in protocol.stimuli.values()]
    for step in protocol.flow:
        if isinstance(step, ScaleStep):
            own.append(find(scale_file(step.scale), "stimuli", beside))
            own += beside.glob(f"**/{own[-1].stem}.items.yaml")
    for path in dict.fromkeys(own):
        if path.resolve().is_relative_to(shipped):
            continue
        target = folder / "stimuli" / ("scales" if path.is_file() else "") / path.name
        target.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            shutil.copytree(path, target, dirs_exist_ok=True)
        else:
            shutil.copyfile(path, target)
