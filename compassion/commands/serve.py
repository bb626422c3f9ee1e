"""compassion serve: the collector, which serves an exported study and stores its answers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from compassion.commands.console import say


def serve(
    export: Annotated[
        Path, typer.Argument(help="Folder written by `compassion export --target static`.")
    ],
    host: Annotated[str, typer.Option("--host", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, help="Port (0: any free one).")
    ] = 8000,
    database: Annotated[
        str,
        typer.Option(
            "--database",
            help="SQLite file or postgresql:// address (default: a file beside the export).",
        ),
    ] = "",
    proxies: Annotated[
        str,
        typer.Option(
            "--proxies",
            help="IP addresses of your own proxies (needed to tell participants apart).",
        ),
    ] = "127.0.0.1",
) -> None:
    """Serve an exported study and store the answers.

    Run it behind an HTTPS proxy such as nginx or Caddy (docs/online.md).

    The experimenter's password for the live page is read from COMPASSION_PASSWORD or
    COMPASSION_PASSWORD_FILE; if neither is set, a password is generated and shown.

    Example: compassion serve exports/compassion_collapse_between_static
    """
    from experiments.online.collector.credentials import read_password
    from experiments.online.collector.serve import serve as start

    start(
        export,
        host=host,
        port=port,
        database=database or None,
        password=read_password(),
        proxies=proxies,
        announce=lambda line: say(line),
    )
