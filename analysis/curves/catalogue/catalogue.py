"""The catalogue: all curves that are defined in the files of ``topics/``."""

from __future__ import annotations

import pkgutil
from difflib import get_close_matches
from functools import cache
from importlib import import_module

from analysis.curves.catalogue import topics
from analysis.curves.catalogue.hypothesis import Hypothesis
from analysis.errors import AnalysisError

MODEL_SETS: dict[str, tuple[str, ...]] = {
    "letters": ("I0", "I1", "I2", "I3", "I4"),
    "victims": ("M0", "M1", "M2", "M2n", "M3", "M4", "M4b", "M5", "M6", "M6b", "M7"),
    "victims_conditional": ("M8", "M9", "M10"),
    "victims_identity": ("M0", "M4", "M4i", "M4o"),
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
"""Sets of curves that are compared with one another: same response, same design. M9n is in no set: it is
M6 under another name."""

FAMILIES = {
    "both": "favouritism with derogation",
    "inverted_u": "inverted U",
    "none": "no effect",
    "flat": "no difference by number",
    "impartial": "no difference by group",
    "indifferent": "no difference by letter",
    "essay_dollars": "the essay's ratio of gifts",
    "any_child": "any letter with a child",
    "joint_lower": "only both together lower",
}
"""Labels of the families whose label is more than the name with spaces."""

NEAREST = 3
"""Largest number of similar names that are suggested for an unknown name."""


@cache
def catalogue() -> tuple[Hypothesis, ...]:
    """Return all hypotheses in the order of ``MODEL_SETS``, curves of other topics at the end.

    Raises
    ------
    AnalysisError
        If two curves have the same id or name.
    """
    found = []
    for file in pkgutil.iter_modules(topics.__path__, f"{topics.__name__}."):
        members = vars(import_module(file.name)).values()
        found += [
            h for h in members if isinstance(h, Hypothesis) and h.mean.__module__ == file.name
        ]
    seen: dict[str, Hypothesis] = {}
    for h in found:
        for key in dict.fromkeys((h.id, h.name)):
            other = seen.setdefault(key.lower(), h)
            if other is not h:
                files = " and ".join(f"{x.mean.__module__.split('.')[-1]}.py" for x in (other, h))
                raise AnalysisError(
                    f"Two curves are called {key!r}, in {files}.",
                    f"Give one of them a different id and name. Ids in use: {', '.join({h.id: h for h in found})}.",
                )
    order = list(MODEL_SETS)
    return tuple(sorted(found, key=lambda h: (*order, h.topic).index(h.topic)))


def get(name: str) -> Hypothesis:
    """Return the hypothesis with this id or name; upper and lower case are the same.

    Raises
    ------
    AnalysisError
        If there is no such hypothesis; the message suggests similar names.
    """
    wanted = name.strip().lower().replace("-", "_").replace(" ", "_")
    known = {key.lower(): h for h in catalogue() for key in (h.id, h.name)}
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


def model_set(name: str) -> tuple[Hypothesis, ...]:
    """Return the curves that are compared on one question, by a key of ``MODEL_SETS``, e.g. ``"victims"``.

    Raises
    ------
    AnalysisError
        If there is no such set; the message suggests a similar name.
    """
    if name not in MODEL_SETS:
        near = get_close_matches(name, MODEL_SETS, n=1, cutoff=0.4)
        raise AnalysisError(
            f"There is no model set {name!r}.",
            f"Did you mean {near[0]!r}?" if near else f"Known: {', '.join(MODEL_SETS)}.",
        )
    return tuple(map(get, MODEL_SETS[name]))


def family_label(family: str) -> str:
    """Return the label of a family for tables and figures."""
    return FAMILIES.get(family, family.replace("_", " "))
