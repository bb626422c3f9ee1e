"""All hypotheses, by explicit import: to add a curve, write its file and name it here."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from analysis.errors import AnalysisError
from analysis.hypotheses import depletion, letters, systems, training, vagal, window
from analysis.hypotheses.base import Hypothesis
from analysis.hypotheses.distance import discounting, radius
from analysis.hypotheses.groups import drug, favouritism, group_by_number, recategorisation
from analysis.hypotheses.victims import (
    efficacy,
    essay,
    exponential_to_floor,
    flat,
    hyperbolic_to_floor,
    inverted_u,
    linear,
    logarithmic,
    motivated_shutdown,
    power,
    power_to_floor,
    step,
    unit,
)

HYPOTHESES: tuple[Hypothesis, ...] = (
    letters.INDIFFERENT,
    letters.ESSAY_LETTERS,
    letters.ONE_CHILD_ONLY,
    letters.ANY_CHILD,
    letters.JOINT_LOWER,
    flat.FLAT,
    linear.LINEAR,
    logarithmic.LOG_FADE,
    logarithmic.LOG_NUMBING,
    power.POWER,
    step.SINGULARITY_STEP,
    step.CAPACITY_STEP,
    exponential_to_floor.EXPONENTIAL_TO_FLOOR,
    hyperbolic_to_floor.HYPERBOLIC_TO_FLOOR,
    power_to_floor.POWER_TO_FLOOR,
    inverted_u.INVERTED_U,
    motivated_shutdown.MOTIVATED_SHUTDOWN,
    efficacy.EFFICACY,
    efficacy.EFFICACY_BY_NUMBER,
    unit.UNIT,
    essay.ESSAY_FIGURE,
    essay.ESSAY_DOLLARS,
    essay.ESSAY_INVERSE,
    favouritism.IMPARTIAL,
    favouritism.FAVOURITISM,
    favouritism.DEROGATION,
    favouritism.BOTH,
    group_by_number.IN_GROUP_FADE,
    group_by_number.ADDITIVE_FADE,
    recategorisation.RECATEGORISATION,
    drug.DRUG_DUAL,
    drug.DRUG_FAVOUR,
    drug.DRUG_SALIENCE,
    drug.DRUG_NULL,
    discounting.NO_DISCOUNT,
    discounting.SOCIAL_DISCOUNTING,
    discounting.EXPONENTIAL_DISCOUNTING,
    discounting.Q_EXPONENTIAL_DISCOUNTING,
    radius.RADIUS,
    window.LINEAR,
    window.SATURATING,
    window.QUADRATIC,
    window.WINDOW,
    window.OVERFLOW,
    window.CONCERN,
    window.DISTRESS_LINE,
    systems.INDEPENDENCE,
    systems.INHIBITED,
    systems.MUTUAL_EXCLUSION,
    systems.SHARED_AROUSAL,
    depletion.FLAT,
    depletion.LINEAR,
    depletion.EXPONENTIAL,
    depletion.DAILY_LIMIT_DISTRESS,
    depletion.DAILY_LIMIT_COMPASSION,
    depletion.ENERGISING,
    depletion.HABITUATION,
    training.NONE,
    training.UNSPECIFIC,
    training.DOSE,
    training.SPECIFIC,
    training.ESSAY_FIGURE,
    vagal.NONE,
    vagal.RESPONSE,
    vagal.QUADRATIC,
    vagal.AROUSAL,
)

MODEL_SETS: dict[str, tuple[str, ...]] = {
    "letters": ("I0", "I1", "I2", "I3", "I4"),
    "victims": ("M0", "M1", "M2", "M2n", "M3", "M4", "M4b", "M5", "M6", "M6b", "M7"),
    "victims_conditional": ("M8", "M9", "M10"),
    "essay": ("M5e", "M4e", "M6e"),
    "groups": ("P0", "P1", "P2", "P3"),
    "group_by_number": ("P0", "P1", "P8", "P8e"),
    "recategorisation": ("P0", "P1", "P9"),
    "drug": ("P10", "P10d", "P10s", "P10n"),
    "distance": ("P0d", "P4", "P5", "P6", "P7"),
    "window": ("W0", "W1", "W2", "W3", "W4"),
    "window_distress": ("W3d", "W4d"),
    "systems": ("S0", "S1", "S2", "S3"),
    "depletion": ("D0", "D1", "D2", "D3c", "D4"),
    "depletion_distress": ("D0", "D3"),
    "training": ("T0", "T1", "T2", "T3"),
    "vagal": ("V0", "V1"),
    "vagal_helping": ("V2", "V3"),
}
"""Curves that are compared with one another: the same response and the same design. The six
families of the victims set are those of the fact sheet's rule 2; conditional curves join where
the data hold the columns they need. M9n is left out of the set: it is M6 by another name."""

NEAREST = 3
"""How many near names an unknown one is answered with."""


def catalogue() -> tuple[Hypothesis, ...]:
    """All hypotheses in the order of the fact sheet."""
    return HYPOTHESES


def get(name: str) -> Hypothesis:
    """The hypothesis with this id or name, whatever its capitals.

    Raises
    ------
    AnalysisError
        Unknown, with the nearest known names.
    """
    wanted = name.strip().lower().replace("-", "_").replace(" ", "_")
    known = {key.lower(): h for h in HYPOTHESES for key in (h.id, h.name)}
    if wanted in known:
        return known[wanted]
    keys = [key for key in known if len(wanted) > 2 and wanted in key]
    keys += get_close_matches(wanted, known, n=NEAREST, cutoff=0.5)
    near = {known[key].id: known[key].name for key in keys}
    suggestion = (
        f"Did you mean {' or '.join(f'{i} ({name})' for i, name in list(near.items())[:NEAREST])}?"
        if near
        else "`compassion hypotheses` lists them all."
    )
    raise AnalysisError(f"There is no hypothesis {name!r}.", suggestion)


def model_set(name: str, columns: Iterable[str] = ()) -> tuple[Hypothesis, ...]:
    """The curves that compete for one question, with the conditional ones the data can show.

    Parameters
    ----------
    name : str
        A key of ``MODEL_SETS``, e.g. ``"victims"`` or ``"groups"``.
    columns : iterable of str
        Columns of the data. Given, curves whose columns are absent are left out, and for
        ``"victims"`` the conditional curves (M8 to M10) with all their columns are added.

    Raises
    ------
    AnalysisError
        Unknown set, or none of its curves can be shown by these columns.
    """
    if name not in MODEL_SETS:
        near = get_close_matches(name, MODEL_SETS, n=1, cutoff=0.4)
        raise AnalysisError(
            f"There is no model set {name!r}.",
            f"Did you mean {near[0]!r}?" if near else f"Known: {', '.join(MODEL_SETS)}.",
        )
    ids = MODEL_SETS[name]
    present = set(columns)
    if not present:
        return tuple(get(i) for i in ids)
    if name == "victims":
        ids = ids + MODEL_SETS["victims_conditional"]
    shown = tuple(h for h in map(get, ids) if h.applies_to(present))
    if not shown:
        needed = sorted({c for i in ids for c in get(i).requires})
        raise AnalysisError(
            f"None of the curves of {name!r} can be shown by the columns "
            f"{', '.join(sorted(present))}.",
            f"They need: {', '.join(needed)}.",
        )
    return shown


def listing(topic: str | None = None) -> list[dict[str, str]]:
    """One row per hypothesis for a table: id, name, topic, family, role, grade, claim, equation."""
    fields = ("id", "name", "topic", "family", "role", "grade", "claim", "equation", "citation")
    return [
        {field: str(getattr(h, field)) for field in fields}
        for h in HYPOTHESES
        if topic is None or h.topic == topic
    ]
