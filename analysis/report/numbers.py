"""Numbers as the field prints them."""

from __future__ import annotations

import math

MINUS = "\u2212"
NONE = "–"
_RAISED = str.maketrans("-0123456789", "\u207b⁰¹²³⁴⁵⁶⁷⁸⁹")


def number(value: float, decimals: int | None = None) -> str:
    """A number with a true minus sign; decimals by its size unless they are given.

    >>> number(-0.41534), number(3572.9633), number(0.00321), number(float("nan"))
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
    said = _power(size) if extreme else f"{size:,.{decimals}f}"
    negative = value < 0 and any(c in "123456789" for c in said)
    return f"{MINUS}{said}" if negative else said


def p_value(value: float) -> str:
    """A p value without the zero before the point, and never as nothing.

    >>> p_value(0.0432), p_value(0.00002), p_value(1.0)
    ('.043', '< .001', '1.000')
    """
    if math.isnan(value):
        return NONE
    if value < 0.001:
        return "< .001"
    return f"{value:.3f}".removeprefix("0")


def degrees(value: float) -> str:
    """Degrees of freedom; a z test has infinitely many.

    >>> degrees(float("inf")), degrees(271.66)
    ('∞', '271.7')
    """
    if math.isnan(value) or math.isinf(value):
        return number(value)
    return f"{value:,.0f}" if float(value).is_integer() or value >= 1000 else f"{value:,.1f}"


def interval(low: float, high: float, decimals: int | None = None) -> str:
    """An interval in square brackets.

    >>> interval(-0.1, 0.25, 2)
    '[−0.10, 0.25]'
    """
    if math.isnan(low) or math.isnan(high):
        return NONE
    return f"[{number(low, decimals)}, {number(high, decimals)}]"


def share(value: float) -> str:
    """A share in per cent.

    >>> share(0.0333)
    '3.3%'
    """
    return NONE if math.isnan(value) else f"{value:.1%}"


def bayes_factor(value: float) -> str:
    """A Bayes factor; large and small ones by their order.

    >>> bayes_factor(0.0708), bayes_factor(31278.3), bayes_factor(3.127e7)
    ('0.071', '31,278', '3.1 × 10⁷')
    """
    if math.isnan(value):
        return NONE
    if value >= 1e6 or 0 < value < 1e-3:
        return _power(value)
    return number(value, 0 if value >= 100 else 2 if value >= 1 else 3)


def weight(value: float) -> str:
    """A weight; what is neither nothing nor everything is not written as such.

    >>> weight(0.0), weight(0.4712), weight(0.9999)
    ('< .01', '.47', '> .99')
    """
    if math.isnan(value):
        return NONE
    if value < 0.01:
        return "< .01"
    return "> .99" if value > 0.99 else f"{value:.2f}".removeprefix("0")


def _power(size: float) -> str:
    mantissa, exponent = f"{size:.1e}".split("e")
    return f"{mantissa} × 10{str(int(exponent)).translate(_RAISED)}"
