"""Whether a user's own module or folder hides a package of ours, which would end in a riddle of an error."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

PACKAGES = ("experiments", "analysis")
HOME = Path(__file__).resolve().parent.parent
"""The folder that holds our packages."""


class ShadowedError(ImportError):
    """A module or folder of the user has the name of one of our packages."""


def refuse_shadowed() -> None:
    """Check that Python finds our own packages.

    Raises
    ------
    ShadowedError
        Naming what it finds instead, and what to do.
    """
    for name in PACKAGES:
        found = _found(name)
        if found is not None and HOME not in found.resolve().parents:
            raise ShadowedError(
                f"{found} hides the package '{name}' of compassion, because Python looks there first."
                f" Rename it (to my_{name}, for example), or start Python in another folder.",
                name=name,
            )


def _found(name: str) -> Path | None:
    """Return the file or folder that ``import name`` gives or would give; None if there is none."""
    module = sys.modules.get(name)
    spec = module.__spec__ if module is not None else find_spec(name)
    if spec is None:
        return None
    if spec.submodule_search_locations is not None:
        return Path(next(iter(spec.submodule_search_locations)))
    return Path(spec.origin) if spec.origin else None
