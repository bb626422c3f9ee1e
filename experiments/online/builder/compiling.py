"""Compiling: the experiment as Builder has it, written by PsychoPy itself as ``.psyexp``, Python and JavaScript."""

from __future__ import annotations

from pathlib import Path

from psychopy.experiment import Experiment
from psychopy.experiment.loops import TrialHandler

from experiments.online.builder.both import Both
from experiments.online.builder.components import colours
from experiments.online.builder.routines import Most, Words, add_openings, add_page
from experiments.online.builder.tables import Tables

HERE = Path(__file__).resolve().parent
_LINE = "below this line it is part of the experiment ----"


def experiment_of(name: str, tables: Tables, words: Words) -> Experiment:
    """Assemble the experiment: find the slot, go through its pages.

    Parameters
    ----------
    name
        Name of the experiment; a file name without ending.
    """
    experiment = Experiment()
    settings = experiment.settings.params
    settings["expName"].val = name
    settings["Experiment info"].val = {"participant": "", "session": "1", "slot": "1"}
    settings["Units"].val = "height"
    settings["color"].val = colours()["background"]
    settings["colorSpace"].val = "hex"
    settings["Show mouse"].val = True
    settings["Data file delimiter"].val = "comma"
    settings["End Message"].val = words.thanks
    # Blank, so that resources are listed in the script, and the check below sees them.
    settings["HTML path"].val = ""
    code = Both(_code("in_experiment.py"), _code("in_experiment.js"))
    names = add_openings(experiment, len(tables.slots), code)
    for routine in tables.routines():
        add_page(experiment, routine, words, Most(tables.most_options, tables.most_pictures))
        names.append(routine)
    flow = experiment.flow
    for place, routine in enumerate(names):
        flow.addRoutine(experiment.routines[routine], place)
    # The inner loop first: each goes round what stands there already, to the end.
    _loop(experiment, "screens", "$slot_rows", start=2, is_trials=True)
    _loop(experiment, "slots", "$[slot_row]", start=1, is_trials=False)
    return experiment


def _loop(experiment: Experiment, name: str, rows: str, start: int, is_trials: bool) -> None:
    """Put a loop round the flow, over rows of the conditions file of the same name, in their order."""
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
    experiment.flow.addLoop(handler, start, len(experiment.flow))


def _code(name: str) -> str:
    return (HERE / name).read_text("utf-8").split(_LINE, 1)[1].strip() + "\n"
