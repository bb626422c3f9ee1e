"""Scores of an instrument by its key."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from experiments.protocol.measures import Measure
from experiments.protocol.steps import ScaleStep
from experiments.protocol.study_file import all_steps
from experiments.stimuli.scales import Scale
from experiments.study import Study


@dataclass(frozen=True)
class Administered:
    """One place of the flow where an instrument is administered."""

    address: str
    """Address of the instrument."""
    scale: Scale
    items: tuple[Measure, ...]
    """Its items, in order."""

    @property
    def scores(self) -> dict[str, str]:
        """Subscale -> address of its score: that of the instrument if it has only one score."""
        names = self.scale.subscales
        return {n: self.address if len(names) == 1 else f"{self.address}.{n}" for n in names}


def administered(study: Study) -> Iterator[Administered]:
    """Yield every place of the flow where an instrument is administered, in order."""
    steps = {key: step for key, step in all_steps(study.file) if isinstance(step, ScaleStep)}
    measures = study.names.measures
    for measure in measures.values():
        if measure.kind == "scale" and not measure.question:
            scale = study.opened.scales[steps[measure.key].scale]
            items = tuple(measures[f"{measure.address}.{item.id}"] for item in scale.items)
            yield Administered(measure.address, scale, items)


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
