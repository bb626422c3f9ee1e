"""Weight of the page and time until it can be used, against a hand-written jsPsych page of the same trials.

    python benchmarks/online/page.py [--loads 7] [--protocols identified_victim ...]

The goal is at most 1.3 times the hand-written page. Weight is what is sent until the first screen can be
answered (gzip; pictures left out on all sides). Time runs from the start of navigation to the frame in which the
first screen's buttons appear. Ours includes opening a session and fetching its slot, which the hand-written
page does without; a second hand-written page asks a server for its condition, as every study with balanced groups must.
Loads of the pages alternate, each with an empty cache; the best of each is reported, because other work on the machine
can only add to a time.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
import tempfile
import threading
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests"))

import chromium
from by_hand import ASK_AND_RUN, RUN, write_by_hand
from playwright.sync_api import Browser, sync_playwright

from experiments.online.export import node
from experiments.online.export.exporting import order, write_folder
from experiments.places import shipped_folder
from experiments.study import open_study

TYPES = {".html": "text/html", ".js": "text/javascript", ".css": "text/css"}
#: Condition -> (bytes a second, latency in milliseconds, slowdown of the processor).
CONDITIONS = {
    "loopback": None,
    "1.6 Mbit/s, 300 ms, 6x slower": (200_000, 300, 6),
}
#: Our page, the hand-written one, and the same that also asks a server for its condition.
PAGES = ("ours", "by hand", "and asks")
PROTOCOLS = ("identified_victim", "compassion_collapse", "parochial_vignettes")
READY = """(() => {
  const look = () => {
    if (document.querySelector("SELECTOR")) window.ready = performance.now();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})();"""


class Server(BaseHTTPRequestHandler):
    """Sends a folder with gzip; answers the opening of a session with the slot's timeline."""

    protocol_version = "HTTP/1.1"

    def __init__(self, folder: Path, slot: str, sent: dict[str, int], *args: Any) -> None:
        self.folder, self.slot, self.sent = folder, slot, sent
        super().__init__(*args)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        """Send a file."""
        path = self.folder / (self.path.partition("?")[0].lstrip("/") or "index.html")
        if path.suffix in TYPES and path.exists():
            self.reply(200, TYPES[path.suffix], path.read_bytes())
        else:
            self.reply(404, "text/plain", b"")

    def do_POST(self) -> None:
        """Open a session, or acknowledge."""
        self.rfile.read(int(self.headers["Content-Length"]))
        opened = {"session": "s", "participant": "p", "token": "t", "slot": 1, "next_sequence": 0}
        opened |= {"rows": [], "drafts": None, "state": "new", "redirect": None, "form": None}
        if self.slot:
            opened["timeline"] = json.loads((self.folder / self.slot).read_text("utf-8"))
        replies = {"/api/sessions": opened, "/api/condition": {"condition": 1}}
        body = replies.get(self.path, {"accepted": [], "known": [], "rejected": []})
        self.reply(201, "application/json", json.dumps(body, ensure_ascii=False).encode())

    def reply(self, status: int, kind: str, content: bytes) -> None:
        """Send with gzip, and count."""
        packed = gzip.compress(content, 6, mtime=0)
        self.sent[self.path.partition("?")[0]] = len(packed)
        self.send_response(status)
        for name, value in (
            ("Content-Type", f"{kind}; charset=utf-8"),
            ("Content-Encoding", "gzip"),
            ("Content-Length", str(len(packed))),
            ("Cache-Control", "no-store"),
        ):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(packed)


class Loopback(ThreadingHTTPServer):
    """A server that does not mind browsers that hang up."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Leave out the tracebacks of closed connections."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


def serve(folder: Path, slot: str, sent: dict[str, int]) -> str:
    """Serve a folder on loopback and return its address."""
    server = Loopback(("127.0.0.1", 0), partial(Server, folder, slot, sent))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}/?lang=en"


def load(
    browser: Browser, address: str, selector: str, condition: tuple[int, int, int] | None
) -> float:
    """Load a page once; return the milliseconds until its first screen can be used."""
    context = browser.new_context()
    page = context.new_page()
    if condition is not None:
        speed, latency, slowdown = condition
        devtools = context.new_cdp_session(page)
        devtools.send("Network.enable")
        devtools.send(
            "Network.emulateNetworkConditions",
            {
                "offline": False,
                "latency": latency,
                "downloadThroughput": speed,
                "uploadThroughput": speed,
            },
        )
        devtools.send("Emulation.setCPUThrottlingRate", {"rate": slowdown})
    page.add_init_script(READY.replace("SELECTOR", selector))
    page.goto(address)
    taken = float(page.wait_for_function("() => window.ready").json_value())
    context.close()
    return taken


def measure(protocol: str, loads: int) -> dict[str, Any]:
    """Return weights and times of both pages."""
    study = open_study(shipped_folder("protocols") / f"{protocol}.yaml")
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        ours = Path(temporary) / "ours"
        write_folder(study, ours, order(study, "static", languages=("en",), slots=1))
        slot = next((ours / "slots").iterdir()).relative_to(ours).as_posix()
        sent: dict[str, dict[str, int]] = {which: {} for which in PAGES}
        pages = {
            "ours": (
                serve(ours, slot, sent["ours"]),
                "form.screen:not(.is-coming) button.proceed",
            )
        }
        for which, run in (("by hand", RUN), ("and asks", ASK_AND_RUN)):
            folder = Path(temporary) / which
            timeline = json.loads((ours / slot).read_text("utf-8"))
            write_by_hand(folder, node.packages(), timeline, run)
            pages[which] = (serve(folder, "", sent[which]), "#jspsych-content button")
        browser = chromium.launch(playwright)
        result: dict[str, Any] = {"protocol": protocol, "loads": loads, "milliseconds": {}}
        for name, condition in CONDITIONS.items():
            times: dict[str, list[float]] = {which: [] for which in pages}
            for _ in range(loads):
                for which, (address, selector) in pages.items():
                    times[which].append(load(browser, address, selector, condition))
            result["milliseconds"][name] = {
                which: round(min(taken)) for which, taken in times.items()
            }
        browser.close()
        needed = (
            "/",
            "/start.js",
            "/player.js",
            "/player.css",
            "/api/sessions",
            "/study.js",
            "/jspsych.css",
            "/api/condition",
        )
        result["bytes"] = {
            which: {path: size for path, size in paths.items() if path in needed}
            for which, paths in sent.items()
        }
    return result


def main() -> None:
    """Print weights and times with their ratios."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--protocols", nargs="+", default=list(PROTOCOLS))
    parser.add_argument("--loads", type=int, default=7)
    given = parser.parse_args()
    print(f"{'':50}{''.join(f'{which:>10}' for which in PAGES)}     ratios")
    for protocol in given.protocols:
        result = measure(protocol, given.loads)
        weights = {which: sum(sent.values()) for which, sent in result["bytes"].items()}
        rows = {"bytes with gzip": weights} | {
            f"ms until usable, {name}": times for name, times in result["milliseconds"].items()
        }
        print(protocol)
        for name, measured in rows.items():
            ratios = [measured["ours"] / measured[which] for which in PAGES[1:]]
            numbers = "".join(f"{measured[which]:>10}" for which in PAGES)
            print(f"  {name:48}{numbers}{''.join(f'{ratio:>7.2f}' for ratio in ratios)}")
        for which, sent in result["bytes"].items():
            print(f"  {which}: {', '.join(f'{path} {size}' for path, size in sent.items())}")


if __name__ == "__main__":
    main()
