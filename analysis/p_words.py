"""A p value as sentences tell it."""

from __future__ import annotations


def p_words(p: float) -> str:
    """Write a p value with three decimals, or that it is smaller.

    >>> p_words(0.0312), p_words(0.0004)
    ('p = 0.031', 'p < .001')
    """
    return f"p = {p:.3f}" if p >= 0.001 else "p < .001"
