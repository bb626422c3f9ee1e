"""Do what ``docs/first-study.md`` says: ``python scripts/first_study.py [FOLDER] [--pictures]``.

Every command of the page is run, in the order of the page and in a folder of its own. With ``--pictures``, the pictures of
the page are drawn again.
"""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

CHECKOUT = Path(__file__).resolve().parents[1]
PAGE = CHECKOUT / "docs" / "first-study.md"
PICTURES = CHECKOUT / "docs" / "images" / "first-study"
sys.path[:0] = [str(CHECKOUT), str(CHECKOUT / "tests")]
WIDTH, HEIGHT = 1280, 720
PATIENCE = 300.0
"""Seconds that a window or a page may take to appear."""


def commands() -> list[list[str]]:
    """Return the commands of the page, as words."""
    blocks = re.findall(r"```sh\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    return [shlex.split(line) for block in blocks for line in block.splitlines()]


def files() -> dict[str, str]:
    """Return the files that the page shows: name -> text."""
    texts = re.findall(r"```yaml\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    return dict(zip(("severity.yaml", "lab.yaml"), texts, strict=True))


def follow(folder: Path, pictures: bool = False) -> None:
    """Run every command of the page in a folder.

    Raises
    ------
    RuntimeError
        If a command does not end as it should.
    """
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    for words in commands():
        print(f"$ {' '.join(words)}", flush=True)
        program = [sys.executable, "-m", "compassion", *words[1:]]
        if "--live" in words:
            _see_live(program, folder, environment)
        elif words[1] == "run":
            (folder / "lab.yaml").write_text(files()["lab.yaml"], "utf-8")
            _see_window(program, folder, environment, pictures)
        else:
            done = subprocess.run(
                program, cwd=folder, env=environment, capture_output=True, text=True, check=False
            )
            print(done.stdout, flush=True)
            if done.returncode:
                raise RuntimeError(f"{' '.join(words)} failed:\n{done.stdout}{done.stderr}")
    if pictures:
        draw(folder)


def _see_live(program: list[str], folder: Path, environment: dict[str, str]) -> None:
    """Open the page of the live preview once, and end it as Ctrl+C does."""
    process = subprocess.Popen(
        program, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        found = next(
            found
            for line in process.stdout
            if (found := re.search(r"http://\S+", line)) is not None
        )
        if b"<html" not in _opened(found[0].rstrip(".")):
            raise RuntimeError("the live preview shows no page")
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(PATIENCE)


def _opened(address: str) -> bytes:
    """Return a page of a server that may still be starting."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            with urlopen(address, timeout=PATIENCE) as page:
                return bytes(page.read())
        except URLError:
            if time.monotonic() > until:
                raise
            time.sleep(0.5)


def _see_window(
    program: list[str], folder: Path, environment: dict[str, str], pictures: bool
) -> None:
    """Run a participant's session until its first screen is shown, and end it as a power cut does."""
    from PIL import ImageGrab

    from experiments.lab.display import ensure_display
    from scripts.gallery import store

    display = ensure_display(f"{WIDTH}x{HEIGHT}")
    options = ["--participant", "p01", "--window", f"{WIDTH}x{HEIGHT}"]
    process = subprocess.Popen(
        [*program, *options], cwd=folder, env={**environment, "DISPLAY": display}
    )
    until, shown = time.monotonic() + PATIENCE, None
    try:
        while time.monotonic() < until and process.poll() is None:
            last, shown = shown, ImageGrab.grab(xdisplay=display)
            # A page of text has edges in many greys, and stays as it is.
            drawn = len(shown.getcolors(1 << 24) or ()) > 50
            if drawn and last is not None and last.tobytes() == shown.tobytes():
                break
            time.sleep(1.0)
        else:
            raise RuntimeError("the window in the laboratory shows no page")
    finally:
        process.kill()
        process.wait(PATIENCE)
    if pictures:
        store(shown, PICTURES / "window.png")


def draw(folder: Path) -> None:
    """Draw the pictures of the page from what the commands wrote."""
    from chromium import launch
    from PIL import Image
    from playwright.sync_api import sync_playwright

    from scripts.gallery import picture, store

    store(picture(folder / "severity.yaml"), PICTURES / "screen.png")
    with sync_playwright() as playwright:
        browser = launch(playwright)
        page = browser.new_page(viewport={"width": 900, "height": 620})
        for name, file in (
            ("report", folder / "reports" / "severity" / "report.html"),
            ("power", next((folder / "reports").rglob("power*/*.html"))),
        ):
            page.goto(file.as_uri())
            shot = folder / f"{name}.png"
            page.screenshot(path=str(shot))
            store(Image.open(shot), PICTURES / f"{name}.png")
        browser.close()


if __name__ == "__main__":
    given = [word for word in sys.argv[1:] if word != "--pictures"]
    target = Path(given[0]).resolve() if given else Path(tempfile.mkdtemp(prefix="first-study-"))
    target.mkdir(parents=True, exist_ok=True)
    begun = time.monotonic()
    follow(target, "--pictures" in sys.argv)
    print(f"Done in {(time.monotonic() - begun) / 60:.1f} minutes; everything is in {target}.")
