"""PDF: the page printed by a browser that is installed anyway (Chromium, Chrome or Edge)."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

NAMES = (
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"),
    *("microsoft-edge", "microsoft-edge-stable", "msedge", "brave-browser"),
)
#: Where these programs stand on systems that do not put them on the PATH.
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
    r"C:\Program Files\Microsoft\Edge\Application\msedge.exe",
)
SECONDS = 120


def browser() -> str | None:
    """A browser that can print a page; None if none is found."""
    for name in NAMES:
        if found := shutil.which(name):
            return found
    return next((place for place in PLACES if Path(place).is_file()), None)


def print_pdf(html: Path, pdf: Path) -> str:
    """Print a page to PDF.

    Returns
    -------
    str
        Why there is no PDF; empty if there is one.
    """
    program = browser()
    if program is None:
        return (
            "No PDF: no Chromium, Chrome or Edge was found to print it with. Open the HTML page and print"
            " it to PDF, or install one of them."
        )
    with tempfile.TemporaryDirectory(prefix="compassion-print-") as profile:
        command = [
            program,
            "--headless",
            "--disable-gpu",
            "--no-first-run",
            "--disable-extensions",
            f"--user-data-dir={profile}",
            "--no-pdf-header-footer",
            f"--print-to-pdf={pdf.resolve()}",
            html.resolve().as_uri(),
        ]
        # Chromium refuses its sandbox to root, who alone is there in a container.
        if sys.platform != "win32" and os.geteuid() == 0:
            command.insert(1, "--no-sandbox")
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, timeout=SECONDS, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            return f"No PDF: {Path(program).name} did not print it ({error}). The HTML page is complete."
    if done.returncode != 0 or not pdf.is_file():
        last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        return f"No PDF: {Path(program).name} did not print it ({last}). The HTML page is complete."
    return ""
