"""PsychoPy opens and compiles the export; the JavaScript passes our checks, and runs against a stub of PsychoJS."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import going_back
import pytest
from builder_sessions import STUDIES, Opened, Step, line_of, session

from experiments.errors import UserError
from experiments.measures import KINDS
from experiments.online.export import node
from experiments.online.export.builder import javascript, writing
from experiments.online.export.builder.javascript import check_script, check_translator
from experiments.online.export.builder.writing import HandedOver, write_builder
from experiments.online.export.exporting import ExportError, order
from experiments.study import Study, open_study

pytest.importorskip("metapensiero.pj", reason="JavaScripthon is not installed")
pytestmark = pytest.mark.slow
HERE = Path(__file__).resolve().parent
SLOTS = 6


def export_builder(
    study: Study, folder: Path, mode: str = "lottery", language: str = "en", slots: int = SLOTS
) -> HandedOver:
    """Export a study for Builder."""
    return write_builder(study, folder, order(study, "builder", mode, [language], slots))


@pytest.fixture(scope="module")
def exported(
    opened: Opened, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str, str], Path]:
    """Return a function that exports a study for Builder, each once; skip where node is missing."""
    try:
        node.command("node")
    except node.NodeError as fault:
        pytest.skip(str(fault))
    made: dict[tuple[str, str], Path] = {}

    def export(name: str, mode: str) -> Path:
        if (name, mode) not in made:
            folder = tmp_path_factory.mktemp("builder") / "export"
            made[name, mode] = export_builder(opened(name), folder, mode).experiment
        return made[name, mode]

    return export


def test_every_kind_of_screen_has_a_routine_or_is_refused() -> None:
    from experiments.online.export.builder.parts import PARTS
    from experiments.online.export.builder.refused import KINDS_REFUSED
    from experiments.online.export.builder.routines import Routine

    shown = {"read", "look", *KINDS} - KINDS_REFUSED
    kinds = {PARTS[kind][0] if kind in PARTS else kind for kind in shown}
    assert {kind for kind in kinds if not hasattr(Routine, kind)} == set()
    assert not any(hasattr(Routine, kind) for kind in KINDS_REFUSED)


def test_a_study_with_a_back_button_is_refused(tmp_path: Path) -> None:
    study = going_back.write(tmp_path)
    with pytest.raises(ExportError, match=r"'step_3' has a Back button, .* take 'back' away"):
        export_builder(study, tmp_path / "export", "main", slots=1)


@pytest.mark.parametrize(("name", "mode"), STUDIES)
def test_psychopy_opens_what_was_written(
    exported: Callable[[str, str], Path], name: str, mode: str
) -> None:
    from psychopy.experiment import Experiment

    path = exported(name, mode)
    assert path.name == f"{name}_{mode}.psyexp"
    names = {each.name for each in path.parent.iterdir()}
    scripts = {f"{name}_{mode}.{ending}" for ending in ("psyexp", "py", "js")}
    tables = {"slots.csv", "screens.csv"}
    assert {*scripts, *tables, "index.html", "map.yaml", "protocol.yaml", "README.md"} <= names
    read = Experiment.fromFile(str(path))
    assert not [
        parameter
        for routine in read.routines.values()
        for component in routine
        for parameter in component.params.values()
        if parameter.categ == "Unknown"
    ]
    loops = [entry.loop for entry in read.flow if entry.getType() == "LoopInitiator"]
    assert [loop.params["conditionsFile"].val for loop in loops] == ["slots.csv", "screens.csv"]
    assert {loop.params["loopType"].val for loop in loops} == {"sequential"}
    assert {loop.params["random seed"].val for loop in loops} == {""}
    # One routine for each kind of screen, and nothing else.
    expected = {"choose", "write", "read", "give", "rate"} | ({"look"} if mode == "dots" else set())
    assert set(read.routines) == expected | (set() if name == "identified_victim" else {"mark"})


@pytest.mark.parametrize(("name", "mode"), STUDIES)
def test_the_scripts_draw_nothing_at_random_and_ask_no_other_host(
    exported: Callable[[str, str], Path], name: str, mode: str
) -> None:
    path = exported(name, mode)
    script = path.with_suffix(".js").read_text("utf-8")
    assert not re.search(r"shuffle|randint|randchoice|Math\.random|Counterbalance", script)
    assert set(re.findall(r"method: TrialHandler\.Method\.(\w+)", script)) == {"SEQUENTIAL"}
    assert set(re.findall(r"seed: (\w+)", script)) == {"undefined"}
    assert "https://" not in script.replace("https://opensciencetools.org", "")
    python = path.with_suffix(".py").read_text("utf-8")
    assert set(re.findall(r"method='(\w+)'", python)) == {"sequential"}
    assert str(path.parent) not in python + script
    compile(python, path.name, "exec")
    check_script(script, path.parent, ["slots.csv", "screens.csv"])


def run_in_stub(export: Path, folder: Path, slot: str, steps: list[Step]) -> dict[str, Any]:
    """Run the compiled JavaScript from the first page to the last."""
    site = shutil.copytree(export.parent, folder / "site")
    (site / "lib").mkdir()
    (site / "package.json").write_text('{"type": "module"}')
    script = site / f"{export.stem}.js"
    library = re.findall(r"from '\./(lib/psychojs-[\d.]+\.js)'", script.read_text("utf-8"))
    shutil.copy(HERE / "psychojs_stub.js", site / library[0])
    given = {"script": str(script), "slot": slot, "answers": [step.hand for step in steps]}
    result = subprocess.run(
        [*node.command("node"), str(HERE / "run_stub.mjs")],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        cwd=site,
        encoding="utf-8",
        check=False,
    )
    if result.returncode:
        raise AssertionError(result.stderr[-3000:])
    return json.loads(result.stdout)


WAYS: dict[str, dict[str, Any]] = {
    "to the end": {
        "suspicion.suspicion": 'they said "no", then left',
        "vignettes.distress": None,
        "appeal.donation": 1.0,
    },
    "declined": {"consent.agree": 1},
    "under age": {"consent.age": "17"},
    "no age, some skipped": {
        "consent.age": None,
        "comprehension.money": 1,
        "believed": None,
        "appeal.donation": None,
    },
}


@pytest.mark.parametrize(
    ("name", "mode", "way"),
    [
        *((name, mode, "to the end") for name, mode in STUDIES),
        *(("identified_victim", "lottery", way) for way in WAYS if way != "to the end"),
    ],
)
def test_the_javascript_shows_the_pages_and_writes_the_answers(
    exported: Callable[[str, str], Path],
    tmp_path: Path,
    name: str,
    mode: str,
    way: str,
) -> None:
    steps = session(open_study(exported(name, mode).parent / "protocol.yaml"), mode, 2, WAYS[way])
    assert (len(steps) > 20) == (way in ("to the end", "no age, some skipped"))
    result = run_in_stub(exported(name, mode), tmp_path, "2", steps)
    assert [line_of(entry) for entry in result["entries"] if entry.get("screen")] == [
        step.line for step in steps
    ]
    assert result["isCompleted"] is True


@pytest.mark.parametrize("slot", ["0", "7", "-1", "1.5", "", "two"])
def test_a_slot_that_does_not_exist_stops_the_javascript(
    exported: Callable[[str, str], Path], tmp_path: Path, slot: str
) -> None:
    with pytest.raises(AssertionError, match="slot must be a whole number from 1 to 6"):
        run_in_stub(exported("identified_victim", "lottery"), tmp_path, slot, [])


GOOD = """
// None of this counts: 'False'
const text = "None", other = 'True', more = `win.units`; /* True */
let resources = [ {'name': 'a.csv', 'path': 'a.csv'}, ];
const NoneOfThese = {True1: psychoJS.window, a: text.None};
"""


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("other = 'True'", "other = None"), "line 3 contains Python's 'None'"),
        (("let resources", "let x = (False)\nlet resources"), "line 4 contains Python's 'False'"),
        (("psychoJS.window", "win.units"), "line 5 contains Python's 'win'"),
        (("let resources", "let let resources"), r"line 4: SyntaxError"),
        (("'path': 'a.csv'", "'path': 'b.csv'"), "'a.csv' is declared, but there is no file b.csv"),
        (("'path': 'a.csv'", "'path': 'https://x/a.csv'"), "is on another host"),
        (("'name': 'a.csv'", "'name': 'c.csv'"), "the resource 'a.csv' is used, but not declared"),
    ],
)
def test_a_script_with_a_fault_is_refused(
    tmp_path: Path, change: tuple[str, str], message: str
) -> None:
    (tmp_path / "a.csv").touch()
    check_script(GOOD, tmp_path, ["a.csv"])
    with pytest.raises(ExportError, match=message):
        check_script(GOOD.replace(*change), tmp_path, ["a.csv"])


def test_a_picture_that_is_missing_fails_the_export(
    opened: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def all_but_one(pictures: dict[str, str], media: Path) -> None:
        real(dict(list(pictures.items())[1:]), media)

    real = writing.copy_pictures
    monkeypatch.setattr(writing, "copy_pictures", all_but_one)
    with pytest.raises(ExportError, match=r"'media/portraits/.*\.png' is used, but not declared"):
        export_builder(opened("identified_victim"), tmp_path / "export")
    assert list(tmp_path.iterdir()) == []


def test_without_the_translator_the_export_says_what_to_install(
    opened: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(javascript.importlib.util, "find_spec", lambda _: None)
    with pytest.raises(ExportError, match=r"pip install javascripthon==.*\n.*gcc"):
        check_translator()
    with pytest.raises(ExportError, match="JavaScripthon"):
        export_builder(opened("identified_victim"), tmp_path / "export")
    assert list(tmp_path.iterdir()) == []


def test_python_left_in_by_psychopy_without_the_translator_is_found(
    opened: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from psychopy.experiment import py2js_transpiler

    monkeypatch.setattr(py2js_transpiler, "translates", None)
    with pytest.raises(ExportError, match="contains Python's"):
        export_builder(opened("identified_victim"), tmp_path / "export")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"mode": "lotery"}, "there is no mode 'lotery'"),
        ({"language": "he"}, "cannot show 'he': its buttons do not support right-to-left text"),
        ({"language": "fr"}, "no texts in 'fr'"),
        ({"slots": 5000}, "the allocation list has 1314"),
    ],
)
def test_what_cannot_be_exported_is_reported(
    opened: Opened, tmp_path: Path, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(UserError, match=message):
        export_builder(opened("identified_victim"), tmp_path / "export", **options)
    assert list(tmp_path.iterdir()) == []


def test_what_is_there_is_never_overwritten(opened: Opened, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("precious")
    with pytest.raises(ExportError, match="never overwrite"):
        export_builder(opened("identified_victim"), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_the_readme_says_what_a_hand_over_does_and_does_not(
    exported: Callable[[str, str], Path],
) -> None:
    note = (exported("identified_victim", "lottery").parent / "README.md").read_text("utf-8")
    for sentence in (
        "## What it does\n",
        "## What it does not do\n",
        "- `comprehension`: asked once; the page 'comprehension.money.explained' and the next attempt are left out",
        "- `receipt`: amounts from earlier answers are shown as '…'.",
        "| `protocol.yaml`, `stimuli/` |",
        "Stakes: lottery",
        "**No second attempts.**",
        "**No participant code on the last page.**",
        "**No allocation.**",
        "**No crash safety.**",
        "**Never checked:** PsychoJS itself in a browser, and Pavlovia.",
    ):
        assert sentence in note
    assert "\n\n\n" not in note
