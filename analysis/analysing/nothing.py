"""Results of a collection that holds no session: every part says that there is nothing yet."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from analysis.analysing.levels import level_words, ordered_levels
from analysis.analysing.modelling import nobody_left
from analysis.analysing.results import InMode, empty
from analysis.dropout import Attrition
from experiments.building import Study

WHY = "The data hold no session yet, so that nothing can be estimated."


def nothing_in(study: Study, mode: str, damage: Sequence[str] = ()) -> InMode:
    """Return the results of no session at all; ``damage`` tells of lines that could not be read."""
    protocol = study.protocol
    left = nobody_left(study, mode, WHY)
    predictor = protocol.hypotheses.predictor
    gone = Attrition(
        empty("cell", "began", "gone", "share"), math.nan, 0, math.nan, "there is no session yet"
    )
    return InMode(
        mode=mode,
        sessions=0,
        analysed=0,
        complete=0,
        levels=tuple(
            level_words(protocol, predictor, level) for level in ordered_levels(protocol, predictor)
        ),
        measures=(),
        notes=(WHY, *damage),
        flow=pd.DataFrame({"step": ["sessions"], "excluded": [0], "left": [0]}),
        counts=empty("rule", "applies", "all sessions"),
        audit=empty("participant", "session", "cell", "rule", "why", "applies"),
        dropout=gone,
        excluded=gone,
        reliability=empty("score"),
        checks=empty("measure", "sentence", "cell", "n", "right", "share"),
        cells=empty("measure", "level"),
        values=empty("measure", "level", "value", "count"),
        spikes=empty("measure", "level"),
        models=left.models,
        contrasts=left.contrasts,
        sensitivity=empty("sessions", "persons", "model", "contrast"),
        contest=left.contest,
        verdicts=empty("sessions", "persons", "survivor", "leader", "weight_bic", "weight_aicc"),
        timing=empty("renderer", "sessions"),
    )
