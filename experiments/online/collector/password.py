"""The experimenter's password, kept as a scrypt hash alone."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

VARIABLE = "COMPASSION_PASSWORD"
SHORTEST = 8
# OWASP's least for scrypt is N = 2^17, r = 8, p = 1: 128 MiB and about 0.3 s for each try.
_N, _R, _P = 2**17, 8, 1


def hash_password(password: str) -> str:
    """Return what to keep of a password."""
    salt = secrets.token_bytes(16)
    return f"scrypt${salt.hex()}${_scrypt(password, salt).hex()}"


def is_password(tried: str, kept: str) -> bool:
    """Tell whether a password is the one that was kept."""
    _, salt, digest = kept.split("$")
    return hmac.compare_digest(_scrypt(tried, bytes.fromhex(salt)).hex(), digest)


def _scrypt(password: str, salt: bytes) -> bytes:
    data = password.encode("utf-8", "surrogatepass")
    return hashlib.scrypt(data, salt=salt, n=_N, r=_R, p=_P, maxmem=2**28, dklen=32)


def read_password(
    file: Path | None = None, environment: Mapping[str, str] | None = None
) -> str | None:
    """Return the hash of the experimenter's password, or None if none is set.

    Parameters
    ----------
    file
        File with the password, or with what ``hash_password`` made of it, in its first line.
    environment
        Where ``COMPASSION_PASSWORD`` is looked up if there is no file (default: the process's own).

    Raises
    ------
    ValueError
        If the file cannot be read or the password is too short.
    """
    environment = os.environ if environment is None else environment
    if file is None:
        where, given = VARIABLE, environment.get(VARIABLE)
    else:
        where = str(file)
        try:
            given = (file.read_text(encoding="utf-8").splitlines() or [""])[0].strip()
        except (OSError, UnicodeDecodeError) as error:
            raise ValueError(f"{file}: the password cannot be read: {error}") from error
    if given is None:
        return None
    if given.startswith("scrypt$") and len(given.split("$")) == 3:
        return given
    if len(given) < SHORTEST:
        raise ValueError(
            f"{where}: the password has {len(given)} characters; choose at least {SHORTEST}"
        )
    return hash_password(given)
