"""The page's two scripts, assembled from jsPsych's browser build and our ES modules.

``start.js`` is small and comes first: it opens the session while ``player.js``, with jsPsych and the screens, is
still loading, which saves a round trip on a slow connection. Each script is a concatenation of modules, every module
before those that import it, without import and export lines, so that no bundler is needed. Every file of ``kinds/``
is included, but of ``transport/`` only the file of the export's target. Terser then shortens the code, with the same
result each time. jsPsych's build is used unchanged except that its list of 1,952 random words, a quarter of its
size, is removed: nothing is randomised in the browser.
"""

from __future__ import annotations

import re
import subprocess
from functools import lru_cache
from pathlib import Path

from experiments.online.export import node

PLAYER = Path(__file__).resolve().parent.parent / "player"
_IMPORT = re.compile(r'^import \{([^}]*)\} from "(\.[^"]+)";\n', re.MULTILINE)
_DECLARED = re.compile(
    r"^(?:export )?(?:async )?(?:function|class|const|let)\s+(\w+|\{[^}]*\})", re.MULTILINE
)
_WORDS = re.compile(r'\[(?:"[a-z]+",){1000,}"[a-z]+"\]')
#: How ``start.js`` imports the player, the module that it waits for.
_LATER = 'import("./player.js")'


@lru_cache(maxsize=8)
def scripts(target: str) -> dict[str, str]:
    """Return the scripts of a target (static, jatos or pavlovia) by their file names.

    Raises
    ------
    node.NodeError
        If Node.js, jsPsych or terser is missing and cannot be installed.
    ValueError
        If two modules declare the same name, which is impossible in one script.
    """
    modules = node.packages()
    first, later = in_order(target)
    shared = ", ".join(sorted(_imported_names(later, first)))
    start = "\n".join(
        [
            "let resolvePlayer;",
            "const playerLoaded = new Promise((resolve) => { resolvePlayer = resolve; });",
            *(_plain(path).replace(_LATER, "playerLoaded") for path in first),
            f"globalThis.compassion = {{ {shared}, resolvePlayer }};",
            "start(Transport);",
        ]
    )
    player = "\n".join(
        [
            f"const {{ {shared}, resolvePlayer }} = globalThis.compassion;",
            *(_plain(path) for path in later),
            "resolvePlayer({ Player });",
        ]
    )
    library = _library(modules / "jspsych" / "dist" / "index.browser.min.js")
    return {
        "start.js": _shortened(start, modules),
        "player.js": f"{library}\n{_shortened(player, modules)}",
    }


def in_order(target: str) -> tuple[list[Path], list[Path]]:
    """Return the modules of ``start.js`` and those of ``player.js``, each module after its own imports."""
    first = _with_imports([PLAYER / "start.js", PLAYER / "transport" / f"{target}.js"], [])
    kinds = sorted((PLAYER / "kinds").glob("*.js"))
    later = _with_imports([PLAYER / "player.js", *kinds], first)
    owners: dict[str, Path] = {}
    for module in (*first, *later):
        for name in _declared(module):
            if name in owners:
                raise ValueError(f"{module} and {owners[name]} both declare '{name}'")
            owners[name] = module
    return first, later


def _with_imports(entries: list[Path], before: list[Path]) -> list[Path]:
    order: list[Path] = []

    def visit(module: Path, importers: tuple[Path, ...]) -> None:
        if module in importers:
            raise ValueError(f"{module.name} imports itself through {importers[-1].name}")
        if module not in order and module not in before:
            for _, imported in _IMPORT.findall(module.read_text("utf-8")):
                visit((module.parent / imported).resolve(), (*importers, module))
            order.append(module)

    for entry in entries:
        visit(entry, ())
    return order


def _imported_names(importers: list[Path], sources: list[Path]) -> set[str]:
    """Return the names that modules import from ``sources``."""
    return {
        name
        for module in importers
        for names, imported in _IMPORT.findall(module.read_text("utf-8"))
        if (module.parent / imported).resolve() in sources
        for name in re.findall(r"\w+", names)
    }


def _declared(module: Path) -> list[str]:
    found = _DECLARED.findall(module.read_text("utf-8"))
    return [name for group in found for name in re.findall(r"\w+", group)]


def _plain(module: Path) -> str:
    text = _IMPORT.sub("", module.read_text("utf-8"))
    return re.sub(r"^export ", "", text, flags=re.M)


def _library(build: Path) -> str:
    # The source map is on another host.
    text = re.sub(r"^//# sourceMappingURL=.*\n?", "", build.read_text("utf-8"), flags=re.M).rstrip()
    text, lists = _WORDS.subn("[]", text)
    if lists != 1:
        raise ValueError(
            f"{build} has {lists} lists of random words instead of one; adapt _WORDS to this version"
        )
    return text


# The player's script is the same in every target.
@lru_cache(maxsize=8)
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
        raise node.NodeError(f"the player's modules do not parse as one script:\n{done.stderr}")
    return done.stdout
