"""nginx and Caddy, with the configurations of ``docs/online``, in front of a real collector."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from other_software import program
from small_export import PASSWORD, rows_of

from experiments.online.collector import give
from experiments.online.collector.bodies import LARGEST

DOCS = Path(__file__).parents[4] / "docs" / "online"
NAME = "study.example.org"
#: Who a request claims to come from.
CLAIMED = "203.0.113.77"


def replaced(text: str, **words: str) -> str:
    """Replace texts in a configuration; each must occur."""
    for before, after in words.items():
        assert before in text, f"the configuration does not contain '{before}'"
        text = text.replace(before, after)
    return text


def nginx(folder: Path, http: int, https: int, collector: int) -> list[str]:
    """Write nginx's configuration with the ports of the test; return the command that runs it."""
    certificate, key = folder / "fullchain.pem", folder / "privkey.pem"
    made = [program("openssl"), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"]
    made += ["-subj", f"/CN={NAME}", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(made, check=True, capture_output=True)
    words = {
        "listen [::]:80;": "",
        "listen [::]:443 ssl;": "",
        "listen 80;": f"listen 127.0.0.1:{http};",
        "listen 443 ssl;": f"listen 127.0.0.1:{https} ssl;",
        f"/etc/letsencrypt/live/{NAME}/fullchain.pem": str(certificate),
        f"/etc/letsencrypt/live/{NAME}/privkey.pem": str(key),
        "/var/log/nginx/": f"{folder}/",
        "http://127.0.0.1:8000": f"http://127.0.0.1:{collector}",
    }
    ours = replaced((DOCS / "nginx.conf").read_text("utf-8"), **words)
    (folder / "study.conf").write_text(ours, encoding="utf-8")
    kept = "".join(
        f"{name}_temp_path {folder}/{name};\n"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    whole = (
        # Started as root, nginx would switch to a user who cannot read the folder of a test.
        f"{'user root;' if os.geteuid() == 0 else ''}\ndaemon off;\npid {folder}/nginx.pid;\n"
        f"events {{}}\nhttp {{\n{kept}include {folder}/study.conf;\n}}\n"
    )
    (folder / "nginx.conf").write_text(whole, encoding="utf-8")
    errors = str(folder / "errors.log")
    return [program("nginx"), "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", errors]


def caddy(folder: Path, http: int, https: int, collector: int) -> list[str]:
    """Write Caddy's configuration with the ports of the test; return the command that runs it."""
    for_a_test = (
        f"\tadmin off\n\thttp_port {http}\n\thttps_port {https}\n\tdefault_bind 127.0.0.1\n"
        f"\tlocal_certs\n\tskip_install_trust\n\tstorage file_system {folder}/storage\n"
    )
    words = {
        "{\n\t# Only errors": f"{{\n{for_a_test}\t# Only errors",
        "127.0.0.1:8000\n\n\t# From now on": f"127.0.0.1:{collector}\n\n\t# From now on",
    }
    ours = replaced((DOCS / "Caddyfile").read_text("utf-8"), **words)
    (folder / "Caddyfile").write_text(ours, encoding="utf-8")
    file = str(folder / "Caddyfile")
    return [program("caddy"), "run", "--config", file, "--adapter", "caddyfile"]


@dataclass
class Proxy:
    """A proxy in front of a collector; requests are sent to it as by a browser."""

    http: int
    https: int
    folder: Path
    client: httpx.Client

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        """Ask over TLS."""
        host = f"{NAME}:{self.https}"
        headers = {"Host": host, "X-Forwarded-For": CLAIMED, **more.pop("headers", {})}
        extensions = {"sni_hostname": NAME}
        address = f"https://127.0.0.1:{self.https}{path}"
        return self.client.request(method, address, headers=headers, extensions=extensions, **more)

    def written(self) -> str:
        """Return all that the proxy has logged."""
        files = [path for path in self.folder.iterdir() if path.suffix == ".log"]
        return "".join(path.read_text("utf-8", "replace") for path in files)


def free_ports(number: int) -> list[int]:
    """Return so many free ports."""
    free = [socket.create_server(("127.0.0.1", 0)) for _ in range(number)]
    ports = [each.getsockname()[1] for each in free]
    for each in free:
        each.close()
    return ports


@pytest.fixture(params=[nginx, caddy], ids=lambda configure: configure.__name__)
def proxied(
    request: pytest.FixtureRequest, start: Callable[..., Any], tmp_path: Path
) -> Iterator[tuple[Proxy, Any]]:
    """Return a proxy as the documentation configures it, and the collector behind it."""
    server, folder = start(slots=8), tmp_path / "proxy"
    folder.mkdir()
    http, https = free_ports(2)
    command = request.param(folder, http, https, server.port)
    # Caddy stores its state in the user's home folder.
    homes = {name: str(folder) for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME")}
    with (
        (folder / "output.log").open("wb") as output,
        subprocess.Popen(
            command, stdout=output, stderr=output, env={**os.environ, **homes}
        ) as process,
        httpx.Client(verify=False, timeout=60) as client,
    ):
        proxy = Proxy(http, https, folder, client)
        try:
            until = time.monotonic() + 60
            while True:
                assert process.poll() is None, proxy.written()
                try:
                    proxy.ask("GET", "/")
                    break
                except httpx.TransportError:
                    assert time.monotonic() < until, "the proxy does not answer"
                    time.sleep(0.05)
            yield proxy, server
        finally:
            process.terminate()


def test_a_participant_takes_part_over_tls(proxied: tuple[Proxy, Any]) -> None:
    proxy, server = proxied
    host = {"Host": f"{NAME}:{proxy.http}"}
    plain = proxy.client.get(f"http://127.0.0.1:{proxy.http}/?id=1", headers=host)
    assert plain.status_code in {301, 308}
    assert plain.headers["Location"].startswith(f"https://{NAME}")
    assert plain.headers["Location"].endswith("/?id=1")
    page = proxy.ask("GET", "/")
    assert page.status_code == 200
    assert page.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    opened = proxy.ask("POST", "/api/sessions", json={}).json()
    headers = {"Authorization": f"Bearer {opened['token']}"}
    kept = proxy.ask("POST", "/api/rows", json={"rows": rows_of(opened)}, headers=headers).json()
    assert kept["rejected"] == []
    finished = proxy.ask("POST", "/api/finish", json={"outcome": "complete"}, headers=headers)
    assert finished.json()["confirmed"]
    assert list(give(server.database).rows) == rows_of(opened)


def test_what_is_too_large_is_refused_by_the_collector(proxied: tuple[Proxy, Any]) -> None:
    proxy, server = proxied
    headers = {"Authorization": f"Bearer {server.open()['token']}"}
    body = json.dumps({"rows": ["x" * LARGEST]})
    refused = proxy.ask("POST", "/api/rows", content=body, headers=headers)
    assert refused.status_code == 413
    assert set(refused.json()) == {"error", "remedy"}


def test_the_experimenter_logs_in_and_guesses_are_refused(proxied: tuple[Proxy, Any]) -> None:
    proxy, _ = proxied
    own = {"Origin": f"https://{NAME}:{proxy.https}"}
    found = proxy.ask("POST", "/live/login", data={"password": PASSWORD}, headers=own)
    assert (found.status_code, found.headers["location"]) == (303, "/live")
    assert "secure" in found.headers["set-cookie"].lower()
    foreign = {"Origin": "https://evil.example"}
    response = proxy.ask("POST", "/live/login", data={"password": PASSWORD}, headers=foreign)
    assert response.status_code == 403
    # A caller who claims another address each time still counts as one.
    statuses = [403]
    while statuses[-1] == 403 and len(statuses) < 100:
        claimed = {**own, "X-Forwarded-For": f"198.51.100.{len(statuses)}"}
        tried = proxy.ask("POST", "/live/login", data={"password": "guess"}, headers=claimed)
        statuses.append(tried.status_code)
    assert statuses[-1] == 429


def test_no_address_is_written_down(proxied: tuple[Proxy, Any]) -> None:
    proxy, server = proxied
    proxy.ask("GET", "/?PROLIFIC_PID=abc")
    proxy.ask("GET", "/nothing")
    server.kill()
    assert proxy.ask("GET", "/").status_code == 502
    for trace in (CLAIMED, "PROLIFIC_PID", "/nothing", "remote_ip", "client: 127.0.0.1"):
        assert trace not in proxy.written()
