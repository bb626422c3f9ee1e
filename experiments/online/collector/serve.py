"""Serving an export: one process, one database, until it is stopped."""

from __future__ import annotations

import gc
import secrets
import socket
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import uvicorn

from experiments.errors import UserError
from experiments.online.collector.application import make_application
from experiments.online.collector.credentials import hash_password
from experiments.online.collector.database import database_shown, is_postgres
from experiments.online.collector.export import read_export
from experiments.online.collector.store import Store
from experiments.online.recruitment import pilot_link

#: Seconds that requests under way are given when the server is stopped.
GRACE_S = 10
BACKLOG = 2048
#: Objects after which Python looks for cycles (gc.set_threshold); its own 700, 10, 10 cost a third of
#: the processor time of a post and doubled the 95th percentile of its duration.
COLLECT_AFTER = (10_000, 50, 50)


class ServeError(UserError):
    """The collector cannot start; the message says why and what to do."""


def database_beside(export: Path) -> Path:
    """Return the default database of an export: beside its folder, never inside it."""
    export = export.resolve()
    return export.with_name(f"{export.name}.sqlite")


def serve(
    export: str | Path,
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    database: str | Path | None = None,
    password: str | None = None,
    proxies: str = "127.0.0.1",
    announce: Callable[[str], None] = print,
) -> None:
    """Serve an export and keep what comes back, until SIGTERM or SIGINT.

    Parameters
    ----------
    export
        Folder that ``compassion export --target static`` made.
    host, port
        Where to listen; 0 takes any free port. Put a proxy that speaks TLS before it (docs/online).
    database
        SQLite file, or ``postgresql://`` address (default: ``database_beside(export)``).
    password
        Hash of the experimenter's password (``read_password``); None draws one and announces it.
    proxies
        Addresses of proxies whose X-Forwarded-For is believed, for the rate limits alone.
    announce
        Called with each line for whoever started the server.

    Raises
    ------
    InvalidFileError
        If the export cannot be served.
    DatabaseError
        If the database cannot be used, or belongs to another study.
    ServeError
        If the address is taken.
    """
    checked = read_export(export)
    where = database_beside(checked.root) if database is None else database
    if not is_postgres(where) and Path(where).resolve().is_relative_to(checked.root.resolve()):
        raise ServeError(
            f"The database {where} is inside the export folder, which everybody can fetch. "
            "Put it elsewhere."
        )
    listening = _listen(host, port)
    with listening:
        store = Store(where, checked.study)
        if password is None:
            drawn = secrets.token_urlsafe(12)
            password = hash_password(drawn)
            announce(f"Password of the live page, drawn for this run: {drawn}")
        address = f"http://{f'[{host}]' if ':' in host else host}:{listening.getsockname()[1]}"
        announce(f"Study:     {address}/")
        source = checked.study.recruitment.source
        if source != "direct":
            announce(f"To try it: {pilot_link(f'{address}/', source)}")
        announce(f"Live page: {address}/live")
        announce(f"Database:  {database_shown(where)}")
        config = uvicorn.Config(
            make_application(checked, store, password),
            workers=1,
            ws="none",
            access_log=False,  # It would write down who was there.
            log_level="warning",
            server_header=False,
            forwarded_allow_ips=proxies,
            timeout_graceful_shutdown=GRACE_S,
            timeout_keep_alive=30,
            backlog=BACKLOG,
        )
        gc.collect()
        gc.freeze()  # What is there now stays as long as the server runs.
        gc.set_threshold(*COLLECT_AFTER)
        with suppress(KeyboardInterrupt):  # Ctrl+C stops it, after all is written.
            uvicorn.Server(config).run(sockets=[listening])


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio turns off Nagle's algorithm only where the protocol is named; else each answer takes 40 ms.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(BACKLOG)  # Whoever comes before the server is ready waits in line.
    except OSError as error:
        listening.close()
        raise ServeError(
            f"Nothing can listen at {host}:{port}: {error.strerror}. "
            "Choose another port, or stop the program that has it."
        ) from error
    return listening
