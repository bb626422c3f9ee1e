"""Bearer tokens: a session's code with a signature that only this study's server can make."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from experiments.online.collector.database import Database


def secret_of(database: Database, name: str) -> bytes:
    """Return a secret of this study, drawn when it is first asked for; it stands apart from the data."""
    database.run(
        "INSERT INTO identity.secrets (name, secret) VALUES (?, ?) ON CONFLICT DO NOTHING",
        (name, secrets.token_hex(32)),
    )
    found = database.run("SELECT secret FROM identity.secrets WHERE name = ?", (name,))
    return bytes.fromhex(found[0][0])


def token_of(session: str, secret: bytes) -> str:
    """Return the token of a session.

    >>> token_of("s1", b"key")
    's1.3c2bdadb32f73c69e6d87d18e0f5b084'
    """
    return f"{session}.{_signature(session, secret)}"


def session_of(token: object, secret: bytes) -> str | None:
    """Return whose token this is, or None if it is nobody's."""
    if not isinstance(token, str) or not token.isascii():
        return None
    session, _, signature = token.partition(".")
    return session if hmac.compare_digest(signature, _signature(session, secret)) else None


def _signature(session: str, secret: bytes) -> str:
    return hmac.new(secret, session.encode(), hashlib.sha256).hexdigest()[:32]
