"""Scores of an instrument by its key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from experiments.files.faults import Key
from experiments.protocol.measures import Measure
from experiments.protocol.steps import ScaleStep
from experiments.protocol.study_file import all_steps
from experiments.stimuli.scale import Scale
from experiments.study import Study

TOTAL = "total"
"""Subscale of all items, in instruments that have others too."""


@dataclass(frozen=True)
class Administered:
    """One place of the flow where an instrument is administered."""

    address: str
    """Address of the instrument."""
    scale: Scale
    items: Mapping[str, Measure]
    """Item -> its measure, in order."""

    @property
    def scores(self) -> dict[str, str]:
        """Subscale -> address of its score: that of the instrument if it has only one score."""
        names = self.scale.subscales
        return {n: self.address if len(names) == 1 else f"{self.address}.{n}" for n in names}

    @property
    def subscales(self) -> dict[str, str]:
        """Address -> subscale; the instrument itself is its ``total``, if it has one beside other scores."""
        found = {address: subscale for subscale, address in self.scores.items()}
        return {self.address: TOTAL, **found} if TOTAL in self.scores else found


def administered(study: Study) -> Iterator[Administered]:
    """Yield every place of the flow where an instrument is administered, in order."""
    steps = {key: step for key, step in all_steps(study.file) if isinstance(step, ScaleStep)}
    found: dict[Key, list[Measure]] = {key: [] for key in steps}
    for measure in study.names.measures.values():
        if measure.key in found:
            found[measure.key].append(measure)
    for key, measures in found.items():
        # The instrument itself comes before its scores and items.
        of_items = {measure.words[-1]: measure for measure in measures[1:]}
        scale = study.opened.scales[steps[key].scale]
        items = {item.id: of_items[item.id] for item in scale.items}
        yield Administered(measures[0].address, scale, items)


def scored(scale: Scale, answers: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series]:
    """Score the answers to an instrument.

    Parameters
    ----------
    answers
        One row for each time that the instrument was administered, a column for each item; missing if skipped.

    Returns
    -------
    DataFrame
        The rows of ``answers``, a column for each subscale; missing if too few items were answered, or an answer is
        outside the range of the instrument.
    Series
        The rows with an answer outside the range -> what is wrong.
    """
    scores, wrong = [], []
    for line in answers.to_dict("records"):
        given = {str(item): None if pd.isna(value) else value for item, value in line.items()}
        try:
            scores.append(scale.score(given))
            wrong.append("")
        except ValueError as error:
            scores.append({})
            wrong.append(str(error))
    table = pd.DataFrame(scores, index=answers.index, columns=list(scale.subscales), dtype=float)
    why = pd.Series(wrong, index=answers.index, dtype=object)
    return table, why[why != ""]


def keyed(scale: Scale, answers: pd.DataFrame) -> pd.DataFrame:
    """Return answers with reverse-keyed items recoded."""
    recoded = answers.copy()
    for item in scale.reverse:
        recoded[item] = scale.response.low + scale.response.high - recoded[item]
    return recoded
