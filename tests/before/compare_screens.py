"""Compare all screens in the browser with the stored ones, by hand: ``python tests/before/compare_screens.py``.

Prints each screen that is missing or looks different; with ``--to FOLDER`` the new pictures are kept there.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from contextlib import closing
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from drawn_screens import (
    OneScreen,
    browser_screens,
    browser_screens_of_studies,
    drawn_in_browser,
    page_for_all,
    store,
    stored_index,
    unlike,
)
from playwright.sync_api import sync_playwright


def main(to: Path | None = None) -> int:
    """Print the differences; return 1 if there are any."""
    before, faults = stored_index("browser"), []
    screens = [*browser_screens(), *browser_screens_of_studies()]
    faults += [f"{name} is missing" for name in before.keys() - {shown.name for shown in screens}]
    program = shutil.which("chromium") or shutil.which("google-chrome")
    with (
        tempfile.TemporaryDirectory() as work,
        sync_playwright() as playwright,
        closing(OneScreen(page_for_all(Path(work) / "page"))) as server,
    ):
        chromium = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        for shown in screens:
            picture = drawn_in_browser(chromium, server, shown)
            if to is not None:
                store(picture, to / f"{shown.name.replace('/', '_')}.webp")
            fault = unlike(before[shown.name], picture) if shown.name in before else "is new"
            faults += [f"{shown.name}: {fault}"] if fault else []
        chromium.close()
    print("\n".join(sorted(faults)) or f"{len(screens)} screens look as before.")
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[2]) if sys.argv[1:2] == ["--to"] else None))
