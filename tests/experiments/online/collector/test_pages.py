"""The export's files: which of them are public, and which are never served."""

from __future__ import annotations

import json
import socket

import pytest
from small_export import make_export

from experiments.files.faults import InvalidFileError
from experiments.online.collector import ServeError, database_beside, read_export, serve


def test_the_page_and_its_parts(server):
    page = server.client.get("/?PROLIFIC_PID=x")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "<h1>Study</h1>" in page.text
    script = server.client.get("/player.js")
    assert script.headers["content-type"].startswith("text/javascript")
    assert script.headers["content-encoding"] == "gzip"
    assert script.text == (server.export / "player.js").read_text()
    plain = server.client.get("/player.js", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    again = server.client.get("/player.js", headers={"If-None-Match": script.headers["etag"]})
    assert again.status_code == 304


def test_large_pictures_come_in_parts(server):
    whole = server.client.get("/media/picture.png")
    assert whole.content == (server.export / "media" / "picture.png").read_bytes()
    assert whole.headers["content-type"] == "image/png"
    part = server.client.get("/media/picture.png", headers={"Range": "bytes=8-11"})
    assert (part.status_code, part.content) == (206, b"\x00\x01\x02\x03")
    assert server.client.head("/media/picture.png").status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        "/study.json",
        "/slots/0001.json",
        "/slots",
        "/protocol.yaml",
        "/.secret",
        "/media",
        "/../study.sqlite",
        "/media/../study.json",
        "/media/..%2f..%2fstudy.sqlite",
        "/%2e%2e/study.sqlite",
        "//etc/passwd",
        "/media/../../../../etc/passwd",
        "/..\\study.sqlite",
        "/index.html%00.png",
        "/live/layout.html",
        "/live/../study.json",
    ],
)
def test_nothing_else_leaves_the_server(server, address):
    # Written by hand: clients normalise such addresses before they send them.
    with socket.create_connection(("127.0.0.1", server.port)) as line:
        line.sendall(f"GET {address} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        answer = b"".join(iter(lambda: line.recv(65536), b""))
    assert answer.startswith((b"HTTP/1.1 404", b"HTTP/1.1 400")), answer[:200]
    assert b"root:" not in answer


def test_a_link_out_of_the_folder_is_not_followed(server, tmp_path):
    (tmp_path / "secret.html").write_text("secret")
    (server.export / "way_out.html").symlink_to(tmp_path / "secret.html")
    try:
        assert "way_out.html" not in read_export(server.export).files
    finally:
        (server.export / "way_out.html").unlink()


@pytest.mark.parametrize(
    ("file", "change", "word"),
    [
        ("study.json", None, "No such file"),
        ("study.json", "{", "JSON"),
        ("study.json", {"slots": []}, "slots"),
        ("study.json", {"dropout_minutes": 0}, "dropout_minutes"),
        ("study.json", {"recruitment": {"source": "prolific"}}, "codes.complete"),
        (
            "study.json",
            {"target": "jatos"},
            "exported for jatos, and the collector cannot serve it",
        ),
        ("study.json", {"languages": ["en", "he"]}, "0001.he.json"),
        ("study.json", {"slots": [{"slot": 1}, {"slot": 1}]}, "twice"),
        ("slots/0002.json", None, "No such file"),
        ("slots/0002.json", "[", "not JSON"),
        ("slots/0002.json", "{}", "not a timeline"),
        ("slots/0002.json", {"protocol_hash": "x"}, "protocol_hash"),
        ("slots/0002.json", {"slot": 3}, "slot"),
        ("index.html", None, "missing"),
    ],
)
def test_a_faulty_export_is_reported(tmp_path, file, change, word):
    export = make_export(tmp_path / "export", slots=4)
    path = export / file
    if change is None:
        path.unlink()
    elif isinstance(change, str):
        path.write_text(change)
    else:
        path.write_text(json.dumps({**json.loads(path.read_text()), **change}))
    with pytest.raises(InvalidFileError) as raised:
        read_export(export)
    assert word in str(raised.value)
    assert "compassion export" in str(raised.value)


def test_the_database_never_lies_in_the_export(server):
    assert not database_beside(server.export).is_relative_to(server.export)
    with pytest.raises(ServeError, match="inside the export"):
        serve(server.export, port=0, database=server.export / "study.sqlite", password="x")


def test_a_taken_port_is_reported(server, tmp_path):
    with pytest.raises(ServeError, match="Choose another port"):
        serve(server.export, port=server.port, database=tmp_path / "a.sqlite", password="x")
