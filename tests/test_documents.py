"""The files, commands, options and places of changes that CONTRIBUTING and README name exist.

The forms of issues and the citation file have the fields that GitHub needs.
"""

from __future__ import annotations

import re
import tomllib
from importlib import import_module
from pathlib import Path

import pytest
import yaml
from typer.main import get_command

from compassion.commands.main import app
from experiments.places import CHECKOUT
from scripts.docs_pages import PAGES

DOCUMENTS = ("README.md", "CONTRIBUTING.md")
ROOMS = (
    "experiments",
    "analysis",
    "compassion",
    "tests",
    "stimuli",
    "protocols",
    "docs",
    "benchmarks",
)
NEW = re.compile(r"New file `([^`]+)`:\n\n```\w+\n(.*?)^```$", re.DOTALL | re.MULTILINE)
CHANGE = re.compile(r"In `([^`]+)`[^\n]*:\n\n((?:```diff\n.*?^```$\n*)+)", re.DOTALL | re.MULTILINE)
DIFF = re.compile(r"```diff\n(.*?)^```$", re.DOTALL | re.MULTILINE)
COMMAND = re.compile(r"compassion ((?:[a-z]+ ?)+)([^\n`#]*)")


def text_of(name: str) -> str:
    return (CHECKOUT / name).read_text(encoding="utf-8")


def paths_of(text: str) -> set[str]:
    """Return the paths in a document that begin with a room of the repository."""
    named = re.findall(rf"(?<![\w/.])((?:{'|'.join(ROOMS)})/[\w./-]*\w/?)", text)
    made = {new for new, _ in NEW.findall(text)}
    return {path.rstrip("/.") for path in named} - made


def changes(text: str) -> list[tuple[str, str]]:
    """Return each block of lines to add, with its file."""
    return [
        (file, block) for file, blocks in CHANGE.findall(text) for block in DIFF.findall(blocks)
    ]


def sides(block: str) -> tuple[str, str]:
    """Return the lines that a block replaces in a file, and their replacement."""
    lines = block.splitlines(keepends=True)
    before = "".join(line[1:] for line in lines if line[0] in " -")
    return before, "".join(line[1:] for line in lines if line[0] in " +")


def commands_of(text: str) -> list[tuple[str, list[str]]]:
    """Return the commands that a document names, each with its options."""
    return [
        (words.strip(), re.findall(r"(--[a-z-]+)", rest)) for words, rest in COMMAND.findall(text)
    ]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_path_is_there(document: str) -> None:
    written_later = {
        "protocols/hear_more.yaml",
        "protocols/rain_relief.yaml",
        "experiments/interface/LANGUAGE.po",
        "experiments/interface/fr.po",
        "docs/site",
    }
    paths = paths_of(text_of(document)) - written_later
    assert len(paths) > 10
    assert [path for path in sorted(paths) if not (CHECKOUT / path).exists()] == []


@pytest.mark.parametrize(
    "document",
    [*DOCUMENTS, *(f"docs/{path.name}" for path in sorted((CHECKOUT / "docs").glob("*.md")))],
)
def test_every_link_leads_to_a_file(document: str) -> None:
    links = re.findall(r"\[[^\]\n]*\]\(([^)#\s]+)", text_of(document))
    own = [link for link in links if "://" not in link]
    home = (CHECKOUT / document).parent
    assert [link for link in own if not (home / link).exists()] == []


@pytest.mark.parametrize("page", PAGES)
def test_a_page_made_from_other_files_is_up_to_date(page: str) -> None:
    written = text_of(f"docs/{page}")
    assert written == PAGES[page](), "write it again: python -m scripts.docs_pages"


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_command_is_there_with_its_options(document: str) -> None:
    found = commands_of(text_of(document))
    assert len(found) > 3
    for words, options in found:
        command, path = get_command(app), words.split()
        while path and path[0] in getattr(command, "commands", {}):
            command = command.commands[path.pop(0)]
        assert command is not get_command(app), f"no command {words!r}"
        known = {name for parameter in command.params for name in parameter.opts}
        assert set(options) <= known | {"--help"}, (words, options)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_target_of_make_is_there(document: str) -> None:
    makefile = text_of("Makefile")
    for target in re.findall(
        r"\bmake (demo|test|proof|check|setup|docs|gallery|lock)\b", text_of(document)
    ):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


@pytest.mark.parametrize("container", ["experiments", "analysis"])
def test_the_rooms_are_in_the_order_that_import_linter_holds(container: str) -> None:
    contracts = tomllib.loads(text_of("pyproject.toml"))["tool"]["importlinter"]["contracts"]
    layers = next(each["layers"] for each in contracts if each.get("containers") == [container])
    table = text_of("CONTRIBUTING.md").split(f"| `{container}/` | contents |")[1].split("\n\n")[0]
    rows = [re.findall(r"`(\w+)(?:/|\.py)`", row.split(" | ")[0]) for row in table.splitlines()[2:]]
    place = {room: number for number, row in enumerate(rows) for room in row}
    order = [place[room] for layer in layers for room in layer.split(" | ")]
    assert order == sorted(order)
    assert len(order) == len(place)


@pytest.mark.parametrize(("file", "block"), changes(text_of("CONTRIBUTING.md")))
def test_a_change_fits_into_its_file(file: str, block: str) -> None:
    before, after = sides(block)
    text = text_of(file)
    assert text.count(before.rstrip("\n")) == 1, f"these lines are no longer in {file}:\n{before}"
    assert before != after


@pytest.mark.parametrize("file", [file for file, _ in NEW.findall(text_of("CONTRIBUTING.md"))])
def test_a_new_file_is_new_and_has_a_folder(file: str) -> None:
    assert not (CHECKOUT / file).exists()
    assert Path(CHECKOUT / file).parent.is_dir()


IMPORTED = re.findall(
    r"^from ((?:experiments|analysis)\S+) import (.+)$", text_of("CONTRIBUTING.md"), re.M
)


@pytest.mark.parametrize(("module", "names"), IMPORTED)
def test_what_an_example_imports_is_there(module: str, names: str) -> None:
    made = {
        file[:-3].replace("/", ".")
        for file, _ in NEW.findall(text_of("CONTRIBUTING.md"))
        if file.endswith(".py")
    }
    if module not in made:
        assert [
            name for name in names.split(", ") if not hasattr(import_module(module), name)
        ] == []


@pytest.mark.parametrize("form", ["bug", "study", "feature"])
def test_a_form_has_what_github_needs(form: str) -> None:
    made = yaml.safe_load(text_of(f".github/ISSUE_TEMPLATE/{form}.yml"))
    assert made.keys() == {"name", "description", "labels", "body"}
    questions = [part for part in made["body"] if part["type"] != "markdown"]
    assert questions
    assert len({part["id"] for part in questions}) == len(questions)
    for part in made["body"]:
        assert part["type"] in {"markdown", "textarea", "input", "dropdown", "checkboxes"}
        assert part["attributes"].get("value" if part["type"] == "markdown" else "label")
        assert (part["type"] == "dropdown") == ("options" in part["attributes"])


def test_the_citation_agrees_with_the_package() -> None:
    cited = yaml.safe_load(text_of("CITATION.cff"))
    project = tomllib.loads(text_of("pyproject.toml"))["project"]
    assert (cited["version"], cited["license"]) == (project["version"], project["license"])
    assert cited["authors"] == [{"name": "The compassion developers"}]
    assert {"cff-version", "message", "title"} <= cited.keys()


def test_folders_of_data_in_examples_have_the_version_of_the_study() -> None:
    shown = [CHECKOUT / "README.md", *(CHECKOUT / "docs").glob("*.md")]
    shown += (CHECKOUT / "compassion").rglob("*.py")
    named = {
        (study, version)
        for path in shown
        for study, version in re.findall(r"data/(\w+)/(\d\S*?)/", path.read_text("utf-8"))
        if (CHECKOUT / "protocols" / f"{study}.yaml").exists()
    }
    assert len(named) == 2
    for study, version in named:
        assert re.search(
            rf"(?m)^version: {re.escape(version)}$", text_of(f"protocols/{study}.yaml")
        )
