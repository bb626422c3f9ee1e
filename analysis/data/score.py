"""Score: answers to the items of scales become scores, with the reliability of each score.

Keys, ranges and the rule for missing answers are in the scale's own file and nowhere else
(``experiments.stimuli.scales``).
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import asdict, dataclass, field

import pandas as pd

from analysis.data.exclude import with_cells
from analysis.data.load import KEYS, Data, plain, trials
from analysis.data.looks import ScoresLook
from analysis.data.reliability import reliability
from analysis.errors import AnalysisError
from experiments.numbers import scale_value
from experiments.stimuli.scales import Scale
from experiments.study import Study


@dataclass(frozen=True)
class Scores(ScoresLook):
    """Scores of all scales of a study."""

    scores: pd.DataFrame = field(repr=False)
    """One row per session: participant, session, mode, slot, language, the between-factors, and a column
    for each score, named ``scale`` or, where a scale has several scores, ``scale.subscale``. A score is
    missing where too few items were answered."""
    reliability: pd.DataFrame = field(repr=False)
    """One row per score: score, items, participants, alpha and omega with their intervals, note."""


def score(data: Data, study: Study) -> Scores:
    """Score all scales of a study that were asked.

    Raises
    ------
    AnalysisError
        If an answer is out of the range of its scale, or the data are of another list of slots.
    """
    sessions = with_cells(data, study)
    between = [name for name in study.protocol.factors if name in sessions.columns]
    table = sessions[[*KEYS, "mode", "slot", "language", *between]].reset_index(drop=True)
    scores, lines = [], []
    for scale in study.scales.values():
        answers = answers_to(data, scale)
        if answers.empty:
            continue
        titles = {name: title_of(scale, name) for name in scale.subscales}
        scored = [_scored(scale, line) for line in answers.to_dict("records")]
        found = pd.DataFrame(scored, index=answers.index, columns=list(titles), dtype=float)
        scores.append(found.rename(columns=titles))
        for name, subscale in scale.subscales.items():
            about = reliability(_keyed(scale, answers)[list(subscale.items)])
            lines.append({"score": titles[name], **asdict(about)})
    if scores:
        table = table.join(pd.concat(scores, axis=1), on=KEYS)
    return Scores(plain(table, ["slot", *between]), pd.DataFrame(lines))


def title_of(scale: Scale, subscale: str) -> str:
    """Return how a score is called in tables: the scale's id where it has just one."""
    return scale.id if len(scale.subscales) == 1 else f"{scale.id}.{subscale}"


def answers_to(data: Data, scale: Scale) -> pd.DataFrame:
    """Return the answers to a scale, one row per session (index) and a column for each item.

    Of an item that was asked again the last answer counts; a session that met none is left out.
    """
    names = {f"{scale.id}.{item.id}": item.id for item in scale.items}
    rows = data.rows[data.rows["measure"].isin(list(names))].sort_values("sequence", kind="stable")
    last = rows.drop_duplicates([*KEYS, "measure"], keep="last")
    # pivot_table would drop the sessions in which every item was skipped.
    wide = last.pivot(index=KEYS, columns="measure", values="number")
    wide = wide.rename(columns=names)
    return wide.reindex(columns=[item.id for item in scale.items]).astype(float)


def explained(
    data: Data, study: Study, measure: str, phase: str = "trials", scores: Scores | None = None
) -> pd.DataFrame:
    """Return the table that a planned model of a measure or a scale is fitted to.

    Parameters
    ----------
    measure
        A measure asked on screens of ``phase``, or a score (``scale`` or ``scale.subscale``).
    scores
        Scores made before, if there are.

    Returns
    -------
    DataFrame
        One row per trial (see ``trials``) or, for a score, per session; rows without an answer are left
        out. Where each person met one stimulus only, a score is about that one and has its column.

    Raises
    ------
    AnalysisError
        If there is neither a measure nor a score of this name, or the protocol does not allow an answer.
    """
    titles = [title_of(scale, name) for scale in study.scales.values() for name in scale.subscales]
    if measure not in titles:
        several = [title for title in titles if title.startswith(f"{measure}.")]
        if measure in study.scales and several:
            raise AnalysisError(
                f"The scale {measure!r} has several scores.", f"Name one: {', '.join(several)}."
            )
        table = trials(data, measure, phase=phase)
        _check_allowed(table, study, data.modes, measure)
        return table
    data.in_mode()
    table = (scores or score(data, study)).scores
    if measure not in table.columns:
        raise AnalysisError(
            f"Nobody answered the scale {measure!r} in these data.", "Leave its model out."
        )
    return _with_stimulus(table[table[measure].notna()], data).reset_index(drop=True)


def _with_stimulus(table: pd.DataFrame, data: Data) -> pd.DataFrame:
    trial = data.rows[(data.rows["phase"] == "trials") & data.rows["stimulus"].fillna("").ne("")]
    met = trial[[*KEYS, "stimulus"]].drop_duplicates()
    if met.empty or met.duplicated(KEYS).any():
        return table
    found = table.merge(met, on=KEYS, how="left")
    return found if found["stimulus"].notna().all() else table


def _check_allowed(table: pd.DataFrame, study: Study, modes: tuple[str, ...], measure: str) -> None:
    """Refuse answers outside the range that the protocol gives: no participant can have given them."""
    declared, protocol = study.protocol.measures.get(measure), study.protocol
    stakes = protocol.modes[modes[0]].stakes if modes else None
    allowed = declared.range(stakes) if declared else None
    if allowed is None:
        return
    odd = table[~pd.to_numeric(table[measure], errors="coerce").between(allowed.low, allowed.high)]
    if len(odd):
        shown = [
            f"{who}: {value}" for who, value in zip(odd["participant"], odd[measure], strict=True)
        ]
        raise AnalysisError(
            f"{len(odd)} of {len(table)} answers to {measure!r} are not between {scale_value(allowed.low)} and"
            f" {scale_value(allowed.high)}, which the protocol allows ({', '.join(shown[:3])}"
            f"{', ...' if len(shown) > 3 else ''}).",
            "Nobody can have given them on the screen: check what happened to the files. Nothing was left out.",
        )


def _scored(scale: Scale, answers: Mapping[Hashable, float]) -> dict[str, float | None]:
    given = {str(item): None if pd.isna(value) else value for item, value in answers.items()}
    try:
        return scale.score(given)
    except ValueError as error:
        raise AnalysisError(
            f"{error}.", "The data do not fit the scale's file; was the scale changed after them?"
        ) from error


def _keyed(scale: Scale, answers: pd.DataFrame) -> pd.DataFrame:
    """Turn reversed items, so that all point the same way."""
    keyed = answers.copy()
    for item in scale.reverse:
        keyed[item] = scale.response.low + scale.response.high - keyed[item]
    return keyed
