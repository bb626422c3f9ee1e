"""The collector as a server: one process that serves one export, with one database, until it is stopped."""

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

#: Seconds that requests in progress have to finish when the server is stopped.
GRACE_S = 10
#: Connections that the operating system queues until they are accepted.
BACKLOG = 2048
#: How often Python collects garbage (gc.set_threshold); its default of 700, 10, 10 cost a third of the processor
#: time of a post and doubled the 95th percentile of its duration.
COLLECT_AFTER = (10_000, 50, 50)


class ServeError(UserError):
    """The collector cannot start; the message gives the reason and the remedy."""


def database_beside(export: Path) -> Path:
    """Return the default database of an export: a file beside the folder, never inside it."""
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
    """Serve an export and store the answers, until SIGTERM or SIGINT.

    Parameters
    ----------
    export
        Folder created by ``compassion export --target static``.
    host, port
        Address and port to listen on; port 0 means any free port. Use a proxy for TLS (docs/online).
    database
        SQLite file, or ``postgresql://`` address (default: ``database_beside(export)``).
    password
        Hash of the experimenter's password (``read_password``); if None, a password is generated and announced.
    proxies
        Addresses of proxies whose X-Forwarded-For is trusted; it is used only for rate limits.
    announce
        Called with each line of output.

    Raises
    ------
    InvalidFileError
        If the export cannot be served.
    DatabaseError
        If the database cannot be used, or belongs to another study.
    ServeError
        If the database is inside the export folder, or the address is already in use.
    """
    checked = read_export(export)
    where = database_beside(checked.root) if database is None else database
    if not is_postgres(where) and Path(where).resolve().is_relative_to(checked.root.resolve()):
        raise ServeError(
            f"The database {where} is inside the export folder, whose files anyone can download. "
            "Choose another location."
        )
    listener = _listen(host, port)
    with listener:
        store = Store(where, checked.study)
        if password is None:
            generated = secrets.token_urlsafe(12)
            password = hash_password(generated)
            announce(f"Password of the live page, generated for this run: {generated}")
        address = f"http://{f'[{host}]' if ':' in host else host}:{listener.getsockname()[1]}"
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
            access_log=False,  # It would record participants' IP addresses.
            log_level="warning",
            server_header=False,
            forwarded_allow_ips=proxies,
            timeout_graceful_shutdown=GRACE_S,
            timeout_keep_alive=30,
            backlog=BACKLOG,
        )
        gc.collect()
        gc.freeze()  # What exists by now lives as long as the server.
        gc.set_threshold(*COLLECT_AFTER)
        with suppress(
            KeyboardInterrupt
        ):  # Ctrl+C stops the server after everything has been saved.
            uvicorn.Server(config).run(sockets=[listener])


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio turns off Nagle's algorithm only if the protocol is stated; otherwise each response takes 40 ms.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(BACKLOG)  # Connections wait until the server is ready.
    except OSError as error:
        listener.close()
        raise ServeError(
            f"The server cannot listen on {host}:{port}: {error.strerror}. "
            "Choose another port, or stop the program that uses it."
        ) from error
    return listener
