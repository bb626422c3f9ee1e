"""Compiling: the experiment as PsychoPy itself writes it, as ``.psyexp``, Python and JavaScript."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from psychopy.experiment import Experiment
from psychopy.experiment.loops import TrialHandler

from experiments.interface import interface
from experiments.look import COLOURS
from experiments.online.export.builder.javascript import check_script
from experiments.online.export.builder.routines import Routine, font_of
from experiments.online.export.builder.tables import AMONG, BETWEEN, ROWS, WITHIN, Tables

#: Texts in the tables begin with two characters that are not shown.
_SHOWN = "def shown(cell):\n    return cell[2:]\n"
_SHOWN_JS = "function shown(cell) {\n  return cell.slice(2);\n}\n"
#: Whether a page is passed over: it is of another kind, or a condition on an earlier answer does not hold.
_PASSED = f"""\
given_answers = {{}}

def number_of(text):
    try:
        return float(text)
    except ValueError:
        return None

def same(answer, wanted):
    return answer == wanted or (
        number_of(answer) is not None and number_of(answer) == number_of(wanted)
    )

def holds(test):
    screen, measure, sign, wanted = test.split("{WITHIN}")
    answer = given_answers.get(screen + " " + measure, "")
    found = any(same(answer, each) for each in wanted.split("{AMONG}"))
    if sign == "missing" or answer == "":
        return answer == "" and sign in ("missing", "!=")
    if sign in ("=", "!="):
        return found == (sign == "=")
    number, limit = number_of(answer), float(wanted)
    if number is None:
        return False
    return {{
        "<": number < limit, ">": number > limit, "<=": number <= limit, ">=": number >= limit
    }}[sign]

def passed_over(kind, page_kind, page_given):
    tests = shown(page_given)
    return kind != page_kind or not all(holds(test) for test in tests.split("{BETWEEN}") if test)
"""
_PASSED_JS = f"""\
const given_answers = {{}};
function number_of(text) {{
  return String(text).trim() === "" || Number.isNaN(Number(text)) ? undefined : Number(text);
}}
function same(answer, wanted) {{
  return answer === wanted || (number_of(answer) !== undefined && number_of(answer) === number_of(wanted));
}}
function holds(test) {{
  const [screen, measure, sign, wanted] = test.split("{WITHIN}");
  const answer = given_answers[screen + " " + measure] || "";
  const found = wanted.split("{AMONG}").some((each) => same(answer, each));
  if (sign === "missing" || answer === "") return answer === "" && ["missing", "!="].includes(sign);
  if (["=", "!="].includes(sign)) return found === (sign === "=");
  const number = number_of(answer), limit = Number(wanted);
  if (number === undefined) return false;
  return {{"<": number < limit, ">": number > limit, "<=": number <= limit, ">=": number >= limit}}[sign];
}}
function passed_over(kind, page_kind, page_given) {{
  const tests = shown(page_given);
  return kind !== page_kind || !tests.split("{BETWEEN}").filter((test) => test).every(holds);
}}
"""
_SLOT = """\
given_answers.clear()
slot_row = [int(expInfo["slot"]) - 1 if str(expInfo["slot"]).strip().isdigit() else -1]
if not 0 <= slot_row[0] < {count}:
    raise ValueError("slot must be a whole number from 1 to {count}")
"""
_SLOT_JS = """\
slot_row = [/^\\s*\\d+\\s*$/.test(expInfo["slot"]) ? Number(expInfo["slot"]) - 1 : -1];
if (!(slot_row[0] >= 0 && slot_row[0] < {count})) {{
  throw new Error("slot must be a whole number from 1 to {count}");
}}
"""


def experiment_of(name: str, tables: Tables, language: str) -> Experiment:
    """Assemble the experiment: two loops (the slot, its pages) around one routine for each kind of page.

    Parameters
    ----------
    name
        Name of the experiment, and of its files without their extensions.
    """
    experiment = Experiment()
    settings = {
        "expName": name,
        "Experiment info": {"participant": "", "session": "1", "slot": "1"},
        "Units": "height",
        "color": COLOURS["background"],
        "colorSpace": "hex",
        "Show mouse": True,
        "Data file delimiter": "comma",
        "End Message": interface(language).texts["thanks_title"],
        # Blank, so that resources are listed in the script, where they are checked.
        "HTML path": "",
    }
    for parameter, value in settings.items():
        experiment.settings.params[parameter].val = value
    maxima = tables.numbered("page_option"), tables.numbered("page_image")
    for place, kind in enumerate(tables.kinds):
        routine = Routine(experiment, kind, font_of(language), *maxima)
        if place == 0:
            count = len(tables.slots)
            routine.code("shown", "Before Experiment", (_SHOWN + _PASSED, _SHOWN_JS + _PASSED_JS))
            code = _SLOT.format(count=count), _SLOT_JS.format(count=count)
            routine.code("slot", "Begin Experiment", code)
        experiment.flow.addRoutine(experiment.routines[kind], place)
    # The inner loop is added first: each loop encloses what is already in the flow.
    _loop(experiment, "screens", f"$slot_pages[{len(ROWS)}:]", is_trials=True)
    _loop(experiment, "slots", "$slot_row", is_trials=False)
    return experiment


def _loop(experiment: Experiment, name: str, rows: str, is_trials: bool) -> None:
    """Put a loop around the flow, over rows of the conditions file of the same name, in order."""
    handler = TrialHandler(
        exp=experiment,
        name=name,
        loopType="sequential",
        nReps=1,
        conditionsFile=f"{name}.csv",
        selectedRows=rows,
        isTrials=is_trials,
    )
    experiment.namespace.add(name)
    experiment.flow.addLoop(handler, 0, len(experiment.flow))


def write_experiment(folder: Path, name: str, tables: Tables, language: str) -> None:
    """Write the experiment and both scripts, compiled from the file that was written.

    Raises
    ------
    ExportError
        If PsychoPy's JavaScript does not pass our checks.
    """
    path = experiment_of(name, tables, language).saveToXML(str(folder / f"{name}.psyexp"))
    read_again = Experiment.fromFile(path)
    _read_rules_once()
    python = _compiled(read_again, folder / f"{name}.py", "PsychoPy")
    compile(python, f"{name}.py", "exec")
    javascript = _compiled(read_again, folder / f"{name}.js", "PsychoJS")
    check_script(javascript, folder, ["slots.csv", "screens.csv", *tables.media])


@cache
def _read_rules_once() -> None:
    """Let PsychoPy's translator keep its rules, which it reads again for every expression: half of its time."""
    from metapensiero.pj.processor import transforming

    transforming.load_transformations = cache(transforming.load_transformations)


def _compiled(experiment: Experiment, path: Path, target: str) -> str:
    script: str = experiment.writeScript(str(path), target=target)
    # The path at compile time is useless to others and would reveal details of this computer.
    script = script.replace(str(path), path.name).replace(str(path.parent), ".")
    path.write_text(script, encoding="utf-8", newline="\n")
    return script
