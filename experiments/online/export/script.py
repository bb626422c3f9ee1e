"""The page's two scripts, made of jsPsych's browser build and our ES modules.

``start.js`` is small and comes first: it opens the session while ``player.js``, with jsPsych and the screens, is
still on its way; on a slow connection that saves a round trip. In each the modules follow one another, each before
those that import it, without their import and export lines; no bundler is needed for that. Of ``transport/`` only
the file of the export's target is in them, of ``kinds/`` every file. Terser then shortens names, the same way each
time. jsPsych's build is taken as it comes but for its list of 1,952 random words, a quarter of its weight: nothing
is randomised in the browser.
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
#: The module that the start waits for, as the start imports it.
_LATER = 'import("./player.js")'


@lru_cache(maxsize=8)
def scripts(target: str) -> dict[str, str]:
    """Return the scripts of a target (static, jatos or pavlovia) by their file names.

    Raises
    ------
    node.NodeError
        If node, jsPsych or terser is not there and cannot be installed.
    ValueError
        If two modules declare the same name, which one script cannot hold.
    """
    modules = node.packages()
    first, later = in_order(target)
    shared = ", ".join(sorted(_names_taken(later, first)))
    start = "\n".join(
        [
            "let playerHasCome;",
            "const playerComes = new Promise((resolve) => { playerHasCome = resolve; });",
            *(_plain(path).replace(_LATER, "playerComes") for path in first),
            f"globalThis.compassion = {{ {shared}, playerHasCome }};",
            "start(Transport);",
        ]
    )
    player = "\n".join(
        [
            f"const {{ {shared}, playerHasCome }} = globalThis.compassion;",
            *(_plain(path) for path in later),
            "playerHasCome({ Player });",
        ]
    )
    library = _library(modules / "jspsych" / "dist" / "index.browser.min.js")
    return {
        "start.js": _shortened(start, modules),
        "player.js": f"{library}\n{_shortened(player, modules)}",
    }


def in_order(target: str) -> tuple[list[Path], list[Path]]:
    """Return the modules that start the page, and those that come later, each after its own imports."""
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

    def visit(module: Path, coming: tuple[Path, ...]) -> None:
        if module in coming:
            raise ValueError(f"{module.name} imports itself by way of {coming[-1].name}")
        if module not in order and module not in before:
            for _, imported in _IMPORT.findall(module.read_text("utf-8")):
                visit((module.parent / imported).resolve(), (*coming, module))
            order.append(module)

    for entry in entries:
        visit(entry, ())
    return order


def _names_taken(takers: list[Path], givers: list[Path]) -> set[str]:
    """Return the names that modules import from others."""
    return {
        name
        for module in takers
        for names, imported in _IMPORT.findall(module.read_text("utf-8"))
        if (module.parent / imported).resolve() in givers
        for name in re.findall(r"\w+", names)
    }


def _declared(module: Path) -> list[str]:
    found = _DECLARED.findall(module.read_text("utf-8"))
    return [name for group in found for name in re.findall(r"\w+", group)]


def _plain(module: Path) -> str:
    text = _IMPORT.sub("", module.read_text("utf-8"))
    return re.sub(r"^export ", "", text, flags=re.M)


def _library(build: Path) -> str:
    # The address of the source map is another host's.
    text = re.sub(r"^//# sourceMappingURL=.*\n?", "", build.read_text("utf-8"), flags=re.M).rstrip()
    text, lists = _WORDS.subn("[]", text)
    if lists != 1:
        raise ValueError(f"{build} holds {lists} lists of words; look at what the new version has")
    return text


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
