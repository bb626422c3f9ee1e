"""Checks of the JavaScript that PsychoPy writes, before it is exported.

PsychoPy reports no error if it cannot translate something; the Python that it leaves in the script then fails in
the participant's browser.
"""

from __future__ import annotations

import importlib.util
import re
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path

from experiments.online.export import node
from experiments.online.export.exporting import ExportError

_NOT_CODE = re.compile(
    r"""//[^\n]*|/\*.*?\*/|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`""", re.DOTALL
)
_PYTHON = re.compile(r"(?<![.\w$])(?:None|False|True|win(?=\.))(?![\w$])")
_RESOURCE = re.compile(r"\{'name': '([^']*)', 'path': '([^']*)'\}")


def check_translator() -> None:
    """Check that PsychoPy can translate expressions into JavaScript.

    Raises
    ------
    ExportError
        If the library that it uses for this is missing.
    """
    try:
        found = importlib.util.find_spec("metapensiero.pj")
    except ModuleNotFoundError:
        found = None
    if found is None:
        raise ExportError(
            "PsychoPy needs JavaScripthon to write JavaScript; without it, Python code remains in the script.\n"
            "Install it with `pip install javascripthon==0.13`. This compiles one of its parts, which needs\n"
            "a C compiler (Debian and Ubuntu: apt install gcc python3-dev)."
        )


def check_script(script: str, folder: Path, needed: Iterable[str]) -> None:
    """Check a script before it is exported.

    Parameters
    ----------
    script
        The text of the JavaScript.
    folder
        Where its resources are.
    needed
        Names of the resources that pages use.

    Raises
    ------
    ExportError
        If the script has faults, all of which are listed: Python left in it, a syntax error, a resource that
        is undeclared, missing or on another host.
    """
    faults = [*_python_in(script), *_syntax(script), *_resources(script, folder, needed)]
    if faults:
        listed = "\n".join(f"- {fault}" for fault in faults)
        raise ExportError(
            f"the JavaScript that PsychoPy wrote cannot be used; nothing was exported.\n{listed}"
        )


def _python_in(script: str) -> list[str]:
    # Strings and comments are blanked character by character, so that line numbers stay the same.
    code = _NOT_CODE.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), script)
    return [
        f"line {code.count(chr(10), 0, match.start()) + 1} contains Python's '{match[0]}'"
        for match in _PYTHON.finditer(code)
    ]


def _syntax(script: str) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        module = Path(folder) / "script.mjs"
        module.write_text(script, encoding="utf-8")
        command = [*node.command("node"), "--check", str(module)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return []
    lines = [line.strip() for line in done.stderr.splitlines() if line.strip()]
    place = re.search(r"script\.mjs:(\d+)", done.stderr)
    error = next((line for line in lines if "Error" in line), "a syntax error")
    return [f"line {place[1] if place else '?'}: {error}"]


def _resources(script: str, folder: Path, needed: Iterable[str]) -> list[str]:
    declared = dict(_RESOURCE.findall(script))
    faults = [
        f"the resource '{name}' is used, but not declared"
        for name in needed
        if name not in declared
    ]
    for name, path in declared.items():
        if "//" in path:
            faults.append(f"the resource '{name}' is on another host ({path})")
        elif not (folder / path).is_file():
            faults.append(f"the resource '{name}' is declared, but there is no file {path}")
    return faults
