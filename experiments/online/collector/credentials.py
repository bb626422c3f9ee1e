"""Credentials: the bearer tokens of sessions, and the experimenter's password, of which only a hash is used."""

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
from experiments.online.collector.tables import SECRETS, insert_new

#: Environment variables with the password, or the path of a file with it.
VARIABLE = "COMPASSION_PASSWORD"
FILE_VARIABLE = "COMPASSION_PASSWORD_FILE"
#: Minimum length of a password, in characters.
SHORTEST = 8
# scrypt's minimum in OWASP's Password Storage Cheat Sheet: 128 MiB per attempt.
COST = 2**17
_R, _P = 8, 1


def secret_of(connection: Connection, name: str) -> bytes:
    """Return a secret of this study; it is generated when first needed, and stored separately from the data."""
    connection.execute(insert_new(SECRETS).values(name=name, secret=secrets.token_hex(32)))
    query = select(SECRETS.c.secret).where(SECRETS.c.name == name)
    return bytes.fromhex(connection.execute(query).scalar_one())


def token_of(session: str, secret: bytes) -> str:
    """Return the token of a session.

    >>> token_of("s1", b"key")
    's1.3c2bdadb32f73c69e6d87d18e0f5b084'
    """
    return f"{session}.{_signature(session, secret)}"


def session_of(token: object, secret: bytes) -> str | None:
    """Return the session to which a token belongs; None if the token is not valid."""
    if not isinstance(token, str) or not token.isascii():
        return None
    session, _, signature = token.partition(".")
    return session if hmac.compare_digest(signature, _signature(session, secret)) else None


def _signature(session: str, secret: bytes) -> str:
    return hmac.digest(secret, session.encode(), "sha256").hex()[:32]


def hash_password(password: str, cost: int = COST) -> str:
    """Return the hash of a password; ``cost`` is scrypt's N."""
    salt = secrets.token_bytes(16)
    return f"scrypt${cost}${salt.hex()}${_scrypt(password, salt, cost).hex()}"


def is_password(password: str, stored: str) -> bool:
    """Return whether a password has the stored hash."""
    _, cost, salt, digest = stored.split("$")
    computed = _scrypt(password, bytes.fromhex(salt), int(cost))
    return hmac.compare_digest(computed.hex(), digest)


def _scrypt(password: str, salt: bytes, cost: int) -> bytes:
    data = password.encode("utf-8", "surrogatepass")
    return hashlib.scrypt(data, salt=salt, n=cost, r=_R, p=_P, maxmem=2**28, dklen=32)


class PasswordError(UserError):
    """The password cannot be used; the message gives the remedy."""


def read_password(environment: Mapping[str, str] | None = None) -> str | None:
    """Return the hash of the experimenter's password, or None if none is set.

    Parameters
    ----------
    environment
        Environment variables (default: those of this process). ``COMPASSION_PASSWORD`` is the password;
        otherwise ``COMPASSION_PASSWORD_FILE`` is a file whose first line is the password. Both may hold the
        hash from ``hash_password`` instead.

    Raises
    ------
    PasswordError
        If the file cannot be read or the password is too short.
    """
    environment = os.environ if environment is None else environment
    where, password = VARIABLE, environment.get(VARIABLE)
    if password is None and (where := environment.get(FILE_VARIABLE, "")):
        try:
            password = (Path(where).read_text(encoding="utf-8").splitlines() or [""])[0].strip()
        except (OSError, UnicodeDecodeError) as error:
            raise PasswordError(
                f"{where}: the password cannot be read ({error}). Correct {FILE_VARIABLE}."
            ) from error
    if password is None:
        return None
    if re.fullmatch(r"scrypt\$\d+\$[0-9a-f]{32}\$[0-9a-f]{64}", password):
        return password
    if len(password) < SHORTEST:
        raise PasswordError(
            f"{where}: the password has {len(password)} characters. Choose at least {SHORTEST}."
        )
    return hash_password(password)
