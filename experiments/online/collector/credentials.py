"""Secrets: the bearer tokens of sessions, and the experimenter's password, kept as a scrypt hash alone."""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import Connection, select

from experiments.errors import UserError
from experiments.online.collector.tables import SECRETS, once

VARIABLE = "COMPASSION_PASSWORD"
FILE_VARIABLE = "COMPASSION_PASSWORD_FILE"
SHORTEST = 8
# The least that OWASP's Password Storage Cheat Sheet advises for scrypt: 128 MiB for each try.
COST = 2**17
_R, _P = 8, 1


def secret_of(connection: Connection, name: str) -> bytes:
    """Return a secret of this study, drawn when it is first asked for; it is stored apart from the data."""
    connection.execute(once(SECRETS).values(name=name, secret=secrets.token_hex(32)))
    query = select(SECRETS.c.secret).where(SECRETS.c.name == name)
    return bytes.fromhex(connection.execute(query).scalar_one())


def token_of(session: str, secret: bytes) -> str:
    """Return the token of a session.

    >>> token_of("s1", b"key")
    's1.3c2bdadb32f73c69e6d87d18e0f5b084'
    """
    return f"{session}.{_signature(session, secret)}"


def session_of(token: object, secret: bytes) -> str | None:
    """Return the session that a token belongs to, or None."""
    if not isinstance(token, str) or not token.isascii():
        return None
    session, _, signature = token.partition(".")
    return session if hmac.compare_digest(signature, _signature(session, secret)) else None


def _signature(session: str, secret: bytes) -> str:
    return hmac.digest(secret, session.encode(), "sha256").hex()[:32]


def hash_password(password: str, cost: int = COST) -> str:
    """Return what to keep of a password; ``cost`` is scrypt's N."""
    salt = secrets.token_bytes(16)
    return f"scrypt${cost}${salt.hex()}${_scrypt(password, salt, cost).hex()}"


def is_password(tried: str, kept: str) -> bool:
    """Return whether a password is the one that was kept."""
    _, cost, salt, digest = kept.split("$")
    made = _scrypt(tried, bytes.fromhex(salt), int(cost))
    return hmac.compare_digest(made.hex(), digest)


def _scrypt(password: str, salt: bytes, cost: int) -> bytes:
    data = password.encode("utf-8", "surrogatepass")
    return hashlib.scrypt(data, salt=salt, n=cost, r=_R, p=_P, maxmem=2**28, dklen=32)


class PasswordError(UserError):
    """A password that cannot be used."""


def read_password(environment: Mapping[str, str] | None = None) -> str | None:
    """Return the hash of the experimenter's password, or None if none is set.

    Parameters
    ----------
    environment
        Where ``COMPASSION_PASSWORD`` is looked up, or ``COMPASSION_PASSWORD_FILE``: a file whose first
        line is the password or what ``hash_password`` made of it (default: the process's own).

    Raises
    ------
    PasswordError
        If the file cannot be read or the password is too short.
    """
    environment = os.environ if environment is None else environment
    where, given = VARIABLE, environment.get(VARIABLE)
    if given is None and (where := environment.get(FILE_VARIABLE, "")):
        try:
            given = (Path(where).read_text(encoding="utf-8").splitlines() or [""])[0].strip()
        except (OSError, UnicodeDecodeError) as error:
            raise PasswordError(
                f"{where}: the password cannot be read ({error}). Correct {FILE_VARIABLE}."
            ) from error
    if given is None:
        return None
    if re.fullmatch(r"scrypt\$\d+\$[0-9a-f]{32}\$[0-9a-f]{64}", given):
        return given
    if len(given) < SHORTEST:
        raise PasswordError(
            f"{where}: the password has {len(given)} characters. Choose at least {SHORTEST}."
        )
    return hash_password(given)
