"""Benchmark of the page: its size and the time until it can be used, compared with a hand-written jsPsych page.

    python benchmarks/online/page.py [--loads 7] [--protocols identified_victim ...]

Both pages show the same trials, and the goal is at most 1.3 times the hand-written page. Size is what is sent until the
first screen can be answered (with gzip, without pictures). Time is measured from the start of navigation to the frame in
which the first screen's buttons appear. For our page it includes opening a session and fetching its slot, which the
hand-written page does not need; a second hand-written page asks a server for its condition, as every study with balanced
groups must. The pages are loaded in turns, each time with an empty cache. The shortest time of each page is reported,
because other work of the machine can only make loading slower.
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
#: Condition -> (bytes per second, latency in milliseconds, slowdown of the processor).
CONDITIONS = {
    "loopback": None,
    "1.6 Mbit/s, 300 ms, 6x slower": (200_000, 300, 6),
}
#: Our page, the hand-written page, and the hand-written page that also asks a server for its condition.
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
    """Server that sends the files of a folder with gzip, and the slot's timeline when a session is opened."""

    protocol_version = "HTTP/1.1"

    def __init__(self, folder: Path, slot: str, sent: dict[str, int], *args: Any) -> None:
        self.folder, self.slot, self.sent = folder, slot, sent
        super().__init__(*args)

    def log_message(self, *_: Any) -> None:
        """Log nothing."""

    def do_GET(self) -> None:
        """Send a file."""
        path = self.folder / (self.path.partition("?")[0].lstrip("/") or "index.html")
        if path.suffix in TYPES and path.exists():
            self.reply(200, TYPES[path.suffix], path.read_bytes())
        else:
            self.reply(404, "text/plain", b"")

    def do_POST(self) -> None:
        """Open a session, or acknowledge what was posted."""
        self.rfile.read(int(self.headers["Content-Length"]))
        opened = {"session": "s", "participant": "p", "token": "t", "slot": 1, "next_sequence": 0}
        opened |= {"rows": [], "drafts": None, "state": "new", "redirect": None, "form": None}
        if self.slot:
            opened["timeline"] = json.loads((self.folder / self.slot).read_text("utf-8"))
        replies = {"/api/sessions": opened, "/api/condition": {"condition": 1}}
        body = replies.get(self.path, {"accepted": [], "known": [], "rejected": []})
        self.reply(201, "application/json", json.dumps(body, ensure_ascii=False).encode())

    def reply(self, status: int, kind: str, content: bytes) -> None:
        """Send a response with gzip, and record its size."""
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
    """Server that ignores connections closed by the browser."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Print no traceback for a closed connection."""
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
    """Return sizes and times of all pages."""
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
    """Print sizes and times with their ratios."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--protocols", nargs="+", default=list(PROTOCOLS))
    parser.add_argument("--loads", type=int, default=7)
    arguments = parser.parse_args()
    print(f"{'':50}{''.join(f'{which:>10}' for which in PAGES)}     ratios")
    for protocol in arguments.protocols:
        result = measure(protocol, arguments.loads)
        sizes = {which: sum(sent.values()) for which, sent in result["bytes"].items()}
        rows = {"bytes with gzip": sizes} | {
            f"ms until usable, {name}": times for name, times in result["milliseconds"].items()
        }
        print(protocol)
        for name, values in rows.items():
            ratios = [values["ours"] / values[which] for which in PAGES[1:]]
            numbers = "".join(f"{values[which]:>10}" for which in PAGES)
            print(f"  {name:48}{numbers}{''.join(f'{ratio:>7.2f}' for ratio in ratios)}")
        for which, sent in result["bytes"].items():
            print(f"  {which}: {', '.join(f'{path} {size}' for path, size in sent.items())}")


if __name__ == "__main__":
    main()
