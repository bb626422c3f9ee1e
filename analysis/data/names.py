"""Names of a study as columns of frames and formulas, in which ``erq.reappraisal`` is no name."""

from __future__ import annotations


def column_of(name: str) -> str:
    """Return the column of a measure, factor or computed column in frames and formulas.

    >>> column_of("erq.reappraisal")
    'erq_reappraisal'
    """
    return name.replace(".", "_")
