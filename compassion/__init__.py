"""Behavioural experiments on compassion: from one protocol file to the verdict.

For notebooks and scripts: ``import compassion``. Each name below is loaded when it is first used, so that the
import itself is fast. Every result has ``summary()``, ``table()`` and ``plot()``, and displays itself in a
notebook.

====================  =====================================================================
``open_study``        a protocol with everything it refers to
``simulate``          simulated participants, who answer the screens of the study
``load``              collections, data packages or a host's result files, as tidy data frames
``exclude``           the protocol's exclusion rules, applied with an audit
``score``             questionnaire scores, with their reliability
``fit``               a (mixed) model fitted to any data frame, given by a formula
``fit_at_limit``      the same, also where all answers of a condition are at a limit of the scale
``means``             estimated marginal means of a fit
``contrast``          levels of a factor compared, with a correction for multiple tests
``compare``           predicted curves compared on any data frame
``power``             the power of a study's planned tests
``report``            the report of a study's planned analysis
====================  =====================================================================
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from compassion.curves import compare
    from compassion.data import exclude, load, report, score
    from compassion.models import contrast, fit, fit_at_limit, means
    from compassion.studies import open_study, power, simulate

__all__ = [
    "compare",
    "contrast",
    "exclude",
    "fit",
    "fit_at_limit",
    "load",
    "means",
    "open_study",
    "power",
    "report",
    "score",
    "simulate",
]

_PLACES = {
    "compassion.models": ("contrast", "fit", "fit_at_limit", "means"),
    "compassion.curves": ("compare",),
    "compassion.studies": ("open_study", "power", "simulate"),
    "compassion.data": ("exclude", "load", "report", "score"),
}


def __getattr__(name: str) -> Any:
    for module, names in _PLACES.items():
        if name in names:
            from compassion.shadowed import refuse_shadowed

            refuse_shadowed()
            value = getattr(import_module(module), name)
            globals()[name] = value
            return value
    raise AttributeError(f"module 'compassion' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
