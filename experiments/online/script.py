"""``player.js``: jsPsych's browser build and our ES modules as one script, smaller than they are written.

The modules stand one after the other, each before those that import it, without their import and export lines;
no bundler is needed for that. Only the transport of the export's target is in it. Terser then shortens names,
the same way each time. jsPsych's build is taken as it comes but for its list of 1,952 random words, a quarter
of its weight: nothing is randomised in the browser.
"""

from __future__ import annotations

import re
import subprocess
from functools import lru_cache
from pathlib import Path

from experiments.online import node

PLAYER = Path(__file__).resolve().parent / "player"
_IMPORT = re.compile(r'^import \{[^}]*\} from "(\.[^"]+)";\n', re.MULTILINE)
_DECLARED = re.compile(
    r"^(?:export )?(?:async )?(?:function|class|const|let)\s+(\w+|\{[^}]*\})", re.MULTILINE
)
_WORDS = re.compile(r'\[(?:"[a-z]+",){1000,}"[a-z]+"\]')


@lru_cache(maxsize=8)
def player_js(target: str) -> str:
    """Return the script of a target: static, jatos, pavlovia or download.

    Raises
    ------
    node.NodeFault
        If node or jsPsych is not there and cannot be installed.
    ValueError
        If two modules declare the same name, which one script cannot hold.
    """
    modules = node.packages()
    library = _library(modules / "jspsych" / "dist" / "index.browser.min.js")
    ours = "\n".join(_plain(path) for path in in_order(PLAYER / "targets" / f"{target}.js"))
    return f"{library}\n{_shortened(ours, modules)}"


def _library(build: Path) -> str:
    # The address of the source map is another host's.
    text = re.sub(r"^//# sourceMappingURL=.*\n?", "", build.read_text("utf-8"), flags=re.M).rstrip()
    text, lists = _WORDS.subn("[]", text)
    if lists != 1:
        raise ValueError(f"{build} holds {lists} lists of words; look at what the new version has")
    return text


def in_order(path: Path) -> list[Path]:
    """Return the module and all that it imports, each after its own imports."""
    order: list[Path] = []

    def visit(module: Path, coming: tuple[Path, ...]) -> None:
        if module in coming:
            raise ValueError(f"{module.name} imports itself by way of {coming[-1].name}")
        if module not in order:
            for imported in _IMPORT.findall(module.read_text("utf-8")):
                visit((module.parent / imported).resolve(), (*coming, module))
            order.append(module)

    visit(path, ())
    owners: dict[str, Path] = {}
    for module in order:
        for name in _declared(module):
            if name in owners:
                raise ValueError(f"{module} and {owners[name]} both declare '{name}'")
            owners[name] = module
    return order


def _declared(module: Path) -> list[str]:
    found = _DECLARED.findall(module.read_text("utf-8"))
    return [name for group in found for name in re.findall(r"\w+", group)]


def _plain(module: Path) -> str:
    text = _IMPORT.sub("", module.read_text("utf-8"))
    return re.sub(r"^export ", "", text, flags=re.M)


def _shortened(script: str, modules: Path) -> str:
    call = [*node.command("node"), str(modules / "terser" / "bin" / "terser")]
    options = ["--compress", "passes=2", "--mangle", "--ecma", "2020"]
    done = subprocess.run(
        [*call, *options],
        input=f'(() => {{\n"use strict";\n{script}}})();\n',
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    if done.returncode:
        raise node.NodeFault(f"the player's modules do not parse as one script:\n{done.stderr}")
    return done.stdout
