"""Serving the live preview on this computer only."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path

import uvicorn

from experiments.errors import UserError
from experiments.online.preview.application import application

LOOPBACK = "127.0.0.1"


def serve_preview(path: Path, port: int, announce: Callable[[str], object]) -> None:
    """Serve the live preview until it is interrupted.

    Parameters
    ----------
    port
        Port on this computer; 0 for any free one.
    announce
        Called with the address of the page.

    Raises
    ------
    UserError
        If the port is in use.
    """
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((LOOPBACK, port))
    except OSError as error:
        listening.close()
        raise UserError(
            f"port {port} cannot be used ({error.strerror}). Choose another one with --port."
        ) from error
    announce(f"http://{LOOPBACK}:{listening.getsockname()[1]}/")
    settings = uvicorn.Config(application(path), log_level="warning", lifespan="off")
    uvicorn.Server(settings).run(sockets=[listening])
