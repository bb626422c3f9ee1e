"""The places of protocols and stimuli: beside the file that names them, the checkout, or the installed package."""

from __future__ import annotations

import os
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
PACKAGED = Path(__file__).resolve().parent / "packaged"


def shipped_folder(name: str) -> Path:
    """Return the folder ``protocols`` or ``stimuli`` that comes with compassion.

    Raises
    ------
    FileNotFoundError
        If it is neither in the checkout nor in the installed package.
    """
    for root in (CHECKOUT, PACKAGED):
        if (root / name).is_dir():
            return root / name
    raise FileNotFoundError(
        f"the folder '{name}' is neither in {CHECKOUT} nor in {PACKAGED}. Reinstall compassion."
    )


def find(name: str, folder: str, beside: Path | None = None) -> Path:
    """Find a file or folder by its name in a protocol.

    Parameters
    ----------
    name
        A path, or a name inside the folder.
    folder
        ``"protocols"`` or ``"stimuli"``.
    beside
        Folder of the protocol, which is searched first so that a lab can keep its own stimuli
        beside its own protocol.

    Raises
    ------
    FileNotFoundError
        If it is not found; the message lists every path that was tried.
    """
    places = [] if beside is None else [beside / name, beside / folder / name]
    places += [Path(name), shipped_folder(folder) / name]
    for place in places:
        if is_there(place):
            return place.resolve()
    tried = ", ".join(str(place) for place in places)
    raise FileNotFoundError(f"'{name}' was not found (tried {tried})")


def is_there(path: Path) -> bool:
    """Return whether there is such a file or folder; what no file can be called, such as a whole text, is not there."""
    try:
        return path.exists()
    except OSError:
        return False


def cache_folder(name: str) -> Path:
    """Return the user's folder for what compassion need not compute again; it may not exist yet."""
    if os.name == "nt":
        home = Path(os.environ.get("LOCALAPPDATA", Path.home() / "AppData" / "Local"))
    elif sys.platform == "darwin":
        home = Path.home() / "Library" / "Caches"
    else:
        home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return home / "compassion" / name


def within_stimuli(path: Path) -> str:
    """Return the path of a file within the shipped ``stimuli/``, or its full path if it belongs to the lab."""
    home = shipped_folder("stimuli").resolve()
    return path.relative_to(home).as_posix() if path.is_relative_to(home) else path.as_posix()
