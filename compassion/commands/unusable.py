"""Files and folders that cannot be used, as one sentence for the user."""

from __future__ import annotations

import errno
from pathlib import Path

import compassion

_PACKAGES = tuple(
    Path(compassion.__file__).resolve().parents[1] / name
    for name in ("analysis", "compassion", "experiments")
)
_REASONS = {
    errno.ENOENT: "there is no such file or folder. Check the path.",
    errno.EACCES: "you do not have permission. Change its permissions, close it in other programs, or use another place.",
    errno.EPERM: "this is not permitted here. Use another place.",
    errno.EROFS: "nothing can be written here (read-only). Use another place.",
    errno.ENOTDIR: "a part of this path is a file and not a folder. Use another path.",
    errno.EISDIR: "this is a folder, but a file is needed. Use another path, or move the folder.",
    errno.EEXIST: "this exists already. Use another path, or move what is there.",
    errno.ENAMETOOLONG: "a name in this path is too long. Use a shorter one.",
    errno.ENOSPC: "the disk is full. Free some space, or use another place.",
}
"""Error of the operating system -> what it means, and what the user can do."""


def unusable(error: BaseException) -> str | None:
    """Return why a file or folder cannot be used and what to do, or None if the error is not of this kind.

    A file that is missing inside our own code is not: that is a bug, or a damaged installation.
    """
    if not isinstance(error, OSError):
        return None
    if error.errno is None:
        # Raised by our own code, with a message for the user.
        return str(error) if isinstance(error, (FileNotFoundError, PermissionError)) else None
    if error.errno not in _REASONS:
        return None
    # Of two paths, as in a copy, the second is the one that is written.
    path = error.filename2 or error.filename
    if error.errno == errno.ENOENT and path is not None and _is_code(Path(str(path))):
        return None
    reason = _REASONS[error.errno]
    return f"{path}: {reason}" if path is not None else f"{reason[0].upper()}{reason[1:]}"


def _is_code(path: Path) -> bool:
    return any(path.absolute().is_relative_to(package) for package in _PACKAGES)
