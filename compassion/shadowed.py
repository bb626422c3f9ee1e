"""A check that no module or folder of the user's hides one of our packages, which would cause a baffling error."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

PACKAGES = ("experiments", "analysis")
HOME = Path(__file__).resolve().parent.parent
"""The folder that holds our packages."""


class ShadowedError(ImportError):
    """A module or folder of the user's has the same name as one of our packages."""


def refuse_shadowed() -> None:
    """Check that Python finds our own packages.

    Raises
    ------
    ShadowedError
        If it finds another module or folder of that name; the message says what to do.
    """
    for name in PACKAGES:
        place = _place(name)
        if place is not None and HOME not in place.resolve().parents:
            raise ShadowedError(
                f"{place} hides the package '{name}' of compassion, because Python looks there first."
                f" Rename it (to my_{name}, for example), or start Python in another folder.",
                name=name,
            )


def _place(name: str) -> Path | None:
    """Return the file or folder that ``import name`` imports or would import; None if there is none."""
    module = sys.modules.get(name)
    spec = module.__spec__ if module is not None else find_spec(name)
    if spec is None:
        return None
    if spec.submodule_search_locations is not None:
        return Path(next(iter(spec.submodule_search_locations)))
    return Path(spec.origin) if spec.origin else None
