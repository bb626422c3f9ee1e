"""Formatting of every number in reports, figures, preregistrations, screens and messages.

=============  ============================================  ===================
kind           format                                        example
=============  ============================================  ===================
estimate       minus sign; decimals depend on the size       −0.415, 3,573
interval       square brackets                               [−0.10, 0.25]
p              no leading zero, three decimals               .043, < .001
p phrase       the same with its symbol                      p = .043, p < .001
df             one decimal; infinite for a z test            271.7, ∞
proportion     a probability, power or alpha                 .79, 1.00
percent        a share of participants, trials or money      3.3%
weight         of a model, never exactly 0 or 1              .47, < .01, > .99
bayes factor   very large and small ones as powers of 10     31,278, 3.1 × 10⁷
count          thousands separated                           1,200
money          in the currency format of the protocol        $2.50
=============  ============================================  ===================

The zero before the decimal point is omitted where the number cannot exceed 1, and thousands are separated
by commas (Publication Manual of the American Psychological Association, 7th ed., sections 6.36
and 6.38 [M+]).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

MINUS = "\u2212"
NONE = "–"
ALPHA = 0.05
"""The level with which every p value is compared, so that none is written like it that is not equal to it."""
MOST_DECIMALS = 12
_RAISED = str.maketrans("-0123456789", "\u207b⁰¹²³⁴⁵⁶⁷⁸⁹")


def estimate(value: float | None, decimals: int | None = None) -> str:
    """Format a number with a minus sign (not a hyphen); its size determines the decimals unless they are given.

    >>> estimate(-0.41534), estimate(3572.9633), estimate(0.00321), estimate(float("nan"))
    ('−0.415', '3,573', '0.0032', '–')
    """
    if value is None or math.isnan(value):
        return NONE
    if math.isinf(value):
        return "∞" if value > 0 else f"{MINUS}∞"
    size, by_size = abs(value), decimals is None
    if decimals is None:
        if size >= 1000:
            decimals = 0
        elif size >= 100:
            decimals = 1
        elif size >= 10:
            decimals = 2
        else:
            decimals = 3 if size >= 0.01 or size == 0 else 4
    extreme = size >= 1e7 or (0 < size < 5e-5 and by_size)
    written = _power(size) if extreme else f"{size:,.{decimals}f}"
    negative = value < 0 and any(c in "123456789" for c in written)
    return f"{MINUS}{written}" if negative else written


def apart(value: float, written: Callable[[float, int], str], decimals: int, *bounds: float) -> str:
    """Format a number with the decimals that it takes not to read like a bound that it is below or above.

    Parameters
    ----------
    written
        Formats a number with this many decimals.
    decimals
        Their number if no bound is so close.

    >>> [apart(value, _bare, 2, 0.9) for value in (0.8, 0.8996, 0.89999999, 0.9)]
    ['.80', '.8996', '.89999999', '.90']
    """
    close = [bound for bound in bounds if bound != value and math.isfinite(bound)]
    while decimals < MOST_DECIMALS and any(
        written(value, decimals) == written(bound, decimals) for bound in close
    ):
        decimals += 1
    return written(value, decimals)


def places(values: Sequence[float], bounds: Sequence[float], decimals: int = 2) -> int:
    """Return the decimals with which no value is written like a bound that it is not equal to.

    >>> places([-0.05, 0.31], [0, 0.2]), places([0.0012, 0.2044], [0, 0.2049])
    (2, 3)
    """
    while decimals < MOST_DECIMALS and any(
        value != bound and estimate(value, decimals) == estimate(bound, decimals)
        for value in values
        for bound in bounds
        if math.isfinite(value) and math.isfinite(bound)
    ):
        decimals += 1
    return decimals


def interval(low: float, high: float, decimals: int | None = None) -> str:
    """Format an interval in square brackets.

    >>> interval(-0.1, 0.25, 2)
    '[−0.10, 0.25]'
    """
    if math.isnan(low) or math.isnan(high):
        return NONE
    return f"[{estimate(low, decimals)}, {estimate(high, decimals)}]"


def significant(value: float) -> str:
    """Format a number with three significant digits.

    >>> significant(0.58812), significant(0.8), significant(12345.0)
    ('0.588', '0.8', '1.23e+04')
    """
    return f"{value:.3g}"


def p_value(value: float) -> str:
    """Format a p value without the zero before the decimal point; never as 0 or 1, nor as .050 if it is not .05.

    >>> p_value(0.0432), p_value(0.00002), p_value(1.0), p_value(0.04996), p_value(0.05)
    ('.043', '< .001', '> .999', '.04996', '.050')
    """
    if math.isnan(value):
        return NONE
    if value < 0.001:
        return "< .001"
    return "> .999" if value > 0.999 else apart(value, _bare, 3, ALPHA)


def p_phrase(value: float) -> str:
    """Format a p value for a sentence, with its symbol.

    >>> p_phrase(0.0312), p_phrase(0.0004), p_phrase(1.0)
    ('p = .031', 'p < .001', 'p > .999')
    """
    written = p_value(value)
    return f"p {written}" if written[0] in "<>" else f"p = {written}"


def degrees(value: float) -> str:
    """Format degrees of freedom; a z test has infinitely many.

    >>> degrees(float("inf")), degrees(271.66)
    ('∞', '271.7')
    """
    if math.isnan(value) or math.isinf(value):
        return estimate(value)
    return f"{value:,.0f}" if float(value).is_integer() or value >= 1000 else f"{value:,.1f}"


def proportion(value: float) -> str:
    """Format a probability, statistical power or alpha.

    >>> proportion(0.794), proportion(1.0), proportion(0.05)
    ('.79', '1.00', '.05')
    """
    return NONE if math.isnan(value) else _bare(value, 2)


def proportion_interval(low: float, high: float) -> str:
    """Format the interval of a proportion.

    >>> proportion_interval(0.767, 0.818)
    '[.77, .82]'
    """
    return f"[{proportion(low)}, {proportion(high)}]"


def percent(value: float, decimals: int = 1) -> str:
    """Format a share as a percentage.

    >>> percent(0.0333), percent(0.1, 0)
    ('3.3%', '10%')
    """
    return NONE if math.isnan(value) else f"{value:.{decimals}%}"


def weight(value: float, *bounds: float) -> str:
    """Format the weight of a model; never as exactly 0 or 1, nor as a bound that it is below or above.

    >>> weight(0.0), weight(0.4712), weight(0.9999), weight(0.8996, 0.9)
    ('< .01', '.47', '> .99', '.8996')
    """
    if math.isnan(value):
        return NONE
    if value < 0.01:
        return "< .01"
    return "> .99" if value > 0.99 else apart(value, _bare, 2, *bounds)


def bayes_factor(value: float, *bounds: float) -> str:
    """Format a Bayes factor; very large and very small ones as powers of ten, and none as a bound that it is below.

    >>> bayes_factor(0.0708), bayes_factor(31278.3), bayes_factor(3.127e7), bayes_factor(1.9996, 2)
    ('0.071', '31,278', '3.1 × 10⁷', '1.9996')
    """
    if math.isnan(value):
        return NONE
    if value >= 1e6 or 0 < value < 1e-3:
        return _power(value)
    return apart(value, estimate, 0 if value >= 100 else 2 if value >= 1 else 3, 1.0, *bounds)


def count(n: float | None, one: str = "", many: str = "") -> str:
    """Format a whole number, with its noun if one is given.

    >>> count(1200), count(1, "person", "people"), count(1200, "person", "people")
    ('1,200', '1 person', '1,200 people')
    """
    if n is None or math.isnan(n):
        return NONE
    noun = one if n == 1 else many
    return f"{int(n):,} {noun}".rstrip()


def money(amount: float, currency: dict[str, Any]) -> str:
    """Format an amount of money in the protocol's currency.

    >>> money(2.5, {"prefix": "$", "suffix": "", "decimals": 2})
    '$2.50'
    """
    return f"{currency['prefix']}{amount:,.{currency['decimals']}f}{currency['suffix']}"


def scale_value(value: float, prefix: str = "") -> str:
    """Format an amount or a scale point for an axis, with decimals only where needed.

    >>> [scale_value(v, p) for v, p in ((2.5, "$"), (5.0, "$"), (50.0, ""), (-1.0, "$"))]
    ['$2.50', '$5', '50', '−$1']
    """
    rounded = round(value, 6)
    sign = MINUS if rounded < 0 else ""
    size = abs(rounded)
    if float(size).is_integer():
        return f"{sign}{prefix}{size:,.0f}"
    return f"{sign}{prefix}{size:,.2f}" if prefix else f"{sign}{size:,.6g}"


FORMATS: dict[str, Callable[..., str]] = {
    "estimate": estimate,
    "interval": interval,
    "p": p_value,
    "p_phrase": p_phrase,
    "df": degrees,
    "proportion": proportion,
    "proportion_interval": proportion_interval,
    "percent": percent,
    "weight": weight,
    "bayes_factor": bayes_factor,
    "count": count,
    "money": money,
    "scale_value": scale_value,
}
"""Name -> function that formats the number; these are the filters of every template."""


def _bare(value: float, decimals: int) -> str:
    written = f"{value:.{decimals}f}"
    return written if value >= 1 else written.removeprefix("0")


def _power(size: float) -> str:
    mantissa, exponent = f"{size:.1e}".split("e")
    return f"{mantissa} × 10{str(int(exponent)).translate(_RAISED)}"
