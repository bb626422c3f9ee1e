"""Random slopes of a predictor in a model that has other columns in its place, such as the two lines of a break point."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.models.formula import RandomTerm, side_columns, slopes_of


def in_place_of(
    predictor: str, columns: Sequence[str], random: Sequence[RandomTerm]
) -> tuple[RandomTerm, ...]:
    """Return random terms in which slopes of the columns stand in place of those of the predictor.

    Units whose slopes differ over a predictor differ in the slopes of the columns that describe it: without a variance for
    these, their standard errors would be too small, as those of the predictor's own slope would be (Barr et al. 2013).
    Slopes of something else, of which the model has no effect, leave.

    Parameters
    ----------
    predictor
        The predictor of the planned model.
    columns
        The fixed columns that take its place.
    random
        The planned random terms.

    Examples
    --------
    >>> planned = [RandomTerm("x", "participant"), RandomTerm("1", "item")]
    >>> print(*in_place_of("x", ["below", "above"], planned))
    (below + above | participant) (1 | item)
    """
    terms = []
    for term in random:
        own = any(side_columns(slope, str(term)) == (predictor,) for slope in slopes_of(term))
        if own or term.has_intercept:
            terms.append(term.of(columns if own else (), intercept=term.has_intercept))
    return tuple(dict.fromkeys(terms))
