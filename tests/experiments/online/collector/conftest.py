"""Fixtures for these tests: servers on SQLite and (where it is installed) on a real PostgreSQL."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from other_software import program
from real_server import Server
from small_export import make_export


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that need PostgreSQL."""
    for item in items:
        given = getattr(item, "callspec", None)
        if "postgres" in getattr(item, "fixturenames", ()) or (
            given is not None
            and any(isinstance(v, str) and v == "postgres" for v in given.params.values())
        ):
            item.add_marker(pytest.mark.postgres)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Address of a PostgreSQL that this run has started; each use adds a database of its own."""
    initdb, server = program("initdb"), program("postgres")
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    # PostgreSQL refuses to run as root, and other users cannot read pytest's own folders.
    user = {"user": "nobody"} if os.geteuid() == 0 else {}
    home = Path(tempfile.mkdtemp(prefix="collector-postgres-"))
    if user:
        shutil.chown(home, "nobody")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [initdb, "-D", f"{home}/data", "-A", "trust", "-U", "collector", "-E", "UTF8"]
    subprocess.run([*command, "--no-sync"], check=True, capture_output=True, cwd=home, **user)
    settings = [f"-p{port}", "-k", str(home), "-h127.0.0.1"]
    process = subprocess.Popen(
        [server, "-D", f"{home}/data", *settings],
        stderr=subprocess.DEVNULL,
        cwd=home,
        start_new_session=True,
        **user,
    )
    try:
        import psycopg

        address = f"postgresql://collector@127.0.0.1:{port}/postgres"
        deadline = time.monotonic() + 60
        while True:
            try:
                psycopg.connect(address).close()
                break
            except psycopg.OperationalError:
                assert time.monotonic() < deadline, "PostgreSQL does not answer"
                time.sleep(0.05)
        yield address
    finally:
        process.send_signal(signal.SIGQUIT)
        process.wait(timeout=60)
        shutil.rmtree(home)


@pytest.fixture
def fresh_database(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], str]:
    """Make an empty database of either kind, and return its address."""

    def make(kind: str) -> str:
        if kind == "sqlite":
            return str(tmp_path / "study.sqlite")
        import psycopg

        from experiments.online.collector import migrate

        address = request.getfixturevalue("postgres")
        name = f"study_{time.monotonic_ns()}"
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        made = address.removesuffix("postgres") + name
        migrate(made)
        return made

    return make


@pytest.fixture
def start(tmp_path: Path, fresh_database: Callable[[str], str]) -> Iterator[Callable[..., Server]]:
    """Start servers on exports with given settings; all are ended with the test."""
    servers: list[Server] = []

    def make(kind: str = "sqlite", **settings: Any) -> Server:
        export = make_export(tmp_path / f"export{len(servers)}", **settings)
        servers.append(Server(export, fresh_database(kind)).start())
        return servers[-1]

    yield make
    for server in servers:
        server.client.close()
        server.kill()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for all tests of a module that do not affect each other."""
    folder = tmp_path_factory.mktemp("collector")
    export = make_export(folder / "export", slots=200, languages=("en", "he"))
    made = Server(export, str(folder / "study.sqlite")).start()
    yield made
    made.client.close()
    made.kill()
