"""Numbers as figures write them."""

from __future__ import annotations


def weight_words(value: float) -> str:
    """A weight with two decimals; what is neither nothing nor everything is not written as such.

    >>> weight_words(0.0), weight_words(0.4712), weight_words(0.9999)
    ('< .01', '0.47', '> .99')
    """
    if value < 0.01:
        return "< .01"
    return "> .99" if value > 0.99 else f"{value:.2f}"


def signed(value: float) -> str:
    """A number with two decimals and a true minus sign.

    >>> signed(-0.415)
    '−0.41'
    """
    return f"{value:.2f}".replace("-", "−")


def amount(value: float, prefix: str) -> str:
    """An amount or a value of a scale for an axis: no decimals where none are needed.

    >>> amount(2.5, "$"), amount(5.0, "$"), amount(50.0, ""), amount(-1.0, "$")
    ('$2.50', '$5', '50', '−$1')
    """
    rounded = round(value, 6)
    sign = "−" if rounded < 0 else ""
    size = abs(rounded)
    if float(size).is_integer():
        return f"{sign}{prefix}{size:,.0f}"
    return f"{sign}{prefix}{size:,.2f}" if prefix else f"{sign}{size:,.6g}"
