"""The declared specification curve: the primary contrasts in every model and selection of sessions that the study plans.

Nothing is added to what the study declares: its models of the primary outcome, with and without its exclusions, and with
its stricter ones (Simonsohn, Simmons & Nelson, 2020, Nature Human Behaviour 4:1208 [M]).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from analysis.planned.fitted import ModelResults
from analysis.planned.plan import Planned

SPECIFICATIONS = [
    *("contrast", "sessions", "participants", "model", "family", "fitted"),
    *("estimate", "ci_low", "ci_high"),
]


def specifications(
    selections: Iterable[tuple[str, int, Sequence[ModelResults], pd.DataFrame]],
    plans: Sequence[Planned],
) -> pd.DataFrame:
    """Return the primary contrasts in all specifications, in units of the outcome.

    Parameters
    ----------
    selections
        Name of a selection of sessions, number of participants, its models and its table of contrasts.
    plans
        The planned models of the mode.

    Returns
    -------
    DataFrame
        contrast, sessions (which), participants, model, family, fitted (the formula), estimate, ci_low, ci_high (95 %,
        of the difference of expected answers); no rows for a contrast with a single specification.
    """
    primary = next((each for each in plans if each.primary), None)
    if primary is None:
        return pd.DataFrame(columns=SPECIFICATIONS)
    rows: list[dict[str, Any]] = []
    for name, participants, models, contrasts in selections:
        for model in models:
            if model.outcome != primary.outcome or model.failed:
                continue
            table = _in_units(model, contrasts)
            own = table[table["contrast"].isin(primary.primary) & table["estimate"].notna()]
            about = {"sessions": name, "participants": participants, "model": model.name}
            fitted = {"family": model.family, "fitted": model.formula}
            rows += [
                about | fitted | {str(k): v for k, v in r.items()} for r in own.to_dict("records")
            ]
    found = pd.DataFrame(rows, columns=SPECIFICATIONS)
    several = found.groupby("contrast")["contrast"].transform("size") > 1
    return found[several].reset_index(drop=True)


def _in_units(model: ModelResults, contrasts: pd.DataFrame) -> pd.DataFrame:
    """Return the contrasts of a model in units of the answers: contrast, estimate, ci_low, ci_high."""
    wanted = ["contrast", "estimate", "ci_low", "ci_high"]
    if model.family == "gaussian":
        return contrasts.loc[contrasts["model"] == model.name, wanted]
    own = model.responses
    if not len(own):
        return pd.DataFrame(columns=wanted)
    return own.loc[(own["part"] == "") & (own["unit"] == "response"), wanted]
