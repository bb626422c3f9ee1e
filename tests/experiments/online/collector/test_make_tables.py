"""The tables of PostgreSQL: made once, by a separate command, even if several run at the same time."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from experiments.online.collector import DatabaseError, migrate, serve
from experiments.online.collector.make_tables import main

CHECKOUT = Path(__file__).resolve().parents[4]


@pytest.fixture
def empty(postgres) -> str:
    psycopg = pytest.importorskip("psycopg")
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS bare")
        connection.execute("CREATE DATABASE bare")
    return postgres.removesuffix("postgres") + "bare"


def test_a_server_names_the_command_that_makes_them(start, empty):
    export = start(slots=4).export
    with pytest.raises(DatabaseError, match="make_tables") as raised:
        serve(export, port=0, database=empty, password="x")
    command = str(raised.value).split("`")[1].replace("ADDRESS", empty).split()
    result = subprocess.run(
        [sys.executable, *command[1:]], cwd=CHECKOUT, capture_output=True, text=True, check=True
    )
    assert "has all tables" in result.stdout
    assert main([empty]) == 0


def test_several_at_once_make_them_once(empty):
    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(migrate, [empty] * 6)) == [None] * 6


def test_what_cannot_be_reached_is_reported(capsys):
    assert main([]) == 2
    assert main(["postgresql://nobody:secret@127.0.0.1:1/none"]) == 1
    written = capsys.readouterr().err
    assert "does not respond" in written
    assert "secret" not in written
