"""Where the things that users edit are found: the folder given, then the checkout, then the packaged copy."""

from __future__ import annotations

from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
PACKAGED = Path(__file__).resolve().parent / "packaged"


def room(name: str) -> Path:
    """Return the folder ``protocols`` or ``stimuli`` of this installation.

    Raises
    ------
    FileNotFoundError
        If neither a checkout nor a packaged copy holds it.
    """
    for root in (CHECKOUT, PACKAGED):
        if (root / name).is_dir():
            return root / name
    raise FileNotFoundError(
        f"the folder '{name}' is neither in {CHECKOUT} nor in {PACKAGED}; reinstall compassion"
    )


def find(name: str, in_room: str, beside: Path | None = None) -> Path:
    """Find a file or folder by the name a protocol gives it.

    Parameters
    ----------
    name
        A path, or a name inside the room.
    in_room
        ``"protocols"`` or ``"stimuli"``.
    beside
        The folder of the file that gave the name; looked in first, so that a lab can keep
        its own stimuli beside its own protocol.

    Raises
    ------
    FileNotFoundError
        Naming every place looked in.
    """
    places = [] if beside is None else [beside / name, beside / in_room / name]
    places += [Path(name), room(in_room) / name]
    for place in places:
        if place.exists():
            return place.resolve()
    looked = ", ".join(str(place) for place in places)
    raise FileNotFoundError(f"'{name}' was not found (looked at {looked})")
