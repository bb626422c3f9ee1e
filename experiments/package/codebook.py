"""The codebook: description, unit and levels of each column, factor and measure of the data."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from experiments.package.bids import RULE_OF_TSV
from experiments.package.csv_table import RULE_OF_CSV
from experiments.protocol.protocol import Protocol
from experiments.schema import COLUMNS, Column
from experiments.stimuli.scales import load_scale
from experiments.tasks.scale import ScaleStep

Entry = dict[str, Any]
"""Description, units and levels, with the keys of a BIDS sidecar."""
#: Values of ``measure`` for screens without questions.
_NOT_ASKED = {
    "read": {"Description": "A page was read; the response time is the time spent on it."},
    "look": {"Description": "A display was shown for a fixed time."},
    "leave": {"Description": "The participant left the study here."},
}


def codebook(protocol: Protocol, beside: Path) -> dict[str, dict[str, Any]]:
    """Return the codebook of a study.

    Parameters
    ----------
    beside
        Folder to search for the lab's own scales.

    Returns
    -------
    dict
        ``rules`` of CSV and TSV files; entries of ``columns``, ``factors`` and ``measures`` (values of the column
        ``measure``) by name.
    """
    return {
        "rules": {"csv": RULE_OF_CSV, "tsv": RULE_OF_TSV},
        "columns": {column.name: _column(column) for column in COLUMNS},
        "factors": {name: _factor(protocol, name) for name in protocol.factors},
        "measures": {**_NOT_ASKED, **dict(_measures(protocol, beside))},
    }


def _column(column: Column) -> Entry:
    entry: Entry = {"Description": column.sentence}
    if column.unit:
        entry["Units"] = column.unit
    if column.levels:
        entry["Levels"] = {level: level for level in column.levels}
    return entry


def _factor(protocol: Protocol, name: str) -> Entry:
    factor = protocol.factors[name]
    labels = factor.labels.get(protocol.languages[0], {})
    return {
        "Description": factor.sentence,
        "Levels": {str(level): labels.get(level, str(level)) for level in factor.levels},
        "Varies": {
            mode: "between" if name in protocol.between(mode) else "within"
            for mode in protocol.modes
        },
        "Nuisance": factor.nuisance,
    }


def _measures(protocol: Protocol, beside: Path) -> Iterable[tuple[str, Entry]]:
    for step in protocol.flow:
        for name, measure in step.own_measures().items():
            yield name, measure.codebook_entry({}, {})
    texts = protocol.texts[protocol.languages[0]]
    stakes = {name: mode.stakes for name, mode in protocol.modes.items()}
    for name, declared in protocol.measures.items():
        yield name, declared.codebook_entry(texts, stakes)
    for step in protocol.flow:
        if isinstance(step, ScaleStep):
            yield from _items(step.scale, protocol.languages[0], beside)


def _items(name: str, language: str, beside: Path) -> Iterable[tuple[str, Entry]]:
    try:
        scale = load_scale(name, beside)
    except FileNotFoundError as error:
        missing = (
            f"The items of this scale are not described: {error}."
            " Copy its file into the collection, beside the protocol, and create the package again."
        )
        yield name, {"Description": missing}
        return
    for item in scale.items:
        # Wording that a lab may use by permission must not be published.
        shipped = scale.items_text == "shipped" and language in item.text
        texts = {item.id: item.text[language]} if shipped else {}
        entry = scale.measure(item).codebook_entry(texts, {})
        yield f"{name}.{item.id}", entry | {"Reversed": item.id in scale.reverse}
