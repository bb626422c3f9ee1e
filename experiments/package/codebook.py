"""The codebook: description, unit and levels of each column, factor and measure of the data."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from math import isfinite
from typing import Any

from experiments.answer_range import Range
from experiments.language.by import By
from experiments.package.bids import RULE_OF_TSV
from experiments.package.csv_table import RULE_OF_CSV
from experiments.package.dials import COLUMNS as DIAL_COLUMNS
from experiments.package.dials import has_dials
from experiments.package.imported import DESCRIBED
from experiments.protocol.measures import Measure
from experiments.protocol.names import Factor
from experiments.protocol.screen_steps import ShowStep, Step
from experiments.protocol.steps import ScaleStep
from experiments.protocol.study_file import all_steps
from experiments.questions import Question, Scale, kind_of
from experiments.questions.allocation import Allocation
from experiments.questions.key import Key as KeyPress
from experiments.questions.price_list import PriceList
from experiments.questions.question import LEAST_ANSWERED
from experiments.schema import COLUMNS, Column
from experiments.stimuli.scale import Scale as Instrument
from experiments.study import Study

Entry = dict[str, Any]
"""Description, units and levels, with the keys of a BIDS sidecar."""
#: Values of ``measure`` for screens without questions.
_NOT_ASKED = {
    "read": {"Description": "A page was read; the response time is the time spent on it."},
    "look": {
        "Description": "A display was shown for a fixed time or until the experimenter went on, or a film or sound from"
        " beginning to end."
    },
    "leave": {"Description": "The participant left the study here."},
}
_OF_DISPLAY = (
    "Display {n} of a timed trial: the onset is that of the flip with which it appeared, the response time the time"
    " until the flip that replaced it; skipped if the result of the trial passed it over."
)
_FIRST = (
    "The first key, where the trial lasts until the right one: the response time is the time until the first key,"
    " and that of '{name}' the time until the right key."
)
_RESULT = "right, wrong, or late if no key was pressed in time; of the first key"
_IN_COLUMNS = ("time", "correct")
"""What an answer has besides its value that is a column of the same row."""


def codebook(study: Study) -> dict[str, dict[str, Any]]:
    """Return the codebook of a study.

    Returns
    -------
    dict
        ``rules`` of CSV and TSV files; entries of ``columns``, ``factors`` and ``measures`` (values of the column
        ``measure``) by name; ``computed``: scores and computed variables, which the tables do not have; ``dials``: columns
        of the table of samples, if the study has a dial; ``imported``: those of imported signals, if it has periods.
    """
    entries = dict(_measures(study))
    computed = {
        name: entry | _computation(study, study.names.measures[name])
        for name, entry in entries.items()
        if _is_computed(study, study.names.measures[name])
    }
    asked = {name: entry for name, entry in entries.items() if name not in computed}
    imported = (
        {"imported": {name: {"Description": words} for name, words in DESCRIBED.items()}}
        if study.names.periods
        else {}
    )
    samples = {"dials": {name: {"Description": words} for name, words in DIAL_COLUMNS.items()}}
    return {
        "rules": {"csv": RULE_OF_CSV, "tsv": RULE_OF_TSV},
        "columns": {column.name: _column(column) for column in COLUMNS},
        "factors": {name: _factor(study, each) for name, each in study.names.factors.items()},
        "measures": {**_NOT_ASKED, **dict(_displays(study)), **asked},
        "computed": {**computed, **dict(_columns_of(study))},
        **(samples if has_dials(study) else {}),
        **imported,
    }


def _displays(study: Study) -> Iterator[tuple[str, Entry]]:
    """Yield the displays of the longest timed trial."""
    steps = [step for _, step in all_steps(study.file)]
    runs = (len(list(each)) for shows, each in groupby(steps, _is_show) if shows)
    for number in range(1, max(runs, default=0) + 1):
        yield f"show.{number}", {"Description": _OF_DISPLAY.format(n=number)}


def _is_show(step: Step) -> bool:
    return isinstance(step, ShowStep)


def _column(column: Column) -> Entry:
    entry: Entry = {"Description": column.sentence}
    if column.unit:
        entry["Units"] = column.unit
    if column.levels:
        entry["Levels"] = {level: level for level in column.levels}
    return entry


def _factor(study: Study, factor: Factor) -> Entry:
    return {
        "Description": f"Level of the factor '{factor.name}'.",
        "Levels": {
            level: level if words is None else _plain(words)
            for level, words in factor.levels.items()
        },
        "Varies": {mode: factor.varies_in(study.file, mode) for mode in study.modes},
        "Nuisance": factor.varies == "counterbalanced",
    }


def _plain(varied: Any) -> Any:
    """Return a text, or condition -> text if it differs between conditions."""
    return varied.model_dump() if isinstance(varied, By) else varied


def _measures(study: Study) -> Iterator[tuple[str, Entry]]:
    instruments = {
        key: study.opened.scales[step.scale]
        for key, step in all_steps(study.file)
        if isinstance(step, ScaleStep)
    }
    for name, measure in study.names.measures.items():
        if measure.part in _IN_COLUMNS or _is_divided(measure):
            continue
        if measure.kind == "scale":
            yield name, _item(study, measure, instruments[measure.key])
        elif measure.asked is not None:
            yield name, _question(study, measure, measure.asked)
        elif measure.kind == "minimal_group":
            what = "Estimate of the number of dots, or the painting that was preferred."
            yield name, {"Description": what, **_numbers(study, name)}
        else:
            yield name, {"Description": f"Decision in the game '{measure.step}'."}


def _is_divided(measure: Measure) -> bool:
    """Return whether a measure is an allocation of which the data have the boxes only."""
    return isinstance(measure.asked, Allocation) and bool(measure.asked.boxes) and not measure.part


def _question(study: Study, measure: Measure, question: Question) -> Entry:
    label = question.label or measure.question
    entry: Entry = {
        "Description": f"{label}: {_first_line(question)}",
        "Question": _plain(question.prompt),
        "Kind": kind_of(question),
    }
    if isinstance(question, KeyPress) and measure.part == "first":
        name = measure.address.removesuffix(".first")
        return {"Description": f"{label}: {_FIRST.format(name=name)}", "Kind": "key"}
    if measure.part in question.rows:
        entry["Item"] = _plain(question.rows[measure.part])
    entry |= _numbers(study, measure.address)
    if levels := question.words_of(measure.part):
        entry["Levels"] = {str(value): _plain(words) for value, words in levels.items()}
    if (correct := getattr(question, "correct", None)) is not None:
        entry["Correct"] = _plain(correct)
    if isinstance(question, Allocation):
        entry["Stakes"] = {mode: study.stakes(mode).kind for mode in study.modes}
    if question.local:
        entry["Kept"] = "The answer stayed on the device; the data say only whether there was one."
    if question.when is not None:
        entry["Asked"] = f"if {question.when}"
    if measure.practice:
        entry["Practice"] = True
    return entry


def _first_line(question: Question) -> str:
    """Return the kind of question in words."""
    sentence = (type(question).__doc__ or "").strip().partition("\n")[0]
    return sentence[0].lower() + sentence[1:]


def _numbers(study: Study, name: str) -> Entry:
    """Return unit and range of the answers; by mode where they differ between modes."""
    found = {mode: study.range(name, mode) for mode in study.modes}
    ranges = {mode: of_mode for mode, of_mode in found.items() if of_mode is not None}
    if not ranges:
        return {}
    if len(set(found.values())) == 1:
        return _range(next(iter(ranges.values())))
    return {"Range": {mode: _range(of_mode) for mode, of_mode in ranges.items()}}


def _range(numbers: Range) -> Entry:
    ends = {"Minimum": numbers.low, "Maximum": numbers.high}
    return {"Units": numbers.unit, **{end: value for end, value in ends.items() if isfinite(value)}}


def _item(study: Study, measure: Measure, instrument: Instrument) -> Entry:
    item = next((each for each in instrument.items if each.id == measure.question), None)
    entry: Entry = {"Description": f"Score of {instrument.title}."}
    if item is not None:
        entry = {"Description": f"Item '{item.id}' of {instrument.title}."}
        language = study.file.language
        # Wording that a lab may use by permission must not be published.
        if instrument.items_text == "shipped" and language in item.text:
            entry["Question"] = item.text[language]
            labels = instrument.anchors[language]
            entry["Levels"] = {str(point): label for point, label in labels.items()}
        entry["Reversed"] = item.id in instrument.reverse
    return entry | _numbers(study, measure.address) | {"Source": instrument.citation}


def _is_computed(study: Study, measure: Measure) -> bool:
    if measure.kind == "scale":
        scores = study.names.instruments[_instrument_of(study, measure)].scores
        return measure.question in ("", *scores)
    question = measure.asked
    if isinstance(question, KeyPress):
        return measure.part == "result"
    if isinstance(question, PriceList):
        return measure.part not in question.rows
    return (
        isinstance(question, Scale) and bool(question.items) and measure.part not in question.items
    )


def _instrument_of(study: Study, measure: Measure) -> str:
    (step,) = (
        step
        for key, step in all_steps(study.file)
        if key == measure.key and isinstance(step, ScaleStep)
    )
    return step.scale


def _computation(study: Study, measure: Measure) -> Entry:
    """Return how a score or mean is computed."""
    question = measure.asked
    if isinstance(question, KeyPress):
        return {"Computed": _RESULT}
    if isinstance(question, Scale):
        items = question.scores.get(measure.part, tuple(question.items))
        return {"Computed": f"mean of {', '.join(items)}", "Missing": _least(LEAST_ANSWERED)}
    if isinstance(question, PriceList):
        how = "turning point of the choices: midway between the largest amount that was refused and the smallest that was chosen"
        if measure.part:
            how = "1 if no amount was refused above one that was chosen, else 0"
        return {"Computed": how, "Missing": "no number if the choices do not determine it"}
    if measure.kind != "scale":
        return {}
    instrument = study.opened.scales[_instrument_of(study, measure)]
    names = (measure.question, "total", *instrument.subscales)
    score = next(instrument.subscales[name] for name in names if name in instrument.subscales)
    how = f"{score.score} of {', '.join(score.items)}"
    if turned := [item for item in score.items if item in instrument.reverse]:
        how += f"; reversed: {', '.join(turned)}"
    return {"Computed": how, "Missing": _least(instrument.missing.least)}


def _least(share: float) -> str:
    return f"no score if fewer than {share:.0%} of the items are answered"


def _columns_of(study: Study) -> Iterator[tuple[str, Entry]]:
    for name, column in study.file.columns.items():
        then = ", centred" if column.centre else ", standardised" if column.standard else ""
        entry: Entry = {
            "Description": f"Computed variable '{name}'.",
            "Computed": f"{column.of}{then}",
        }
        yield name, entry | _numbers(study, name)
