"""Results of a collection that holds no session: every part says that there is nothing yet."""

from __future__ import annotations

import pandas as pd

from analysis.analysing.contest import no_contest
from analysis.analysing.fitting import not_fitted
from analysis.analysing.levels import level_words, ordered_levels
from analysis.analysing.plan import stakes_in_words
from analysis.analysing.planned_contrasts import contrast_table, failed_rows
from analysis.analysing.results import InMode, empty
from experiments.building import Study

WHY = "The data hold no session yet, so that nothing can be estimated."


def nothing_in(study: Study, mode: str) -> InMode:
    """Return the results of no session at all."""
    protocol = study.protocol
    models = [m for m in protocol.analysis.models if not m.modes or mode in m.modes]
    rows = [row for model in models for row in failed_rows(model, WHY, protocol)]
    predictor = protocol.hypotheses.predictor
    gone = empty("cell", "began", "gone", "share")
    return InMode(
        mode=mode,
        sentence=protocol.modes[mode].sentence,
        stakes=stakes_in_words(protocol.modes[mode].stakes),
        primary=mode == protocol.primary_mode,
        sessions=0,
        analysed=0,
        complete=0,
        levels=tuple(
            level_words(protocol, predictor, level) for level in ordered_levels(protocol, predictor)
        ),
        measures=(),
        notes=(WHY,),
        flow=pd.DataFrame({"step": ["sessions"], "excluded": [0], "left": [0]}),
        counts=empty("rule", "applies", "all sessions"),
        audit=empty("participant", "session", "cell", "rule", "why", "applies"),
        dropout=gone,
        dropout_test=WHY,
        excluded=gone,
        excluded_test=WHY,
        reliability=empty("score"),
        checks=empty("measure", "sentence", "cell", "n", "right", "share"),
        cells=empty("measure", "level"),
        values=empty("measure", "level", "value", "count"),
        spikes=empty("measure", "level"),
        models=tuple(not_fitted(model, WHY) for model in models),
        contrasts=contrast_table(rows, protocol),
        sensitivity=empty("sessions", "persons", "model", "contrast"),
        contest=no_contest(protocol, WHY),
        verdicts=empty("sessions", "persons", "verdict", "survivor", "same"),
        timing=empty("renderer", "sessions"),
    )
