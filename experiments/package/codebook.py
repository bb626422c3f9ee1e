"""The codebook: a sentence, unit and levels for each column, factor and measure of the data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from experiments.package.text_cells import RULE_OF_CSV, RULE_OF_TSV
from experiments.protocol import Protocol
from experiments.scales import load_scale
from experiments.schema import COLUMNS, Column
from experiments.tasks.scale import ScaleStep

Entry = dict[str, Any]
_SHOWN = (
    Column("read", "text", "A page was read; the response time is the time on the page."),
    Column("look", "text", "Something was looked at for a set time."),
    Column("leave", "text", "The participant left the study here."),
)


@dataclass(frozen=True)
class Codebook:
    """What each name in the data means."""

    columns: dict[str, Entry]
    """Column -> description, units, levels."""
    factors: dict[str, Entry]
    measures: dict[str, Entry]
    """Value of the column ``measure`` -> description, units, levels of its answers."""

    def plain(self) -> dict[str, Any]:
        """Return the codebook as plain data."""
        return {
            "rules": {"csv": RULE_OF_CSV, "tsv": RULE_OF_TSV},
            "columns": self.columns,
            "factors": self.factors,
            "measures": self.measures,
        }


def codebook(protocol: Protocol, beside: Path | None = None) -> Codebook:
    """Make the codebook of a study.

    Parameters
    ----------
    beside
        Folder in which a lab's own scales are looked for.
    """
    return Codebook(
        {column.name: entry(column) for column in COLUMNS},
        {
            name: {
                "Description": factor.sentence,
                "Levels": {
                    str(level): factor.labels.get(protocol.languages[0], {}).get(level, str(level))
                    for level in factor.levels
                },
                "Varies": {
                    mode: "between" if name in protocol.between(mode) else "within"
                    for mode in protocol.modes
                },
                "Nuisance": factor.nuisance,
            }
            for name, factor in protocol.factors.items()
        },
        dict(_measures(protocol, beside)),
    )


def entry(column: Column) -> Entry:
    """Describe a column as BIDS sidecars do."""
    made: Entry = {"Description": column.sentence}
    if column.unit:
        made["Units"] = column.unit
    if column.levels:
        made["Levels"] = {level: level for level in column.levels}
    return made


def _measures(protocol: Protocol, beside: Path | None) -> Iterable[tuple[str, Entry]]:
    for column in _SHOWN:
        yield column.name, entry(column)
    for step in protocol.flow:
        for name, own in step.own_measures().items():
            yield name, own.described({}, {})
    texts = protocol.texts[protocol.languages[0]]
    stakes = {name: mode.stakes for name, mode in protocol.modes.items()}
    for name, declared in protocol.measures.items():
        yield name, declared.described(texts, stakes)
    for step in protocol.flow:
        if isinstance(step, ScaleStep):
            yield from _items(step.scale, protocol.languages[0], beside)


def _items(name: str, language: str, beside: Path | None) -> Iterable[tuple[str, Entry]]:
    try:
        scale = load_scale(name, beside)
    except FileNotFoundError as error:
        yield (
            name,
            {
                "Description": f"The items of this scale are not described: {error}."
                " Put its file beside the protocol in the collection, and make the package again."
            },
        )
        return
    for item in scale.items:
        # The wording of a scale that a lab brings by permission is not ours to pass on.
        shipped = scale.items_text == "shipped" and language in item.text
        texts = {item.id: item.text[language]} if shipped else {}
        made = scale.measure(item).described(texts, {})
        yield f"{name}.{item.id}", made | {"Reversed": item.id in scale.reverse}
